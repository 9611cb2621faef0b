/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * One tensor's element type, dimensions and values, row-major and little-endian. Immutable; a
 * tensor of a mapped file is a view that copies nothing until its values are asked for. At most 2
 * GiB.
 */
public final class TensorData implements TensorSource {
  private static final long EXPONENT_F64 = 0x7FF0_0000_0000_0000L;
  private static final int EXPONENT_F32 = 0x7F80_0000;
  private static final int EXPONENT_F16 = 0x7C00;
  private static final int EXPONENT_BF16 = 0x7F80;

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

  /**
   * A tensor of a floating-point type; F16 and BF16 round to the nearest value, ties to even.
   *
   * @throws SafeTensorsException when the type is not a floating-point type
   */
  public static TensorData of(ElementType type, float[] values, long... shape) {
    requireElements(values.length, shape);
    ByteBuffer bytes = littleEndian(values.length, type);
    for (float value : values) {
      switch (type) {
        case F64 -> bytes.putDouble(value);
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort(toBfloat16(value));
        case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw notFloating(type);
      }
    }
    return new TensorData(type, shape.clone(), bytes.rewind());
  }

  // The upper half of the 32 bits, rounded; a NaN keeps its upper half and stays one.
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public TensorData read() {
    return this;
  }

  @Override
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
    return toFloats(0, elements());
  }

  /** The values of a range, row-major, as {@link #toFloats()}. */
  public float[] toFloats(int from, int count) {
    float[] values = new float[count];
    switch (type) {
      case F32 -> view().asFloatBuffer().position(from).get(values);
      case F16 -> {
        ShortBuffer halves = view().asShortBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(halves.get(from + i));
        }
      }
      case BF16 -> {
        ShortBuffer halves = view().asShortBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(halves.get(from + i) << 16);
        }
      }
      case F64 -> {
        DoubleBuffer doubles = view().asDoubleBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) doubles.get(from + i);
        }
      }
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw notFloating(type);
    }
    return values;
  }

  /** Values as 64-bit floats; every floating-point type converts exactly. */
  public double[] toDoubles() {
    return toDoubles(0, elements());
  }

  /** The values of a range, row-major, as {@link #toDoubles()}. */
  public double[] toDoubles(int from, int count) {
    double[] values = new double[count];
    if (type == ElementType.F64) {
      view().asDoubleBuffer().position(from).get(values);
    } else {
      float[] floats = toFloats(from, count);
      Arrays.setAll(values, i -> floats[i]);
    }
    return values;
  }

  /** Index of the first value, row-major, that is infinite or not a number. Copies nothing. */
  public OptionalInt firstNotFinite() {
    // A floating-point number is finite unless all bits of its exponent are set.
    return switch (type) {
      case F64 -> {
        LongBuffer bits = view().asLongBuffer();
        int i = 0;
        while (i < bits.limit() && (bits.get(i) & EXPONENT_F64) != EXPONENT_F64) {
          i++;
        }
        yield i < bits.limit() ? OptionalInt.of(i) : OptionalInt.empty();
      }
      case F32 -> {
        IntBuffer bits = view().asIntBuffer();
        int i = 0;
        while (i < bits.limit() && (bits.get(i) & EXPONENT_F32) != EXPONENT_F32) {
          i++;
        }
        yield i < bits.limit() ? OptionalInt.of(i) : OptionalInt.empty();
      }
      case F16 -> firstWithAllSet(EXPONENT_F16);
      case BF16 -> firstWithAllSet(EXPONENT_BF16);
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> OptionalInt.empty();
    };
  }

  private OptionalInt firstWithAllSet(int exponent) {
    ShortBuffer bits = view().asShortBuffer();
    int i = 0;
    while (i < bits.limit() && (bits.get(i) & exponent) != exponent) {
      i++;
    }
    return i < bits.limit() ? OptionalInt.of(i) : OptionalInt.empty();
  }

  /** Number of bytes that the values take in a file. */
  public long byteSize() {
    return bytes.limit();
  }

  /** The raw bytes, read-only, position 0. */
  ByteBuffer view() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static SafeTensorsException notFloating(ElementType type) {
    return new SafeTensorsException(
        "expected F64, F32, F16 or BF16 values, but the type was " + type);
  }

  private static ByteBuffer littleEndian(int elements, ElementType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Number of elements of such a tensor.
   *
   * @throws ArithmeticException when it doesn't fit into a Java array
   */
  public static int elements(long... shape) {
    int elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, Math.toIntExact(dimension));
    }
    return elements;
  }

  private static void requireElements(int elements, long[] shape) {
    if (elements(shape) != elements) {
      throw new IllegalArgumentException(
          "shape %s has %d elements, but %d values were given"
              .formatted(Arrays.toString(shape), elements(shape), elements));
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
