/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static dev.plumbline.feeds.Cluster.ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Candidate;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.feeds.Answering.Answered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnsweringTest {
  private static final PolicyVersionId VERSION = new PolicyVersionId("assistant", 3);
  private static final Prompt PROMPT = Fixtures.prompt("assistant", "whales");

  @Test
  void shouldPutTwoCompletionsOfTheVersionUpForComparison() {
    Answered answered = answer(new FakePolicy()).orElseThrow();
    Completion first = answered.completions().getFirst();
    Completion second = answered.completions().getLast();

    assertThat(first.completionId()).isEqualTo(Identity.completionId("whales", VERSION, 0));
    assertThat(second.completionId()).isEqualTo(Identity.completionId("whales", VERSION, 1));
    assertThat(first.version()).isEqualTo(VERSION);
    assertThat(first.tokenLogProbs()).containsExactly(-0.5f, -1f);
    assertThat(answered.task().quorum()).isEqualTo(2);
    assertThat(answered.task().candidates())
        .extracting(candidate -> candidate.candidateId())
        .containsExactly(first.completionId(), second.completionId());
  }

  @Test
  void shouldGiveTheSameTextsWhenAskedAgain() {
    assertThat(answer(new FakePolicy())).isEqualTo(answer(new FakePolicy()));
  }

  @Test
  void shouldDrawFurtherCompletionsWhereTheFirstAreAlikeOrBlank() {
    Optional<Answered> answered =
        answer(new Scripted(Map.of(0, "Yes.", 1, "Yes. ", 2, " ", 3, "No.")));

    assertThat(answered.orElseThrow().completions())
        .extracting(Completion::index)
        .containsExactly(0, 3);
  }

  @Test
  void shouldPutUpAsManyCompletionsAsAskedForAndFewerWhereNotSoManyDiffer() {
    Map<Integer, String> texts = Map.of(0, "Yes.", 1, "No.", 2, "Yes.", 3, " ", 4, "Perhaps.");

    assertThat(indexes(texts, "completions_per_prompt=3", "max_draws=5")).containsExactly(0, 1, 4);
    assertThat(indexes(texts, "completions_per_prompt=3", "max_draws=4")).containsExactly(0, 1);
    assertThatThrownBy(() -> indexes(texts, "completions_per_prompt=5"))
        .hasMessageContaining("max_draws must be at least completions_per_prompt (5), but was 4");
  }

  private static List<Integer> indexes(Map<Integer, String> texts, String... assignments) {
    SamplerSettings settings = Fixtures.settings(SamplerSettings.class, assignments);
    Answered answered =
        new Answering(new Scripted(texts), settings)
            .answer(List.of(PROMPT), VERSION, ACCEPTED)
            .getFirst()
            .orElseThrow();
    assertThat(answered.task().candidates())
        .extracting(Candidate::candidateId)
        .containsExactlyElementsOf(
            answered.completions().stream().map(Completion::completionId).toList());
    return answered.completions().stream().map(Completion::index).toList();
  }

  @Test
  void shouldGiveUpWhenNoneDiffers() {
    Scripted policy = new Scripted(Map.of(0, "Yes.", 1, "Yes.", 2, "Yes.", 3, "Yes.", 4, "No."));

    assertThat(answer(policy)).isEmpty();
    assertThat(policy.drawn).as("max_draws is 4").isEqualTo(4);
  }

  @Test
  void shouldPutUpEveryRolloutAsItWasDrawnAlikeOrBlank() {
    Scripted policy =
        new Scripted(Map.of(0, "Yes.", 1, "Yes.", 2, "", 3, "No."))
            .saying(List.of(5, 2), List.of(-0.5f, -1f), List.of(1, 0));
    SamplerSettings settings =
        Fixtures.settings(
            SamplerSettings.class,
            "example_kind=rollout",
            "completions_per_prompt=4",
            "max_draws=2");

    Answered answered =
        new Answering(policy, settings)
            .answer(List.of(PROMPT), VERSION, ACCEPTED)
            .getFirst()
            .orElseThrow();

    assertThat(policy.drawn).isEqualTo(4);
    assertThat(answered.completions())
        .extracting(Completion::text)
        .containsExactly(Text.plain("Yes."), Text.plain("Yes."), Text.plain(""), Text.plain("No."));
    assertThat(answered.completions())
        .allSatisfy(completion -> assertThat(completion.tokenIds()).containsExactly(5, 2))
        .allSatisfy(completion -> assertThat(completion.tokenLogProbs()).containsExactly(-.5f, -1f))
        .allSatisfy(completion -> assertThat(completion.promptLevels()).containsExactly(1, 0))
        .extracting(Completion::completionId)
        .doesNotHaveDuplicates();
    assertThat(answered.task().candidates()).hasSize(4);
  }

  @Test
  void shouldRefuseRolloutsWithoutTheirTokensOrFromAnotherDistribution() {
    SamplerSettings settings =
        Fixtures.settings(
            SamplerSettings.class, "example_kind=rollout", "completions_per_prompt=2");
    var withoutTokens = new Answering(new Scripted(Map.of(0, "Yes.", 1, "No.")), settings);

    assertThatThrownBy(() -> withoutTokens.answer(List.of(PROMPT), VERSION, ACCEPTED))
        .hasMessage(
            "a rollout needs its tokens and a log-probability for each, but 0 tokens had 0");
    assertThatThrownBy(
            () ->
                Fixtures.settings(SamplerSettings.class, "example_kind=rollout", "temperature=0.7"))
        .hasMessageContaining("temperature 1, top_k 0 and top_p 1, but they were 0.7, 0 and 1.0");
  }

  private static Optional<Answered> answer(CompletionSource policy) {
    SamplerSettings settings = Fixtures.settings(SamplerSettings.class, "quorum=2");
    return new Answering(policy, settings).answer(List.of(PROMPT), VERSION, ACCEPTED).getFirst();
  }

  /** Answers with given texts in the order of drawing. */
  private static final class Scripted implements CompletionSource {
    private final Map<Integer, String> texts;
    private List<Integer> tokenIds = List.of();
    private List<Float> tokenLogProbs = List.of();
    private List<Integer> promptLevels = List.of();
    private int drawn;

    Scripted(Map<Integer, String> texts) {
      this.texts = texts;
    }

    /** Each of the texts in these tokens. */
    Scripted saying(List<Integer> tokenIds, List<Float> tokenLogProbs, List<Integer> promptLevels) {
      this.tokenIds = tokenIds;
      this.tokenLogProbs = tokenLogProbs;
      this.promptLevels = promptLevels;
      return this;
    }

    @Override
    public void use(PolicyVersion version) {}

    @Override
    public boolean fits(String prompt) {
      return prompt.equals(((Text.Plain) PROMPT.text()).text());
    }

    @Override
    public List<DrawnCompletion> draw(List<Draw> draws) {
      return draws.stream()
          .map(
              draw ->
                  new DrawnCompletion(texts.get(drawn++), tokenIds, tokenLogProbs, promptLevels))
          .toList();
    }

    @Override
    public void close() {}
  }
}
