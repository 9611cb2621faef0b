/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The experiment on trust: real crowds with known answers, seeded crowds with spammers, and a spam
 * farm among real votes, all through the estimator that streams use. Owns the worlds, the tables
 * and the picture; the estimator and the methods beside it are left to {@code
 * dev.plumbline.judgement}.
 */
@NullMarked
package dev.plumbline.app.trust;

import org.jspecify.annotations.NullMarked;
