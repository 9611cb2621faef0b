/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench;

import dev.plumbline.lm.Precision;

/**
 * One measured cell of {@code bench lm}.
 *
 * @param size of the model: {@code 0.3M}, {@code 5M} or {@code 40M}
 * @param parameters of the model
 * @param work done
 * @param layout of the batches
 * @param tokensPerSecond tokens of the rows, prompts counted in each row and padding nowhere, per
 *     second
 * @param ofMatrixThroughput floating-point operations that the rows need, were each computed alone
 *     and without padding, per second, over those that the engine reaches multiplying matrices:
 *     above 1 where shared prompts save more than all else costs
 */
record Measured(
    String size,
    long parameters,
    Precision precision,
    Workload work,
    String layout,
    double tokensPerSecond,
    double ofMatrixThroughput) {}
