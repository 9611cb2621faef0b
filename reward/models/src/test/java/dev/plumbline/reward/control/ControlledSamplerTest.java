/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ControlConfig;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.SoftPromptConfig;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.TinyModel;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.ControllerKind;
import dev.plumbline.reward.attribute.ControllerLearner;
import dev.plumbline.reward.attribute.ControllerRecipe;
import dev.plumbline.reward.attribute.LabelledRow;
import dev.plumbline.reward.attribute.RemoteController;
import dev.plumbline.reward.attribute.TrainedController;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ControlledSamplerTest {
  private static final int LIKED = 42;
  private static final SamplingOptions OPTIONS = SamplingOptions.of(8, 1, 5);
  private static final List<int[]> PROMPTS =
      List.of(new int[] {1}, new int[] {1, 60, 61}, new int[] {1, 99}, new int[] {1, 120, 42});
  private static final List<Long> KEYS = LongStream.range(0, 4).boxed().toList();

  /** Says how many of a text's tokens are liked; its numbers are made up, not learned. */
  private record Liking() implements RemoteController {
    @Override
    public Attribute attribute() {
      return new Attribute("liked", List.of());
    }

    @Override
    public double[][] prefixLogProbs(List<TokenRow> rows, int batchSize) {
      double[][] logProbs = new double[rows.size()][];
      for (int i = 0; i < logProbs.length; i++) {
        int[] ids = rows.get(i).ids();
        int start = rows.get(i).completionStart();
        logProbs[i] = new double[ids.length - start + 1];
        for (int t = 0; t < logProbs[i].length; t++) {
          long liked = Arrays.stream(ids, 0, start + t).filter(id -> id == LIKED).count();
          logProbs[i][t] = Math.log((0.5 + liked) / (1 + start + t));
        }
      }
      return logProbs;
    }

    @Override
    public void close() {}
  }

  private static TrainedController trained(CausalLanguageModel model, ControllerKind kind) {
    ControllerRecipe recipe =
        Settings.bind(
            ControllerRecipe.class,
            SettingsSource.empty()
                .with("controller", kind.label(), "test")
                .with("lora_r", "2", "test")
                .with("min_texts", "1", "test"));
    SplittableRandom random = new SplittableRandom(2);
    List<LabelledRow> texts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int[] ids = random.ints(6, 50, 120).toArray();
      ids[i % 6] = i % 2 == 0 ? LIKED : ids[i % 6];
      texts.add(new LabelledRow(TokenRow.of(new int[] {1}, ids), i % 2 == 0));
    }
    ControllerLearner learner = ControllerLearner.start(model, recipe, texts);
    learner.step(texts);
    return TrainedController.calibrated(
        new Attribute("liked", List.of()), learner.finish(), texts, 16);
  }

  private static long liked(List<ControlledRollout> rollouts) {
    return rollouts.stream()
        .flatMapToInt(rollout -> Arrays.stream(rollout.completion().ids()))
        .filter(id -> id == LIKED)
        .count();
  }

  @Test
  void shouldSayWhatTheControllerLikesTheMoreTheLargerLambda() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      List<int[]> prompts = Collections.nCopies(16, PROMPTS.getFirst());
      List<Long> keys = LongStream.range(0, 16).boxed().toList();
      List<Long> found = new ArrayList<>();
      for (double lambda : new double[] {0, 2, 6}) {
        found.add(
            liked(
                ControlledSampler.plugAndPlay(new Liking(), lambda, 300)
                    .sample(model, Adapter.none(), prompts, OPTIONS, keys)));
      }
      assertThat(found.get(0)).isLessThan(found.get(1));
      assertThat(found.get(1)).isLessThan(found.get(2));
    }
  }

  @Test
  void shouldDrawFromTheProductOfPolicyAndController() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64)) {
      ControlledRollout rollout =
          ControlledSampler.plugAndPlay(new Liking(), 2, 300)
              .sample(model, Adapter.none(), PROMPTS, SamplingOptions.of(1, 1, 5), KEYS)
              .get(1);
      double[] policy = new double[300];
      double[] controlled = new double[300];
      for (int v = 0; v < 300; v++) {
        TokenRow row = TokenRow.of(PROMPTS.get(1), new int[] {v});
        policy[v] = model.score(List.of(row), Adapter.none()).completionLogProb(0);
        controlled[v] = new Liking().logProbs(List.of(row), 1)[0];
      }
      int drawn = rollout.completion().ids()[0];

      assertThat(rollout.completion().logProbs()[0]).isCloseTo(policy[drawn], within(1e-9));
      assertThat(rollout.completion().behaviourLogProbs()[0])
          .isCloseTo(new ResidualControl(2).logProbs(policy, controlled)[drawn], within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(ControllerKind.class)
  void shouldChooseLevelsByWhatTheControllerSaysOfTheTextBefore(ControllerKind kind) {
    ControlConfig config = new ControlConfig(new SoftPromptConfig(3, 2), true, null);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        ControlAdapter adapter = ControlAdapter.initialize(model, config, 3);
        TrainedController controller = trained(model, kind)) {
      double middle =
          Math.exp(controller.logProbs(List.of(TokenRow.of(PROMPTS.get(1), new int[] {70})), 1)[0]);
      PromptControl.Bank bank = new PromptControl.Bank(List.of(middle * 1.02, middle * 0.98));
      List<ControlledRollout> rollouts =
          new ControlledSampler(controller, bank, new ResidualControl(1), 5)
              .sample(model, adapter, PROMPTS, OPTIONS, KEYS);

      for (int i = 0; i < rollouts.size(); i++) {
        ControlledRollout rollout = rollouts.get(i);
        int[] ids = rollout.completion().ids();
        double[] before = rollout.attributeLogProbs();
        for (int t = 0; t < ids.length; t++) {
          assertThat(rollout.completion().promptLevels()[t])
              .isEqualTo(bank.level(Math.exp(before[t])));
        }
        assertThat(before)
            .containsExactly(
                controller.prefixLogProbs(List.of(TokenRow.of(PROMPTS.get(i), ids)), 1)[0],
                within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ControllerKind.class)
  void shouldOnlyListenWithoutPromptsAndLambda(ControllerKind kind) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        TrainedController controller = trained(model, kind)) {
      List<ControlledRollout> rollouts =
          ControlledSampler.plugAndPlay(controller, 0, 1)
              .sample(model, Adapter.none(), PROMPTS, OPTIONS, KEYS);
      for (int i = 0; i < PROMPTS.size(); i++) {
        int[] ids = rollouts.get(i).completion().ids();
        assertThat(ids)
            .isEqualTo(model.sample(PROMPTS, Adapter.none(), OPTIONS, KEYS).get(i).ids());
        assertThat(rollouts.get(i).endLogProb())
            .isEqualTo(rollouts.get(i).attributeLogProbs()[ids.length]);
      }
    }
  }

  @Test
  void shouldMoveThePromptByTheGradientOfAHeadAlone() {
    ControlConfig config = new ControlConfig(new SoftPromptConfig(2, 2), false, null);
    PromptControl.Gradient gradient = new PromptControl.Gradient(2, 0.1, 0.01);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        ControlAdapter adapter = ControlAdapter.initialize(model, config, 3);
        TrainedController head = trained(model, ControllerKind.HEAD);
        TrainedController lexicon = trained(model, ControllerKind.LEXICON)) {
      List<ControlledRollout> rollouts =
          new DescendingSampler(head, gradient, new GeometricMean(1))
              .sample(model, adapter, PROMPTS, OPTIONS, KEYS);

      ControlledRollout first = rollouts.getFirst();
      int[] ids = first.completion().ids();
      TokenRow row = TokenRow.of(PROMPTS.getFirst(), ids);
      assertThat(first.completion().promptLevels()).containsOnly(1);
      assertThat(first.attributeLogProbs())
          .containsExactly(head.prefixLogProbs(List.of(row), 1)[0], within(1e-9));
      assertThat(first.completion().behaviourLogProbs())
          .isNotEqualTo(first.completion().logProbs());
      assertThatThrownBy(() -> new DescendingSampler(lexicon, gradient, new GeometricMean(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("control_form gradient needs a controller of kind head, but was lexicon");
    }
  }

  @Test
  void shouldRefuseNoCandidates() {
    assertThatThrownBy(() -> ControlledSampler.plugAndPlay(new Liking(), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("control_candidates must be at least 1, but was 0");
  }
}
