/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Whom to believe, epoch by epoch: integer counts of how annotators answered and how they agreed, a
 * ledger that adds epochs up and lets old ones fade, and the snapshot of trust that follows from
 * it. A pure function of sums, so that the order of votes within an epoch does not matter.
 * Gathering the counts, closing epochs and weighing votes are left to others.
 */
@NullMarked
package dev.plumbline.judgement.trust;

import org.jspecify.annotations.NullMarked;
