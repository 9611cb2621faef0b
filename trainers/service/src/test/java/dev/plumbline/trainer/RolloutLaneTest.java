/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.alignment.Learner;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.reward.control.ControlSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanes that learn from what a version of their policy said. */
class RolloutLaneTest {
  private static LaneFixture fixture;
  private String policy;
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
    policy = fixture.newPolicy();
    examples = new Examples(policy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpo",
        "rloo",
        "ppo learning.num_train_epochs=2",
        "rldaf learning.prompt_vectors=3 learning.trained_parts=prompt,bias,lora"
      })
  void shouldGoOnFromRolloutGroupsAsIfItHadNeverStopped(String objective) throws Exception {
    String[] settings = ("learning.loss_type=" + objective).split(" ");
    writeRollouts(0, 8);

    List<PolicyVersion> unbroken = fixture.runUntil(3, fixture.settings(policy, settings));
    String other = fixture.newPolicy();
    LaneSettings broken =
        fixture.settings(
            other,
            Stream.concat(Stream.of("feed=" + policy), Stream.of(settings)).toArray(String[]::new));
    fixture.runUntil(2, broken);
    PolicyVersion third = fixture.runUntil(1, broken).getLast();

    assertThat(withoutNames(third)).isEqualTo(withoutNames(unbroken.getLast()));
    assertThat(third.learned().artifactDigest())
        .isEqualTo(unbroken.getLast().learned().artifactDigest())
        .isNotEqualTo(unbroken.get(1).learned().artifactDigest());
    assertThat(third.learned().counts()).isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 0, 0));
    assertThat(third.learned().metrics())
        .containsKeys("loss", "reward", "grad_norm", "sampling/effective_sample_size")
        .containsEntry("steps_refused", 0.0);
  }

  @Test
  void shouldCommitWhatRldafHasBecomeAndSayHowTheVersionSpeaks() throws Exception {
    writeRollouts(0, 4);

    PolicyVersion version =
        fixture
            .runUntil(
                2,
                fixture.settings(
                    policy,
                    "learning.loss_type=rldaf",
                    "learning.prompt_vectors=3",
                    "learning.control_lambda=2"))
            .getLast();

    Artifact artifact = artifact(version);
    assertThat(new String(artifact.read(Learner.OBJECTIVE_FILE), UTF_8))
        .startsWith("rldaf-weights/1 updates=1 ");
    assertThat(version.learned().metrics())
        .containsKeys("feedback/attribute_weight", "control/attainment", "kl");
    ControlSettings speech = ControlSettings.of(VersionArtifact.readSettings(artifact));
    assertThat(speech.controlLambda()).isEqualTo(2);
    assertThat(speech.levels()).isEqualTo(3);
    assertThat(new String(artifact.read("README.md"), UTF_8))
        .contains("# Adapter of soft prompts and an output bias after 1 optimizer steps");
    try (TrainedAdapter adapter = VersionArtifact.readAdapter(fixture.model, artifact)) {
      assertThat(adapter)
          .isInstanceOfSatisfying(
              ControlAdapter.class, parts -> assertThat(parts.levels()).isEqualTo(3));
    }
  }

  @Test
  void shouldPassOverRolloutsThatNoControllerToldOfAndSayWhy() throws Exception {
    fixture.write(
        examples.plainRollouts(id(0), 0),
        examples.rollouts(id(0), 1),
        examples.train(2),
        examples.rollouts(id(0), 3),
        examples.boundary());

    PolicyVersion version =
        fixture
            .runUntil(
                2,
                fixture.settings(policy, "learning.loss_type=rldaf", "learning.trained_parts=lora"))
            .getLast();

    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(2, 0, 0, 0, 0, 2, 0));
    assertThat(version.learned().metrics())
        .containsEntry("unusable/no_prefix_scores", 1.0)
        .containsEntry("unusable/other_kind", 1.0);
  }

  @Test
  void shouldLearnOnlineDpoFromTheBestAndTheWorstOfAGroup() throws Exception {
    writeRollouts(0, 4);

    PolicyVersion version =
        fixture
            .runUntil(
                2,
                fixture.settings(
                    policy,
                    "learning.loss_type=ipo",
                    "learning.pairs_from=rollouts",
                    "learning.pair_importance_cap=2"))
            .getLast();

    assertThat(version.learned().objective()).isEqualTo("iw_ipo");
    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 0, 0));
    assertThat(version.learned().metrics()).containsKeys("loss", "rewards/margins");
  }

  @Test
  void shouldParkWhatVersionsBeyondTheStalenessBoundSaid() throws Exception {
    writeRollouts(0, 8);
    fixture.write(examples.rollouts(id(0), 8), examples.rollouts(id(2), 9), examples.boundary());

    PolicyVersion version =
        fixture
            .runUntil(
                4,
                fixture.settings(
                    policy,
                    "learning.loss_type=grpo",
                    "learning.version_distance=park",
                    "learning.max_version_distance=1"))
            .getLast();

    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(1, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void shouldLearnRldafFromPairs() throws Exception {
    for (int i = 0; i < 4; i++) {
      fixture.write(examples.train(i));
    }

    PolicyVersion version =
        fixture.runUntil(2, fixture.settings(policy, "learning.loss_type=rldaf_pair")).getLast();

    assertThat(version.learned().objective()).isEqualTo("rldaf_pair");
    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 0, 0));
    assertThat(version.learned().metrics())
        .containsKeys("loss", "rewards/margins", "feedback/attribute_weight");
  }

  private void writeRollouts(int from, int to) {
    for (int number = from; number < to; number++) {
      fixture.write(examples.rollouts(id(0), number));
    }
  }

  private PolicyVersionId id(int number) {
    return new PolicyVersionId(policy, number);
  }

  private static Artifact artifact(PolicyVersion version) throws IOException {
    return fixture.artifacts.open(new ArtifactDigest(version.learned().artifactDigest()));
  }

  private static String withoutNames(PolicyVersion version) {
    return version.learned().toString().replace(version.policy() + "@", "@");
  }
}
