/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Attribute controllers: how probable it is that a text has an attribute, for every beginning of it
 * as well. Here are the kinds of controllers, how each learns from labelled sentences, how its
 * numbers are calibrated and judged, and its files; where sentences come from is the caller's, and
 * what a controller does to generation is {@link dev.plumbline.reward.control}'s.
 */
@NullMarked
package dev.plumbline.reward.attribute;

import org.jspecify.annotations.NullMarked;
