/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuFeaturesTest {

  @Test
  void shouldKeepVendorAndVectorExtensionsInOrder() {
    assertThat(
            CpuFeatures.parse(
                List.of(
                    "processor : 0",
                    "vendor_id : GenuineIntel",
                    "flags : fpu sse4_2 avx2 fma avx avx512f ht amx_tile",
                    "processor : 1",
                    "vendor_id : GenuineIntel")))
        .isEqualTo("GenuineIntel amx_tile avx avx2 avx512f fma sse4_2");
  }

  @Test
  void shouldReadTheOtherArchitecturesNames() {
    assertThat(
            CpuFeatures.parse(
                List.of("CPU implementer : 0x41", "Features : fp asimd sve bf16 crc32")))
        .isEqualTo("0x41 asimd bf16 sve");
  }
}
