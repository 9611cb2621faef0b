/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardScoreTest {
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07Z");

  @Test
  void shouldBeIdentifiedByItemCompletionAndJudge() {
    RewardScore score = score("judge", 0.5, List.of());

    assertThat(score.eventId()).isEqualTo(score("judge", 0.75, List.of()).eventId());
    assertThat(score.eventId()).isNotEqualTo(score("other", 0.5, List.of()).eventId());
  }

  @Test
  void shouldHashWhatItSaysButNotWhen() {
    RewardScore score = score("judge", 0.5, List.of(0f, 0.5f));
    var later =
        new RewardScore(
            "completion",
            "item",
            score.judge(),
            0.5,
            null,
            score.prefixScores(),
            AT.plusSeconds(9));

    assertThat(later.contentHash()).isEqualTo(score.contentHash());
    assertThat(score("judge", 0.5, List.of(1f, 0.5f)).contentHash())
        .isNotEqualTo(score.contentHash());
    assertThat(score("judge", 0.5, List.of()).contentHash()).isNotEqualTo(score.contentHash());
  }

  @Test
  void shouldEndThePrefixScoresWithTheScore() {
    assertThat(score("judge", 0.1, List.of(0f, 0.1f)).prefixScores()).hasSize(2);
    assertThatThrownBy(() -> score("judge", 0.5, List.of(0.5f, 0.25f)))
        .hasMessage("the last of prefixScores must be the score (0.5), but was 0.25");
  }

  @Test
  void shouldRefuseWhatIsNoNumber() {
    assertThatThrownBy(() -> score("judge", Double.NaN, List.of()))
        .hasMessage("score must be finite, but was NaN");
    assertThatThrownBy(() -> score("judge", 1, List.of(Float.NEGATIVE_INFINITY, 1f)))
        .hasMessage("prefixScores must be finite, but number 0 was -Infinity");
  }

  @Test
  void shouldRefuseMorePrefixesThanACompletionHas() {
    List<Float> scores = Collections.nCopies(Limits.MAX_TOKENS + 2, 0f);

    assertThatThrownBy(() -> score("judge", 0, scores))
        .hasMessageContaining("at most 16385 prefix scores")
        .hasMessageContaining("but had 16386");
  }

  @Test
  void shouldRefusePromptLevelsThatDoNotFitTheTokens() {
    var candidate = new ExampleCandidate("c", Text.plain("text"), null);
    List<Integer> tokens = List.of(1, 2);
    List<Float> logProbs = List.of(-1f, -2f);

    assertThatThrownBy(() -> completion(tokens, List.of(1)))
        .hasMessage("promptLevels must be empty or as long as tokenIds (2), but had 1");
    assertThatThrownBy(() -> completion(tokens, List.of(1, -1)))
        .hasMessage("promptLevels must be 0 (no prompt) or more, but had -1");
    assertThatThrownBy(
            () ->
                new RolloutGroup.Rollout(
                    candidate, tokens, logProbs, List.of(1, 2, 3), List.of(), 0))
        .hasMessageContaining("but had 3");
    assertThatThrownBy(
            () ->
                new RolloutGroup.Rollout(
                    candidate, tokens, logProbs, List.of(), List.of(0f, 1f), 0))
        .hasMessage("prefixScores must be empty or one more than tokenIds (2), but had 2");
  }

  private static Completion completion(List<Integer> tokens, List<Integer> levels) {
    return new Completion(
        "c", "item", Text.plain("ab"), 2, null, 0, tokens, List.of(), levels, "test", AT);
  }

  private static RewardScore score(String judge, double score, List<Float> prefixScores) {
    var annotator = new Annotator(judge, AnnotatorKind.MODEL, false);
    return new RewardScore("completion", "item", annotator, score, null, prefixScores, AT);
  }
}
