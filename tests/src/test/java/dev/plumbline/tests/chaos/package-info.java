/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Lanes that are killed, stopped and replaced at every moment that matters, each in a process of
 * its own, against one that never was: promises I3 to I7. The lane's behaviour without violence is
 * tested beside the lane.
 */
@NullMarked
package dev.plumbline.tests.chaos;

import org.jspecify.annotations.NullMarked;
