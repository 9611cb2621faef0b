/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Text;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.EnsembleScore;
import dev.plumbline.reward.RewardEncoder;
import dev.plumbline.reward.RewardEnsemble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanes that learn a reward model from the preference pairs of a policy's feed. */
class RewardLaneTest {
  private static LaneFixture fixture;
  private String feed;
  private Examples examples;

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    fixture = new LaneFixture(folder);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void takeAFeed() {
    feed = fixture.newPolicy();
    examples = new Examples(feed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "learning.seed=3",
        "learning.num_train_epochs=2 learning.lora_dropout=0.2 learning.use_dora=true",
        "learning.center_rewards_coefficient=0.01 learning.lr_scheduler_type=cosine learning.max_steps=9"
      })
  void shouldGoOnAsIfItHadNeverStopped(String different) throws Exception {
    writeTrain(0, 8);
    fixture.write(examples.heldOut(0), examples.train(8), examples.boundary());

    List<PolicyVersion> unbroken = fixture.runUntil(4, settings("unbroken", different));
    LaneSettings broken = settings("broken", different);
    fixture.runUntil(2, broken);
    List<PolicyVersion> rest = fixture.runUntil(2, broken);

    assertThat(withoutNames(rest.getLast())).isEqualTo(withoutNames(unbroken.getLast()));
    assertThat(unbroken)
        .extracting(version -> version.learned().artifactDigest())
        .doesNotHaveDuplicates();
    assertThat(rest.getLast().learned().metrics()).containsEntry("eval_count", 1.0);
  }

  @Test
  void shouldPublishWhatReadsBackAsARewardModelAndAsNoPolicy() throws Exception {
    fixture.write(examples.heldOut(0));
    writeTrain(0, 4);
    LaneSettings settings = settings("reward", "learning.num_train_epochs=20");

    List<PolicyVersion> versions =
        fixture.runUntil(
            2,
            settings,
            environment ->
                environment.withEvaluator(
                    (model, adapter, version) -> {
                      throw new AssertionError("a reward model has no win rate");
                    }));

    PolicyVersion version = versions.getLast();
    assertThat(version.id()).hasToString(feed + ".reward@000001");
    assertThat(version.learned().objective()).isEqualTo("bradley_terry");
    assertThat(version.learned().metrics())
        .containsKeys(
            "accuracy", "loss", "margin", "mean_reward", "min_reward", "max_reward", "grad_norm")
        .containsKeys("learning_rate", "num_tokens", "eval_accuracy", "eval_loss")
        .containsEntry("steps_refused", 0.0)
        .doesNotContainKey("rewards/margins");
    PreferencePair heldOut = examples.heldOut(0);
    try (RewardEnsemble reward = RewardEnsemble.read(fixture.model, files(artifact(version)))) {
      List<TokenRow> rows =
          new RewardEncoder(fixture.model, settings.learning().recipe().maxLength())
              .texts(
                  text(heldOut.prompt()),
                  List.of(text(heldOut.a().text()), text(heldOut.b().text())));
      List<EnsembleScore> scores = reward.scores(rows, 4);
      assertThat(version.learned().metrics())
          .containsEntry("eval_margin", scores.getFirst().mean() - scores.getLast().mean());
    }
    assertThatThrownBy(() -> VersionArtifact.readAdapter(fixture.model, artifact(version)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("CAUSAL_LM");
  }

  @Test
  void shouldPassOverWhatIsNoPairAndSayWhy() throws Exception {
    fixture.write(
        examples.unpaired(0),
        examples.ranked(1),
        examples.sealed(2),
        examples.train(3),
        examples.boundary());

    PolicyVersion version = fixture.runUntil(2, settings("reward", "learning.seed=0")).getLast();

    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(1, 0, 0, 0, 0, 3, 0));
    assertThat(version.learned().metrics())
        .containsEntry("unusable/other_kind", 2.0)
        .containsEntry("unusable/sealed", 1.0);
  }

  private LaneSettings settings(String name, String different) {
    return fixture.settings(
        feed + "." + name,
        Stream.concat(
                Stream.of("feed=" + feed, "learning.loss_type=bradley_terry"),
                Stream.of(different.split(" ")))
            .toArray(String[]::new));
  }

  private void writeTrain(int from, int to) {
    for (int number = from; number < to; number++) {
      fixture.write(examples.train(number));
    }
  }

  private static Artifact artifact(PolicyVersion version) throws IOException {
    return fixture.artifacts.open(new ArtifactDigest(version.learned().artifactDigest()));
  }

  private static Map<String, byte[]> files(Artifact artifact) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (var entry : artifact.manifest().entries()) {
      files.put(entry.name(), artifact.read(entry.name()));
    }
    return files;
  }

  private static String text(Text text) {
    return ((Text.Plain) text).text();
  }

  private static String withoutNames(PolicyVersion version) {
    return version.learned().toString().replace(version.policy() + "@", "@");
  }
}
