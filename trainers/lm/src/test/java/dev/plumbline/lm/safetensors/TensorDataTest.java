/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorDataTest {

  @Test
  void shouldRoundHalfPrecisionToTheNearestTiesToEven() {
    // A bfloat16 keeps 8 bits of precision, a half 11: the ties lie half a unit in the last place
    // up.
    float[] bfloat16 = {1, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1p-8f + 0x1p-20f, -0x1p-8f - 1};
    assertThat(TensorData.of(ElementType.BF16, bfloat16, 5).toFloats())
        .containsExactly(1, 1, 1 + 0x1p-6f, 1 + 0x1p-7f, -1);
    float[] half = {1, 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65504, 0x1p-24f};
    assertThat(TensorData.of(ElementType.F16, half, 5).toFloats())
        .containsExactly(1, 1, 1 + 0x1p-9f, 65504, 0x1p-24f);
    assertThat(
            TensorData.of(ElementType.BF16, new float[] {Float.NaN, Float.MAX_VALUE}, 2).toFloats())
        .containsExactly(Float.NaN, Float.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void shouldFindTheFirstValueThatIsNotFinite(ElementType type) {
    assertThat(TensorData.of(type, new float[] {1, -2, 0}, 3).firstNotFinite()).isEmpty();
    assertThat(TensorData.of(type, new float[] {1, Float.NaN, Float.NaN}, 3).firstNotFinite())
        .hasValue(1);
    assertThat(TensorData.of(type, new float[] {1, 2, Float.NEGATIVE_INFINITY}, 3).firstNotFinite())
        .hasValue(2);
    assertThat(TensorData.of(type, new float[0], 0, 5).firstNotFinite()).isEmpty();
  }

  @Test
  void shouldKeepValuesThatTheTypeHolds() {
    float[] values = {0, -0f, 1.5f, -3};
    for (ElementType type :
        new ElementType[] {ElementType.F64, ElementType.F32, ElementType.F16, ElementType.BF16}) {
      TensorData tensor = TensorData.of(type, values, 2, 2);
      assertThat(tensor.toFloats()).containsExactly(values);
      assertThat(tensor.toDoubles()).containsExactly(0, -0.0, 1.5, -3);
    }
    assertThatThrownBy(() -> TensorData.of(ElementType.I32, values, 4))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("but the type was I32");
    assertThatThrownBy(() -> TensorData.of(ElementType.F32, values, 3))
        .hasMessage("shape [3] has 3 elements, but 4 values were given");
  }
}
