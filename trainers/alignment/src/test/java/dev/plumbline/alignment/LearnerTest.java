/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.StepReport;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss_type=sigmoid",
        "loss_type=tdpo2",
        "loss_type=sigmoid sync_ref_model=true ref_model_sync_steps=2",
        "loss_type=tdpo2 sync_ref_model=true ref_model_sync_steps=1 use_dora=true",
        "loss_type=sigmoid lora_dropout=0.2 gradient_checkpointing=true",
        "loss_type=sigmoid,sft loss_weights=1,0.1",
        "loss_type=sigmoid trained_parts=bias,lora sync_ref_model=true ref_model_sync_steps=2"
      })
  void shouldGoOnBitByBitFromItsFiles(String settings) {
    Recipe recipe = recipe(settings);
    Map<String, byte[]> uninterrupted;
    try (Learner learner = Learner.start(model, recipe)) {
      steps(learner, 0, 5);
      uninterrupted = learner.files("card");
    }
    Map<String, byte[]> halfway;
    try (Learner learner = Learner.start(model, recipe)) {
      steps(learner, 0, 3);
      halfway = learner.files("card");
    }
    assertThat(halfway.keySet()).containsAll(Learner.filesNeeded(recipe));

    try (Learner restored = Learner.restore(model, recipe, halfway)) {
      assertThat(restored.steps()).isEqualTo(3);
      steps(restored, 3, 5);

      same(restored.files("card"), uninterrupted);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss_type=grpo",
        "loss_type=ppo",
        "loss_type=ppo lora_dropout=0.2 whitening=rewards_and_advantages",
        "loss_type=ppo importance_sampling_mode=token_truncate",
        "loss_type=grpo trained_parts=bias"
      })
  void shouldGoOnBitByBitFromItsFilesWithRollouts(String settings) {
    Recipe recipe = recipe(settings);
    Map<String, byte[]> uninterrupted;
    try (Learner learner = Learner.start(model, recipe)) {
      for (int version = 0; version < 3; version++) {
        version(learner, version);
      }
      uninterrupted = learner.files("card");
    }
    Map<String, byte[]> files;
    try (Learner learner = Learner.start(model, recipe)) {
      files = learner.files("card");
    }
    for (int version = 0; version < 3; version++) {
      assertThat(files.keySet()).containsAll(Learner.filesNeeded(recipe));
      try (Learner restored = Learner.restore(model, recipe, files)) {
        version(restored, version);
        files = restored.files("card");
      }
    }
    same(files, uninterrupted);
  }

  /** Two passes over a few groups. */
  private static void version(Learner learner, int seed) {
    List<EncodedExample> begun = learner.begin(TinyPolicy.groups(learner.encoder(), 5, seed));
    for (int pass = 0; pass < 2; pass++) {
      for (int from = 0; from < begun.size(); from += 4) {
        assertThat(learner.step(begun.subList(from, Math.min(from + 4, begun.size()))).report())
            .isInstanceOf(StepReport.Applied.class);
      }
    }
  }

  @Test
  void shouldHoldTheCriticToWhatItSaidWhenTheVersionBegan() {
    Recipe recipe = recipe("loss_type=ppo cliprange_value=0.0001 vf_coef=1");
    try (Learner learner = Learner.start(model, recipe)) {
      List<EncodedExample> encoded = List.copyOf(TinyPolicy.groups(learner.encoder(), 4, 1));
      List<EncodedExample> begun = learner.begin(encoded);
      for (int step = 0; step < 3; step++) {
        learner.step(begun);
      }

      assertThat(LearningMetrics.of(learner.step(begun).scored()).get("val/clipfrac_avg"))
          .isPositive();
      assertThat(LearningMetrics.of(learner.step(encoded).scored()).get("val/clipfrac_avg"))
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"loss_type=sigmoid", "loss_type=tdpo2", "loss_type=orpo", "loss_type=aot"})
  void shouldLogTokenStatisticsAndLearnTheSame(String settings) {
    Recipe logging = recipe(settings + " log_token_statistics=true");
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 4, 1);
    Set<String> more = Set.of("entropy", "logits/chosen", "logits/rejected", "mean_token_accuracy");
    try (Learner learner = Learner.start(model, recipe(settings));
        Learner logger = Learner.start(model, logging)) {
      steps(learner, 0, 3);
      steps(logger, 0, 3);

      same(logger.files("card"), learner.files("card"));
      Map<String, Double> metrics = LearningMetrics.of(learner.step(pairs).scored());
      Map<String, Double> logged = new TreeMap<>(LearningMetrics.of(logger.step(pairs).scored()));
      assertThat(metrics).doesNotContainKeys(more.toArray(String[]::new));
      assertThat(logged).containsAllEntriesOf(metrics).containsKeys(more.toArray(String[]::new));
      logged.keySet().removeAll(more);
      assertThat(logged).isEqualTo(metrics);
    }
  }

  @Test
  void shouldLearnAllWeightsAgainstAFrozenCopy() {
    Recipe recipe = recipe("loss_type=tdpo2 use_peft=false learning_rate=0.01");
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 4, 1);
    try (CausalLanguageModel learning = TinyPolicy.open();
        Learner learner = Learner.startFull(learning, model, recipe)) {
      Map<String, Double> before = learner.score(pairs);
      double[] frozen = model.weights().values(model.weights().names().getFirst());
      for (int step = 0; step < 20; step++) {
        assertThat(learner.step(pairs).report()).isInstanceOf(StepReport.Applied.class);
      }
      Map<String, Double> after = learner.score(pairs);

      assertThat(before).containsEntry("eval_kl/chosen", 0.0);
      assertThat(after.get("eval_loss")).isLessThan(before.get("eval_loss"));
      assertThat(after.get("eval_kl/chosen")).isPositive();
      assertThat(model.weights().values(model.weights().names().getFirst())).isEqualTo(frozen);
    }
  }

  @Test
  void shouldLetTheReferenceFollowOnlyWhenItIsDue() {
    Recipe recipe = recipe("sync_ref_model=true ref_model_sync_steps=2 ref_model_mixup_alpha=1");
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 4, 1);
    try (Learner learner = Learner.start(model, recipe)) {
      learner.step(pairs);
      assertThat(learner.score(pairs).get("eval_rewards/margins")).isNotZero();

      learner.step(pairs);
      assertThat(learner.score(pairs).get("eval_rewards/margins")).isZero();
    }
  }

  @Test
  void shouldScorePairsByTheImplicitRewardWhereTheObjectiveIsNotOnPairs() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 4, 1);
    try (Learner learner = Learner.start(model, recipe("loss_type=kto"))) {
      assertThat(learner.score(pairs))
          .containsKeys("eval_rewards/accuracies", "eval_rewards/margins")
          .doesNotContainKey("eval_loss");
    }
  }

  @Test
  void shouldRefuseExamplesOfAnotherKindThanTheObjectiveLearnsFrom() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 1, 1);
    try (Learner learner = Learner.start(model, recipe("loss_type=kto"))) {
      assertThatThrownBy(() -> learner.step(pairs))
          .hasMessage("kto learns from examples, but was given an EncodedPair");
    }
  }

  @Test
  void shouldLearnFromRolloutsAndScorePairsBeside() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 2, 1);
    try (Learner learner = Learner.start(model, recipe("loss_type=grpo beta=0.04"))) {
      double[] likely = {-1, -2};
      EncodedRolloutGroup group =
          learner
              .encoder()
              .rollouts(
                  "the cat",
                  List.of(
                      new SampledTokens(new int[] {40, 41}, likely, 1),
                      new SampledTokens(new int[] {42, 43}, likely, 0)),
                  1);

      assertThat(learner.step(List.of(group)).report()).isInstanceOf(StepReport.Applied.class);
      assertThat(learner.score(List.of(group))).containsKeys("eval_loss", "eval_reward", "eval_kl");
      assertThat(learner.score(pairs))
          .containsKey("eval_rewards/accuracies")
          .doesNotContainKey("eval_loss");
      assertThatThrownBy(() -> learner.step(pairs))
          .hasMessage("grpo learns from rollout groups, but was given an EncodedPair");
    }
  }

  @Test
  void shouldNameTheFileThatIsMissing() {
    Recipe recipe = recipe("sync_ref_model=true");
    try (Learner learner = Learner.start(model, recipe)) {
      Map<String, byte[]> files = new TreeMap<>(learner.files("card"));
      files.remove("reference/adapter_model.safetensors");

      assertThatThrownBy(() -> Learner.restore(model, recipe, files))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("reference/adapter_model.safetensors")
          .hasMessageContaining("missing");
    }
  }

  @Test
  void shouldRefuseToMoveAReferenceThatTheObjectiveDoesNotHave() {
    assertThatThrownBy(() -> recipe("loss_type=simpo sync_ref_model=true"))
        .hasMessageContaining("sync_ref_model moves the reference, but simpo has none");
  }

  private static void steps(Learner learner, int from, int to) {
    for (int step = from; step < to; step++) {
      assertThat(learner.step(TinyPolicy.pairs(model, 4, step)).report())
          .isInstanceOf(StepReport.Applied.class);
    }
  }

  private static void same(Map<String, byte[]> files, Map<String, byte[]> expected) {
    assertThat(files.keySet()).isEqualTo(expected.keySet());
    files.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }

  private static Recipe recipe(String settings) {
    String all =
        "per_device_train_batch_size=4 max_length=64 lora_r=2 learning_rate=0.01 " + settings;
    return Settings.bind(Recipe.class, SettingsSource.empty().with(Arrays.asList(all.split(" "))));
  }
}
