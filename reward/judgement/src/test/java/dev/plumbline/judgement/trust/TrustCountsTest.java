/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustCountsTest {
  @Test
  void shouldHaveNoPiecesOfNothing() {
    assertThat(TrustCounts.NONE.pieces(3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1_000})
  void shouldAddUpFromPiecesThatAreSmallEnough(int most) {
    TrustCounts all = TrustCounts.NONE;
    for (int i = 0; i < 12; i++) {
      var vote = new CountedVote("annotator-" + i % 4, i % 2, null, null, i);
      var before = List.of(new StandingVote("annotator-" + (i + 1) % 4, 1));
      all = all.plus(TrustCounts.of(Alphabet.PAIR, vote, before));
    }

    List<TrustCounts> pieces = all.pieces(most);

    assertThat(pieces.stream().reduce(TrustCounts.NONE, TrustCounts::plus)).isEqualTo(all);
    assertThat(pieces)
        .allSatisfy(
            piece ->
                assertThat(piece.annotators().size() + piece.overlaps().size()).isBetween(1, most));
  }
}
