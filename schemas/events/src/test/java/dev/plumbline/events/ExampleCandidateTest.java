/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleCandidateTest {
  private static final Text TEXT = Text.plain("some text");

  @Test
  void shouldHaveNoSpansUnlessToldSo() {
    assertThat(new ExampleCandidate("a", TEXT, null).spans()).isEmpty();
    assertThat(new MarkedSpan(1, 3, -250_000).strength()).isEqualTo(-0.25);
  }

  @Test
  void shouldRefuseSpansOutOfOrderTwiceOrTooMany() {
    var early = new MarkedSpan(0, 4, 1);
    var late = new MarkedSpan(2, 3, 1);
    List<MarkedSpan> tooMany =
        IntStream.rangeClosed(0, Limits.MAX_MARKED_SPANS)
            .mapToObj(i -> new MarkedSpan(i, i + 1, 1))
            .toList();

    assertThatThrownBy(() -> new ExampleCandidate("a", TEXT, null, List.of(late, early)))
        .hasMessageContaining("spans must be sorted by start and end, each once");
    assertThatThrownBy(() -> new ExampleCandidate("a", TEXT, null, List.of(early, early)))
        .hasMessageContaining("spans must be sorted by start and end, each once");
    assertThatThrownBy(() -> new ExampleCandidate("a", TEXT, null, tooMany))
        .hasMessage("a candidate carries at most 128 marked spans, but had 129");
  }

  @Test
  void shouldRefuseASpanThatIsEmptyOrAStrengthOffTheScale() {
    assertThatThrownBy(() -> new MarkedSpan(3, 3, 0))
        .hasMessage("a span must end after it starts, but was 3 to 3");
    assertThatThrownBy(() -> new MarkedSpan(3, 4, 1_000_001))
        .hasMessageContaining("but was 1000001");
  }

  @Test
  void shouldRefuseAGroupOfOneOfTwinsOrOfEmptyTiers() {
    var a = new ExampleCandidate("a", TEXT, null);
    var b = new ExampleCandidate("b", TEXT, null);

    assertThatThrownBy(() -> group(List.of(a), List.of(1)))
        .hasMessage("a ranked group needs 2 to 16 candidates with different ids, but had [a]");
    assertThatThrownBy(() -> group(List.of(a, a), List.of(1, 1))).hasMessageContaining("[a, a]");
    assertThatThrownBy(() -> group(List.of(a, b), List.of(2, 0)))
        .hasMessage("every tier needs a candidate, but sizes were [2, 0]");
    assertThat(group(List.of(a, b), List.of(2)).tierSizes()).containsExactly(2);
  }

  private static RankedGroup group(List<ExampleCandidate> candidates, List<Integer> tierSizes) {
    return new RankedGroup(
        "id",
        1,
        "assistant",
        "item",
        "overall",
        TEXT,
        candidates,
        tierSizes,
        1_000_000,
        new Evidence(List.of("e"), Instant.EPOCH, null));
  }
}
