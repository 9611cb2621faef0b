/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One tensor's element type, dimensions and values, row-major and little-endian. Immutable. */
public final class TensorData {
  private final ElementType type;
  private final long[] shape;
  private final ByteBuffer bytes;

  TensorData(ElementType type, long[] shape, ByteBuffer bytes) {
    this.type = type;
    this.shape = shape;
    this.bytes = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An F32 tensor. */
  public static TensorData of(float[] values, long... shape) {
    requireElements(values.length, shape);
    ByteBuffer bytes = littleEndian(values.length, ElementType.F32);
    bytes.asFloatBuffer().put(values);
    return new TensorData(ElementType.F32, shape.clone(), bytes);
  }

  /** An F64 tensor. */
  public static TensorData of(double[] values, long... shape) {
    requireElements(values.length, shape);
    ByteBuffer bytes = littleEndian(values.length, ElementType.F64);
    bytes.asDoubleBuffer().put(values);
    return new TensorData(ElementType.F64, shape.clone(), bytes);
  }

  public ElementType type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  public boolean hasShape(long... expected) {
    return Arrays.equals(shape, expected);
  }

  /** Number of elements. */
  public int elements() {
    return bytes.limit() / type.bytes();
  }

  /** Values as 32-bit floats; F32, F16 and BF16 convert exactly, F64 rounds. */
  public float[] toFloats() {
    int n = elements();
    float[] values = new float[n];
    switch (type) {
      case F32 -> view().asFloatBuffer().get(values);
      case F16 ->
          IntStream.range(0, n)
              .forEach(i -> values[i] = Float.float16ToFloat(bytes.getShort(2 * i)));
      case BF16 ->
          IntStream.range(0, n)
              .forEach(i -> values[i] = Float.intBitsToFloat(bytes.getShort(2 * i) << 16));
      case F64 -> IntStream.range(0, n).forEach(i -> values[i] = (float) bytes.getDouble(8 * i));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw notFloating();
    }
    return values;
  }

  /** Values as 64-bit floats; every floating-point type converts exactly. */
  public double[] toDoubles() {
    double[] values = new double[elements()];
    if (type == ElementType.F64) {
      view().asDoubleBuffer().get(values);
    } else {
      float[] floats = toFloats();
      Arrays.setAll(values, i -> floats[i]);
    }
    return values;
  }

  /** The raw bytes, read-only, position 0. */
  ByteBuffer view() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private SafeTensorsException notFloating() {
    return new SafeTensorsException(
        "expected F64, F32, F16 or BF16 values, but the type was " + type);
  }

  private static ByteBuffer littleEndian(int elements, ElementType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireElements(int elements, long[] shape) {
    long product = 1;
    for (long dimension : shape) {
      product = Math.multiplyExact(product, dimension);
    }
    if (product != elements) {
      throw new IllegalArgumentException(
          "shape %s has %d elements, but %d values were given"
              .formatted(Arrays.toString(shape), product, elements));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorData that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && view().equals(that.view());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + view().hashCode();
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
