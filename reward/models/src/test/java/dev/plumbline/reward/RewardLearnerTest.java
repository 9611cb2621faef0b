/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.StepReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RewardLearnerTest {
  private static final List<RewardPair> TRAIN = TinyModel.pairs(64, 1);
  private static final List<RewardPair> HELD_OUT = TinyModel.pairs(64, 2);

  private static RewardPlan plan(String... keysAndValues) {
    SettingsSource source =
        SettingsSource.empty()
            .with("learning_rate", "0.01", "test")
            .with("lora_r", "2", "test")
            .with("lora_alpha", "4", "test");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      source = source.with(keysAndValues[i], keysAndValues[i + 1], "test");
    }
    return Settings.bind(RewardRecipe.class, source).plan();
  }

  private static void learn(RewardLearner learner, int batchSize, int from, int to) {
    for (int step = from; step < to; step++) {
      int start = step * batchSize % TRAIN.size();
      assertThat(learner.step(TRAIN.subList(start, start + batchSize)).report())
          .isInstanceOf(StepReport.Applied.class);
    }
  }

  private static PairEvaluation heldOut(RewardModel reward) {
    RewardEnsemble alone = new RewardEnsemble(List.of(reward));
    return PairEvaluation.of(alone.scorePairs(HELD_OUT, 16));
  }

  @ParameterizedTest
  @CsvSource({"true, 0.85, 0.2", "false, 0.65, 0.05"})
  void shouldLearnToTellTheBetterTextOfPairsItHasNotSeen(
      String usePeft, double accuracy, double drop) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardLearner learner = RewardLearner.start(model, plan("use_peft", usePeft))) {
      double before = heldOut(learner.reward()).logLoss();
      learn(learner, 8, 0, 40);
      PairEvaluation after = heldOut(learner.reward());
      assertThat(after.accuracy()).isGreaterThan(accuracy);
      assertThat(after.logLoss()).isLessThan(before - drop);
      assertThat(learner.steps()).isEqualTo(40);
    }
  }

  @Test
  void shouldComeToTheSameBytesWheneverItIsStoppedAndRestored() {
    RewardPlan plan = plan("lora_dropout", "0.1", "seed", "3");
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardLearner whole = RewardLearner.start(model, plan);
        RewardLearner half = RewardLearner.start(model, plan)) {
      learn(whole, 8, 0, 6);
      learn(half, 8, 0, 3);
      try (RewardLearner rest = RewardLearner.restore(model, plan, half.files("card"))) {
        learn(rest, 8, 3, 6);
        assertThat(rest.files("card")).containsExactlyEntriesOf(whole.files("card"));
      }
      Map<String, byte[]> without = whole.reward().files("card");
      assertThatThrownBy(() -> RewardLearner.restore(model, plan, without))
          .hasMessage("optimizer.safetensors: the file is missing");
    }
  }

  @Test
  void shouldTakeTheSameStepInMicroBatches() {
    RewardPlan atOnce = plan("center_rewards_coefficient", "0.01");
    RewardPlan inParts =
        plan(
            "center_rewards_coefficient", "0.01",
            "per_device_train_batch_size", "2",
            "gradient_accumulation_steps", "4");
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        RewardLearner whole = RewardLearner.start(model, atOnce);
        RewardLearner parts = RewardLearner.start(model, inParts)) {
      for (int step = 0; step < 3; step++) {
        List<RewardPair> batch = TRAIN.subList(8 * step, 8 * step + 8 - step);
        RewardLearner.RewardStep expected = whole.step(batch);
        RewardLearner.RewardStep found = parts.step(batch);
        assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-9));
        assertThat(found.scored()).hasSize(batch.size());
      }
      assertThat(heldOut(parts.reward()).logLoss())
          .isCloseTo(heldOut(whole.reward()).logLoss(), within(1e-9));
    }
  }

  @Test
  void shouldNotMoveForPairsThatCountNothing() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardLearner learner = RewardLearner.start(model, plan())) {
      Map<String, byte[]> before = learner.reward().files("card");
      RewardPair pair = TRAIN.getFirst();
      learner.step(List.of(new RewardPair(pair.a(), pair.b(), 1, 0, 0)));
      assertThat(learner.reward().files("card")).containsExactlyEntriesOf(before);
    }
  }

  @Test
  void shouldRefuseABatchThatThePlanHasNoRoomFor() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardLearner learner = RewardLearner.start(model, plan())) {
      assertThatThrownBy(() -> learner.step(TRAIN.subList(0, 9)))
          .hasMessage("a batch holds 1 to 8 pairs, but had 9");
      assertThatThrownBy(() -> learner.step(List.of()))
          .hasMessage("a batch holds 1 to 8 pairs, but had 0");
    }
  }

  @Test
  void shouldLeaveNothingOpen() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      long open = model.openArrays();
      try (RewardLearner learner = RewardLearner.start(model, plan())) {
        learn(learner, 8, 0, 2);
      }
      try (RewardModel finished = RewardLearner.start(model, plan()).finish()) {
        finished.scores(List.of(TRAIN.getFirst().a()), 1);
      }
      assertThat(model.openArrays()).isEqualTo(open);
    }
  }
}
