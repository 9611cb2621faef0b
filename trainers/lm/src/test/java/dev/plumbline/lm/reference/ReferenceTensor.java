/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.Arrays;
import java.util.List;

/**
 * The values of a weight, row-major.
 *
 * @param shape one or two dimensions where a model uses it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ReferenceTensor(List<Integer> shape, double[] values) {
  public ReferenceTensor {
    shape = List.copyOf(shape);
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "shape %s has %d elements, but %d values were given"
              .formatted(shape, elements, values.length));
    }
  }

  public static ReferenceTensor of(double[] values, long... shape) {
    return new ReferenceTensor(Arrays.stream(shape).mapToObj(Math::toIntExact).toList(), values);
  }

  /** The first dimension; 1 for a vector. */
  int rows() {
    return shape.size() == 1 ? 1 : shape.getFirst();
  }

  int columns() {
    return shape.getLast();
  }
}
