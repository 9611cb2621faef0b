/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.time.Duration;
import java.util.List;

/** How fast the engine multiplies matrices: what a model's speed is to be held against. */
public final class MatrixThroughput {
  private static final int SIZE = 1024;

  private MatrixThroughput() {}

  /**
   * Multiplies square matrices of 1,024 rows for a while.
   *
   * @param atLeast time to measure for
   * @return floating-point operations per second of the fastest product
   */
  public static double measure(EngineOptions options, Duration atLeast) {
    DataType type = options.precision() == Precision.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    try (TensorEngine engine = TensorEngine.open(options.threads(), options.device(), type)) {
      return engine.compute(
          scope -> {
            float[] values = new float[SIZE * SIZE];
            for (int i = 0; i < values.length; i++) {
              values[i] = (i % 17 - 8) / 8f;
            }
            NDArray a = engine.create(scope, values, SIZE, SIZE);
            List<NDArray> operands =
                options.precision() == Precision.BFLOAT16
                    ? engine.learning().call(scope, "half", new Argument.Many(List.of(a, a)))
                    : List.of(a, a.duplicate());
            double fastest = Double.POSITIVE_INFINITY;
            long end = System.nanoTime() + atLeast.toNanos();
            do {
              long start = System.nanoTime();
              engine
                  .learning()
                  .call(
                      scope,
                      "multiply",
                      new Argument.One(operands.get(0)),
                      new Argument.One(operands.get(1)))
                  .getFirst()
                  .close();
              fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
            } while (System.nanoTime() < end);
            return 2.0 * SIZE * SIZE * SIZE / fastest;
          });
    }
  }
}
