/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.app.models.InputException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Bytes;
import dev.plumbline.feeds.judges.Judge;
import dev.plumbline.feeds.judges.JudgeKind;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.feeds.judges.JudgeStatus;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Judgeable.Origin;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.feeds.judges.Score;
import dev.plumbline.feeds.judges.chat.Condition;
import dev.plumbline.feeds.judges.chat.Condition.State;
import dev.plumbline.gateway.live.JudgeReport;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.reward.RewardModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JudgesTest {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);

  private static CausalLanguageModel model;

  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    byte[] tokenizer =
        ByteBpeTrainer.train(List.of("great food and a rude waiter, great service"), 280);
    model = CausalLanguageModel.initialize("tiny", CONFIG, tokenizer, 7, EngineOptions.defaults());
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @Test
  void shouldGradeByThePocketAttribute() {
    try (Judge judge = open("kind=program")) {
      assertThat(judge.kind()).isEqualTo(AnnotatorKind.PROGRAM);
      assertThat(scores(judge)).extracting(Score::value).containsExactly(0.0, 0.0);
    }
  }

  @Test
  void shouldScoreThePrefixesOfThePolicysTokensByThePocketAttribute() {
    try (Judge judge = open("kind=graded", "scale=2")) {
      assertThat(judge.kind()).isEqualTo(AnnotatorKind.PROGRAM);
      assertThat(scores(judge).getFirst().prefixes())
          .hasSize(3)
          .allSatisfy(logProb -> assertThat(logProb).isEqualTo((float) -Math.log(2)));
    }
  }

  @Test
  void shouldOpenARewardModelFromItsDirectory() throws IOException {
    double expected;
    try (RewardModel reward = RewardModel.initialize(model, 5)) {
      for (Map.Entry<String, byte[]> file : reward.files("a card").entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
      try (Judge judge = open("kind=reward_model", "directory=" + folder)) {
        assertThat(judge.kind()).isEqualTo(AnnotatorKind.MODEL);
        expected = scores(judge).getFirst().value();
      }
    }
    assertThat(expected).isNotZero();
  }

  @Test
  void shouldNameWhatIsWrong() {
    assertRefused(
        run("judge", "--data", folder.toString(), "--set", "judge.kind=chat"),
        "--set judge.kind: judge: chat.model is required for kind chat: the endpoint's name of the model that is asked");
    assertThatThrownBy(() -> open("kind=controller", "directory=" + folder.resolve("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("judge.directory")
        .hasMessageContaining("there is no such directory");
    assertThatThrownBy(() -> open("kind=graded", "scale=-1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("scale must be positive, but was -1.0");
  }

  @Test
  void shouldTellTheLivePageInWords() {
    Instant since = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(
            Judges.report(
                new JudgeStatus(
                    "j",
                    JudgeKind.REWARD_MODEL,
                    new Condition(State.RATE_LIMITED, since, "status 429"),
                    1,
                    2,
                    3,
                    "status 429")))
        .isEqualTo(
            new JudgeReport("j", "reward_model", "rate_limited", since, 1, 2, 3, "status 429"));
  }

  private static Judge open(String... assignments) {
    return Judges.open(
        Settings.bind(JudgeSettings.class, SettingsSource.empty().with(List.of(assignments))),
        () -> model,
        new SimpleMeterRegistry(),
        InstantSource.system());
  }

  private static List<Score> scores(Judge judge) {
    Judgeable task =
        new Judgeable(
            "t",
            "i",
            "overall",
            "p",
            List.of(
                new Shown("a", "great food", List.of(40, 41)), new Shown("b", "other", List.of())),
            new Origin(0, 0, Bytes.of(new byte[0])));
    return judge.judge(List.of(task)).join().getFirst().scores();
  }
}
