/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlledCompletion;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.LogitTerm;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.SpokenRows;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenCandidates;
import dev.plumbline.lm.TokenControl;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.PromptControl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RLDAF through a small model that speaks under a controller, and learns from what it said. */
class RldafTrainingTest {
  private static final List<String> PROMPTS = List.of("the cat", "a dog", "on the", "sat");
  private static final int GROUP_SIZE = 6;
  private static final int TOKENS = 6;

  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldSayMoreOfWhatTheControllerWantsAfterTwentyFiveSteps() {
    Recipe recipe = recipe("trained_parts=prompt,bias,lora learning_rate=0.05 target_divergence=2");
    try (Learner learner = Learner.start(model, recipe)) {
      double before = attainment(speak(learner, recipe, 1_000));
      for (int step = 0; step < 25; step++) {
        assertThat(learner.step(speak(learner, recipe, step)).report())
            .isInstanceOf(StepReport.Applied.class);
      }
      double after = attainment(speak(learner, recipe, 1_000));

      assertThat(before).as("C(end) before").isLessThan(0.45);
      assertThat(after).as("C(end) after, from %s", before).isGreaterThan(before + 0.12);
    }
  }

  @Test
  void shouldFindItsOwnSpeechOnPolicyWhereOnlyThePromptControls() {
    Recipe recipe = recipe("control_lambda=0");
    try (Learner learner = Learner.start(model, recipe)) {
      List<EncodedRolloutGroup> spoken = speak(learner, recipe, 1);
      assertThat(
              spoken.stream()
                  .flatMap(group -> group.rollouts().stream())
                  .flatMapToInt(r -> Arrays.stream(r.completion().row().promptLevels())))
          .contains(1, 2);
      Map<String, Double> metrics = LearningMetrics.of(learner.step(spoken).scored());

      assertThat(metrics.get("sampling/effective_sample_size")).isCloseTo(1, within(1e-6));
      assertThat(metrics.get("sampling/sampling_logp_difference/max")).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void shouldTellTheResidualTermFromWhatThePolicyWouldHaveSaid() {
    Recipe recipe = recipe("control_lambda=4");
    try (Learner learner = Learner.start(model, recipe)) {
      List<EncodedRolloutGroup> spoken = speak(learner, recipe, 1);
      EncodedRollout rollout = spoken.getFirst().rollouts().getFirst();
      TokenStatistics said =
          learner.policy().score(List.of(rollout.completion().row()), ForwardRequest.logProbs());
      double logPolicy = said.completionLogProb(0);
      double logSampler = Arrays.stream(rollout.samplerLogProbs()).sum();

      assertThat(Math.abs(logPolicy - logSampler)).isGreaterThan(0.1);
      assertThat(
              LearningMetrics.of(learner.step(spoken).scored())
                  .get("sampling/effective_sample_size"))
          .isLessThan(0.999);
    }
  }

  private static Recipe recipe(String settings) {
    String all =
        "loss_type=rldaf prompt_vectors=4 per_device_train_batch_size=4 max_length=60 lora_r=2 "
            + settings;
    return Settings.bind(Recipe.class, SettingsSource.empty().with(Arrays.asList(all.split(" "))));
  }

  /** A group for each prompt, spoken as the recipe says by the present weights. */
  private static List<EncodedRolloutGroup> speak(Learner learner, Recipe recipe, long seed) {
    List<int[]> prompts = new ArrayList<>();
    for (String prompt : PROMPTS) {
      prompts.addAll(Collections.nCopies(GROUP_SIZE, model.tokenizer().encodePrompt(prompt)));
    }
    List<ControlledCompletion> spoken =
        model.sample(
            prompts,
            ((TrainedPolicy.OfAdapter) learner.policy()).adapter(),
            new SamplingOptions(TOKENS, 1, 0, 1, seed),
            LongStream.range(0, prompts.size()).boxed().toList(),
            new Control(recipe.speech().orElseThrow()));
    List<EncodedRolloutGroup> groups = new ArrayList<>();
    for (int i = 0; i < PROMPTS.size(); i++) {
      groups.add(
          learner
              .encoder()
              .rollouts(
                  PROMPTS.get(i),
                  spoken.subList(i * GROUP_SIZE, (i + 1) * GROUP_SIZE).stream()
                      .map(RldafTrainingTest::sampled)
                      .toList(),
                  1));
    }
    return groups;
  }

  private static SampledTokens sampled(ControlledCompletion completion) {
    double[] prefixes =
        IntStream.rangeClosed(0, completion.ids().length)
            .mapToDouble(length -> attributeLogProb(Arrays.copyOf(completion.ids(), length)))
            .toArray();
    return new SampledTokens(
        completion.ids(),
        completion.behaviourLogProbs(),
        prefixes[prefixes.length - 1],
        completion.promptLevels(),
        prefixes);
  }

  private static double attainment(List<EncodedRolloutGroup> groups) {
    return groups.stream()
        .flatMap(group -> group.rollouts().stream())
        .mapToDouble(rollout -> Math.exp(rollout.reward()))
        .average()
        .orElseThrow();
  }

  /** log C: every token of the lower third of the vocabulary is for it, every other against it. */
  private static double attributeLogProb(int[] ids) {
    double logit = -1;
    for (int id : ids) {
      logit += id < 100 ? 0.7 : -0.7;
    }
    return -Math.log1p(Math.exp(-logit));
  }

  /** The bank's choice of the prompt, and the residual term. */
  private record Control(ControlSettings settings) implements TokenControl {
    @Override
    public int[] levels(SpokenRows rows) {
      var bank = (PromptControl.Bank) settings.promptControl();
      return IntStream.range(0, rows.size())
          .map(i -> bank.level(Math.exp(attributeLogProb(rows.completionIds(i)))))
          .toArray();
    }

    @Override
    public List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
      List<LogitTerm> terms = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        int[] spoken = rows.completionIds(i);
        double[] ofVocabulary = new double[model.config().vocabularySize()];
        for (int v = 0; v < ofVocabulary.length; v++) {
          int[] next = Arrays.copyOf(spoken, spoken.length + 1);
          next[spoken.length] = v;
          ofVocabulary[v] = settings.controlLambda() * attributeLogProb(next);
        }
        terms.add(new LogitTerm.OfVocabulary(ofVocabulary));
      }
      return terms;
    }
  }
}
