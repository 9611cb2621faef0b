/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The lane: training examples in, policy versions out, exactly once. It owns when a version ends,
 * what a version record says, and how a killed or replaced learner is kept from doing harm; how a
 * batch becomes a step is {@code dev.plumbline.alignment}'s. Start reading at {@link
 * dev.plumbline.trainer.TrainerLane}.
 */
@NullMarked
package dev.plumbline.trainer;

import org.jspecify.annotations.NullMarked;
