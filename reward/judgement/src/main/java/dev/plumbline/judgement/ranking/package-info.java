/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Strengths of candidates from comparisons and rankings: Bradley-Terry, Plackett-Luce, Crowd-BT,
 * Elo, and models with ties. Reference methods in floating point; they decide no example.
 */
@NullMarked
package dev.plumbline.judgement.ranking;

import org.jspecify.annotations.NullMarked;
