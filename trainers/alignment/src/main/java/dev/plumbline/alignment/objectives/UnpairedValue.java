/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * What an objective says about one unpaired example.
 *
 * @param loss L_i, without the example's weight
 * @param completion derivatives of L_i by what the model said about the completion
 * @param reward implicit reward of the completion
 */
public record UnpairedValue(double loss, TokenDerivatives completion, double reward) {}
