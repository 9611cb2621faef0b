/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.RldafObjective;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.lm.TrainingMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RLDAF through a small model: what moves, what learns, what goes on. */
class RldafLearnerTest {
  private static final ModelIdentity BASE = new ModelIdentity("w", "t", "c", "base");

  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static Stream<String> subsets() {
    return Stream.of(
        "prompt", "bias", "lora", "prompt,bias", "prompt,lora", "bias,lora", "prompt,bias,lora");
  }

  @ParameterizedTest
  @MethodSource("subsets")
  void shouldLearnWhatTheControllerWantsWithEverySubsetOfParts(String parts) {
    Recipe recipe = recipe("loss_type=rldaf trained_parts=%s learning_rate=0.03".formatted(parts));
    try (Learner learner = Learner.start(model, recipe)) {
      Map<String, double[]> before = values(learner.policy().parameters());
      double wantedBefore = wanted(learner);
      for (int step = 0; step < 8; step++) {
        assertThat(learner.step(TinyPolicy.controlled(learner.encoder(), 4, step)).report())
            .isInstanceOf(StepReport.Applied.class);
      }

      assertThat(wanted(learner)).isGreaterThan(wantedBefore + 0.005);
      values(learner.policy().parameters())
          .forEach((name, after) -> assertThat(after).as(name).isNotEqualTo(before.get(name)));
      assertThat(names(learner)).isEqualTo(Set.copyOf(recipe.parts()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "prompt,bias,lora"})
  void shouldTakeTheSameStepsInMicroBatchesAsInOneBatch(String parts) {
    String settings = "loss_type=rldaf trained_parts=" + parts;
    Map<String, double[]> whole = afterTwoSteps(recipe(settings));
    Map<String, double[]> cut =
        afterTwoSteps(
            recipe(settings + " per_device_train_batch_size=2 gradient_accumulation_steps=2"));

    cut.forEach(
        (name, values) ->
            assertThat(values).as(name).containsExactly(whole.get(name), within(1e-6)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss_type=rldaf trained_parts=lora",
        "loss_type=rldaf trained_parts=lora lora_dropout=0.2",
        "loss_type=rldaf",
        "loss_type=rldaf trained_parts=prompt,bias,lora",
        "loss_type=rldaf control_form=gradient",
        "loss_type=rldaf_pair",
        "loss_type=rldaf_pair trained_parts=lora"
      })
  void shouldGoOnBitByBitFromItsFiles(String settings) {
    Recipe recipe = recipe(settings);
    Map<String, byte[]> uninterrupted;
    try (Learner learner = Learner.start(model, recipe)) {
      steps(learner, 0, 4);
      uninterrupted = learner.files("card");
    }
    Map<String, byte[]> halfway;
    try (Learner learner = Learner.start(model, recipe)) {
      steps(learner, 0, 2);
      halfway = learner.files("card");
    }
    assertThat(halfway.keySet()).containsAll(Learner.filesNeeded(recipe));
    assertThat(halfway).containsKey(Learner.OBJECTIVE_FILE);

    try (Learner restored = Learner.restore(model, recipe, halfway)) {
      steps(restored, 2, 4);
      Map<String, byte[]> files = restored.files("card");

      assertThat(files.keySet()).isEqualTo(uninterrupted.keySet());
      files.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(uninterrupted.get(name)));
    }
  }

  @Test
  void shouldAdjustItsWeightsWithEveryStepThatWasApplied() {
    try (Learner learner = Learner.start(model, recipe("loss_type=rldaf trained_parts=lora"))) {
      var before = (RldafObjective) learner.objective();
      learner.score(TinyPolicy.controlled(learner.encoder(), 4, 1));
      assertThat(learner.objective()).isEqualTo(before);

      Map<String, Double> metrics =
          LearningMetrics.of(learner.step(TinyPolicy.controlled(learner.encoder(), 4, 1)).scored());
      var after = (RldafObjective) learner.objective();

      assertThat(after.weights().updates()).isOne();
      assertThat(after.weights().attainment())
          .isCloseTo(metrics.get("control/attainment"), within(0.05));
      assertThat(metrics)
          .containsKeys("kl", "reward", "sampling/effective_sample_size")
          .doesNotContainKey("clip_ratio/region_mean");
      assertThat(after.metrics())
          .containsOnlyKeys(
              "feedback/attribute_weight", "feedback/attainment", "feedback/divergence");
    }
  }

  @Test
  void shouldNotMoveTheReferenceNorReadItUnderAPrompt() {
    try (Learner learner = Learner.start(model, recipe("loss_type=rldaf"))) {
      EncodedRolloutGroup group = TinyPolicy.controlled(learner.encoder(), 1, 1).getFirst();
      TokenRow row = group.rollouts().getFirst().completion().row();
      assertThat(row.promptLevels()).contains(0, 1, 2);
      ForwardRequest request = ForwardRequest.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB);
      TokenStatistics prompted = learner.policy().score(List.of(row), request);
      TokenStatistics unprompted = learner.policy().score(List.of(row.under()), request);
      for (int label = row.completionStart() - 1; label < row.labels(); label++) {
        assertThat(prompted.value(Statistic.REFERENCE_LOG_PROB, 0, label))
            .isCloseTo(unprompted.value(Statistic.REFERENCE_LOG_PROB, 0, label), within(1e-9));
        if (row.promptLevel(label) == 0) {
          assertThat(prompted.logProb(0, label))
              .isCloseTo(unprompted.logProb(0, label), within(1e-9));
        } else {
          assertThat(Math.abs(prompted.logProb(0, label) - unprompted.logProb(0, label)))
              .isGreaterThan(1e-6);
        }
      }
    }
  }

  @Test
  void shouldTrainAFewNumbersByDefaultAndTheLastBlockAloneWithLora() {
    try (Learner prompts = Learner.start(model, recipe("loss_type=rldaf"));
        Learner lora = Learner.start(model, recipe("loss_type=rldaf trained_parts=lora"))) {
      assertThat(prompts.policy().parameters().names())
          .containsExactly(ControlAdapter.SOFT_PROMPTS, ControlAdapter.OUTPUT_BIAS);
      assertThat(lora.policy().parameters().names())
          .isNotEmpty()
          .allMatch(name -> name.contains("layers.1."));
      assertThat(prompts.policy().parameters().count())
          .isLessThan(TrainingMemory.count(model.config()));
    }
  }

  @Test
  void shouldHaveTheDefaultsOfWhatItTrains() {
    Recipe prompts = bound("loss_type=rldaf");
    assertThat(prompts.parts()).containsExactly(TrainedPart.PROMPT, TrainedPart.BIAS);
    assertThat(prompts.adamW().learningRate()).isEqualTo(1e-2);
    assertThat(prompts.adamW().maxGradNorm()).isEqualTo(1);
    assertThat(prompts.promptLevels()).isEqualTo(3);
    Recipe lora = bound("loss_type=rldaf trained_parts=lora");
    assertThat(lora.adamW().learningRate()).isEqualTo(1e-4);
    assertThat(lora.lora().rank()).isEqualTo(8);
    assertThat(lora.promptLevels()).isOne();
    Recipe both = bound("loss_type=rldaf trained_parts=prompt,lora");
    assertThat(both.adamW().learningRate()).isEqualTo(1e-2);
    assertThat(both.learningRateFactor("base_model.model.x.lora_A.weight")).isEqualTo(0.01);
    assertThat(both.learningRateFactor(ControlAdapter.SOFT_PROMPTS)).isOne();
    assertThat(both.asMap(BASE)).containsEntry("lora_learning_rate", "1.0E-4");
    Recipe given = bound("trained_parts=bias,lora learning_rate=0.01 lora_learning_rate=0.005");
    assertThat(given.learningRateFactor("base_model.model.x.lora_A.weight")).isEqualTo(0.5);
    assertThat(bound("trained_parts=bias,lora").learningRateFactor("lora")).isOne();
    Recipe pairs = bound("loss_type=rldaf_pair");
    assertThat(pairs.parts()).containsExactly(TrainedPart.BIAS);
    Recipe dpo = bound("loss_type=sigmoid");
    assertThat(dpo.parts()).containsExactly(TrainedPart.LORA);
    assertThat(dpo.adamW().learningRate()).isEqualTo(1e-5);
    assertThat(dpo.lora().rank()).isEqualTo(16);
  }

  @Test
  void shouldSayHowItSpeaksAmongItsSettings() {
    assertThat(bound("loss_type=rldaf control_lambda=4").asMap(BASE))
        .containsEntry("control_form", "bank")
        .containsEntry("control_lambda", "4.0")
        .containsEntry("bank_thresholds", "[0.8, 0.4]")
        .containsEntry("prompt_vectors", "4")
        .containsEntry("trained_parts", "prompt,bias")
        .containsEntry("attribute_weight", "0.8");
    assertThat(bound("loss_type=rldaf trained_parts=bias").asMap(BASE))
        .containsEntry("bank_thresholds", "[]")
        .doesNotContainKey("prompt_vectors");
    assertThat(bound("loss_type=sigmoid").asMap(BASE))
        .doesNotContainKeys(
            "control_form", "control_lambda", "bank_thresholds", "prompt_vectors", "trained_parts")
        .containsEntry("learning_rate", "1.0E-5")
        .containsEntry("lora_r", "16");
  }

  @Test
  void shouldRefuseSettingsThatDoNotApplyByTheirNames() {
    refused(
        "loss_type=sigmoid control_lambda=2",
        "control_lambda goes with loss_type rldaf, not with dpo");
    refused("loss_type=rldaf_pair control_lambda=2", "control_lambda goes with loss_type rldaf");
    refused("loss_type=sigmoid attribute_weight=0.5", "sigmoid takes no 'attribute_weight'");
    refused("loss_type=rldaf beta=0.5", "rldaf takes no 'beta'");
    refused("loss_type=rldaf delta=2", "delta goes with objectives of policy gradients");
    refused("loss_type=rldaf gradient_steps=2", "gradient_steps goes with control_form gradient");
    refused(
        "loss_type=rldaf control_form=gradient bank_thresholds=0.5",
        "bank_thresholds goes with control_form bank");
    refused(
        "loss_type=rldaf trained_parts=bias control_form=gradient",
        "control_form moves a prompt: trained_parts must name prompt");
    refused(
        "loss_type=rldaf bank_thresholds=",
        "bank_thresholds must name at least one threshold where trained_parts names prompt");
    refused(
        "loss_type=rldaf_pair trained_parts=prompt",
        "trained_parts prompt goes with loss_type rldaf: what rldaf_pair learns from doesn't say");
    refused("loss_type=ppo trained_parts=bias,lora", "trained_parts must be lora with ppo");
    refused("loss_type=rldaf trained_parts=bias,bias", "at most once");
    refused("lora_learning_rate=0.1", "lora_learning_rate goes with trained_parts of lora and");
    refused("use_peft=false trained_parts=bias", "trained_parts must be empty with use_peft false");
    refused("use_peft=false loss_type=rldaf", "use_peft must be true with rldaf, which trains a");
    refused("use_peft=false loss_type=ppo", "use_peft must be true with ppo");
    refused("loss_type=rldaf sync_ref_model=true", "sync_ref_model moves the reference");
    refused("loss_type=rldaf_pair,sft", "a list of loss_types goes with objectives that stay");
  }

  private static void refused(String settings, String message) {
    assertThatThrownBy(() -> bound(settings))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(message);
  }

  /** How much more probable wanted tokens are than others, under the prompts that act. */
  private static double wanted(Learner learner) {
    double sum = 0;
    int tokens = 0;
    for (EncodedRolloutGroup group : TinyPolicy.controlled(learner.encoder(), 6, 1_000)) {
      for (EncodedRollout rollout : group.rollouts()) {
        TokenRow row = rollout.completion().row();
        TokenStatistics said =
            learner.policy().score(List.of(row), ForwardRequest.of(Statistic.LOG_PROB));
        for (int label = row.completionStart() - 1; label < row.labels(); label++) {
          double sign = TinyPolicy.isWanted(row.ids()[label + 1]) ? 1 : -1;
          sum += sign * said.logProb(0, label);
          tokens++;
        }
      }
    }
    return sum / tokens;
  }

  private static Map<String, double[]> afterTwoSteps(Recipe recipe) {
    try (Learner learner = Learner.start(model, recipe)) {
      steps(learner, 0, 2);
      return values(learner.policy().parameters());
    }
  }

  private static void steps(Learner learner, int from, int to) {
    for (int step = from; step < to; step++) {
      List<? extends EncodedExample> batch =
          learner.objective() instanceof RldafObjective
              ? TinyPolicy.controlled(learner.encoder(), 4, step, levels(learner))
              : TinyPolicy.pairs(model, 4, step);
      assertThat(learner.step(batch).report()).isInstanceOf(StepReport.Applied.class);
    }
  }

  private static int levels(Learner learner) {
    return learner.policy() instanceof TrainedPolicy.OfAdapter policy
            && policy.adapter() instanceof ControlAdapter parts
        ? parts.levels()
        : 3;
  }

  private static Set<TrainedPart> names(Learner learner) {
    return Set.copyOf(
        learner.policy().parameters().names().stream()
            .map(
                name ->
                    switch (name) {
                      case ControlAdapter.SOFT_PROMPTS -> TrainedPart.PROMPT;
                      case ControlAdapter.OUTPUT_BIAS -> TrainedPart.BIAS;
                      default -> TrainedPart.LORA;
                    })
            .distinct()
            .toList());
  }

  private static Map<String, double[]> values(Parameters parameters) {
    Map<String, double[]> values = new TreeMap<>();
    parameters.names().forEach(name -> values.put(name, parameters.values(name)));
    return values;
  }

  private static Recipe recipe(String settings) {
    return bound("per_device_train_batch_size=4 max_length=60 lora_r=2 " + settings);
  }

  private static Recipe bound(String settings) {
    SettingsSource source = SettingsSource.empty();
    if (settings.contains("loss_type=rldaf ") || settings.endsWith("loss_type=rldaf")) {
      source = source.with(List.of("prompt_vectors=4"));
    }
    return Settings.bind(Recipe.class, source.with(Arrays.asList(settings.split(" "))));
  }
}
