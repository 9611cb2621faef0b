/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * What an objective says about one pair.
 *
 * @param loss L_i, without the pair's weight
 * @param derivativeA dL_i / d log pi(a)
 * @param derivativeB dL_i / d log pi(b)
 * @param rewardA implicit reward of a
 * @param rewardB implicit reward of b
 */
public record PairValue(
    double loss, double derivativeA, double derivativeB, double rewardA, double rewardB) {}
