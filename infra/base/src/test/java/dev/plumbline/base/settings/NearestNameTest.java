/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  @Test
  void shouldFindTheNameWithTheFewestEdits() {
    assertThat(NearestName.of("bteas", List.of("beta", "betas", "data"))).contains("betas");
    assertThat(NearestName.of("zzzzzz", List.of("beta"))).isEmpty();
  }

  @Test
  void shouldCountInsertionDeletionSubstitutionAndSwapAsOneEach() {
    assertThat(NearestName.distance("beta", "beta")).isZero();
    assertThat(NearestName.distance("beta", "betas")).isEqualTo(1);
    assertThat(NearestName.distance("beta", "bta")).isEqualTo(1);
    assertThat(NearestName.distance("beta", "bets")).isEqualTo(1);
    assertThat(NearestName.distance("beta", "beat")).isEqualTo(1);
    assertThat(NearestName.distance("", "beta")).isEqualTo(4);
  }
}
