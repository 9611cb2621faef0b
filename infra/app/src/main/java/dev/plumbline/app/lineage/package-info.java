/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who taught a version, and which versions an event taught: a compact index over the logs, kept in
 * the data folder and made anew when it is lost, with the commands that ask it. What streams make
 * of events, and what lanes learn, it only reads.
 */
@NullMarked
package dev.plumbline.app.lineage;

import org.jspecify.annotations.NullMarked;
