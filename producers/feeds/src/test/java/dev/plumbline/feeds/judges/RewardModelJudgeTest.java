/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import static dev.plumbline.feeds.judges.Tasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.reward.RewardEncoder;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.RewardModel;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RewardModelJudgeTest {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);

  private static CausalLanguageModel model;

  @BeforeAll
  static void load() {
    byte[] tokenizer =
        ByteBpeTrainer.train(List.of("the cat sat on the mat, and the dog sat on the log"), 280);
    model = CausalLanguageModel.initialize("tiny", CONFIG, tokenizer, 7, EngineOptions.defaults());
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @Test
  void shouldScoreLikeTheRewardModelAndHaveNoSpreadAlone() {
    try (RewardModelJudge judge = judge(3)) {
      List<Score> scores =
          judge.judge(List.of(task("the cat", "the dog sat"))).join().getFirst().scores();

      assertThat(scores).extracting(Score::candidateId).containsExactly("c0", "c1");
      assertThat(scores).allMatch(score -> score.spread() == null && score.prefixes().isEmpty());
      assertThat(scores.getFirst().value()).isNotEqualTo(scores.getLast().value());
      try (RewardModel same = RewardModel.initialize(model, 3)) {
        assertThat(
                same.scores(
                    new RewardEncoder(model, 64)
                        .texts("the prompt", List.of("the cat", "the dog sat")),
                    8))
            .containsExactly(scores.getFirst().value(), scores.getLast().value());
      }
    }
  }

  @Test
  void shouldGiveAnEnsemblesSpreadAndTheSameScoresWhateverElseIsInTheBatch() {
    Judgeable one = task("the cat", "the dog sat");
    Judgeable other = task("a log", "the mat and the mat", "on");
    try (RewardModelJudge judge = judge(3, 4)) {
      Opinion alone = judge.judge(List.of(one)).join().getFirst();

      assertThat(alone.scores()).allSatisfy(score -> assertThat(score.spread()).isPositive());
      assertThat(judge.judge(List.of(other, one)).join().getLast()).isEqualTo(alone);
    }
  }

  private static RewardModelJudge judge(long... seeds) {
    return new RewardModelJudge(
        new RewardEnsemble(
            LongStream.of(seeds).mapToObj(seed -> RewardModel.initialize(model, seed)).toList()),
        new RewardEncoder(model, 64),
        8);
  }
}
