/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands that look at models and adapters: score, generate, render, merge, inspect, export. Owns
 * their options, their input files and what they print; what is computed belongs to other modules.
 */
@NullMarked
package dev.plumbline.app.models;

import org.jspecify.annotations.NullMarked;
