/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.OffsetReset;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TrainedAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerLaneTest {
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

  @Test
  void shouldPublishTheBaseAndThenAVersionPerSlice() throws Exception {
    writeTrain(0, 9);

    List<PolicyVersion> versions = fixture.runUntil(3, fixture.settings(policy));

    assertThat(versions).extracting(PolicyVersion::id).containsExactly(id(0), id(1), id(2));
    assertThat(versions)
        .extracting(version -> version.learned().parent())
        .containsExactly(null, id(0), id(1));
    assertThat(versions)
        .extracting(version -> Lineage.range(version).to())
        .containsExactly(0L, 4L, 8L);
    assertThat(versions)
        .extracting(version -> version.learned().step())
        .containsExactly(0L, 1L, 2L);
    assertThat(versions.getLast().learned().counts())
        .isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 0, 0));
    assertThat(versions.getLast().learned().metrics())
        .containsKeys(
            "loss",
            "rewards/chosen",
            "rewards/rejected",
            "rewards/margins",
            "rewards/accuracies",
            "logps/chosen",
            "logps/rejected",
            "grad_norm",
            "learning_rate",
            "num_tokens",
            "eval_count");
    assertThat(versions.getLast().observed().newestAcceptedAt())
        .isEqualTo(Examples.acceptedAt(examples.train(7).itemId()));
  }

  @Test
  void shouldPublishABaseThatChangesNothingAndAVersionThatDoes() throws Exception {
    writeTrain(0, 4);

    List<PolicyVersion> versions = fixture.runUntil(2, fixture.settings(policy));

    List<TokenRow> rows = List.of(new TokenRow(new int[] {1, 20, 30, 40}, 2));
    double base = fixture.model.score(rows, Adapter.none()).completionLogProb(0);
    assertThat(score(versions.getFirst(), rows)).isEqualTo(base);
    assertThat(score(versions.getLast(), rows)).isNotEqualTo(base);
  }

  @Test
  void shouldEndAVersionAtABoundary() throws Exception {
    fixture.write(examples.boundary(), examples.train(0), examples.train(1), examples.boundary());

    PolicyVersion version = fixture.runUntil(2, fixture.settings(policy)).getLast();

    assertThat(version.learned().counts().learned()).isEqualTo(2);
    assertThat(Lineage.range(version).from()).isZero();
    assertThat(Lineage.range(version).to()).isEqualTo(4);
  }

  @Test
  void shouldAskForAVersionWhenExamplesHaveWaitedTooLong() throws Exception {
    fixture.write(examples.train(0), examples.train(1));

    PolicyVersion version =
        fixture
            .runUntil(
                2,
                fixture.settings(policy, "publish_after=1s"),
                environment -> environment.withClock(ticking(Duration.ofMillis(400))))
            .getLast();

    assertThat(version.learned().counts().learned()).isEqualTo(2);
    assertThat(Lineage.range(version).to()).isEqualTo(3);
  }

  @Test
  void shouldSkipRevisionsOfWhatAnEarlierVersionLearned() throws Exception {
    writeTrain(0, 4);
    fixture.write(
        examples.train(0, 2),
        examples.train(4),
        examples.train(4, 2),
        examples.withdrawn(1, 2),
        examples.boundary());

    PolicyVersion version = fixture.runUntil(3, fixture.settings(policy)).getLast();

    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(1, 0, 1, 2, 0, 0, 0, 0, 1));
    assertThat(Lineage.range(version).learned()).contains(List.of(6L));
  }

  @Test
  void shouldReturnWhenItHasCaughtUpAndMakeTheSameOfTheSameExamplesWhereverTheyStand()
      throws Exception {
    String other = fixture.newPolicy();
    writeTrain(0, 9);
    fixture.writeTo(fixture.layout.feedOf(other), new Examples(other).boundary());
    for (int i = 0; i < 9; i++) {
      fixture.writeTo(fixture.layout.feedOf(other), examples.train(i));
    }

    List<PolicyVersion> there = caughtUp(fixture.settings(policy));
    List<PolicyVersion> here = caughtUp(fixture.settings(other, "rebuilt_from=" + policy));

    assertThat(there).hasSize(3);
    assertThat(Lineage.range(there.getLast()).to()).isEqualTo(8);
    assertThat(Lineage.range(here.getLast()).to()).isEqualTo(9);
    assertThat(here)
        .extracting(version -> version.learned().artifactDigest())
        .isEqualTo(there.stream().map(version -> version.learned().artifactDigest()).toList());
  }

  private static List<PolicyVersion> caughtUp(LaneSettings settings) {
    List<PolicyVersion> published = new ArrayList<>();
    new TrainerLane(settings, fixture.environment().withPublished(published::add)).catchUp();
    return published;
  }

  @Test
  void shouldRelearnRevisionsWhereToldTo() throws Exception {
    writeTrain(0, 4);
    fixture.write(examples.train(0, 2), examples.withdrawn(1, 2), examples.boundary());

    PolicyVersion version =
        fixture.runUntil(3, fixture.settings(policy, "learning.revisions=relearn")).getLast();

    assertThat(version.learned().counts()).isEqualTo(new ExampleCounts(1, 0, 0, 1, 0, 0, 0, 1, 1));
    assertThat(Lineage.range(version).learned()).contains(List.of(4L));
  }

  @Test
  void shouldStopForARebuildAtTheSamePlaceHoweverOftenItStarts() throws Exception {
    writeTrain(0, 4);
    fixture.write(examples.train(4), examples.withdrawn(1, 2), examples.train(5));
    LaneSettings settings = fixture.settings(policy, "learning.revisions=rebuild");
    fixture.runUntil(2, settings);

    for (int start = 0; start < 2; start++) {
      assertThatThrownBy(() -> new TrainerLane(settings, fixture.environment()).run())
          .isInstanceOf(RebuildDueException.class)
          .hasMessageContaining("%s@000001 or a version before it".formatted(policy))
          .hasMessageContaining("withdrawn at offset 5");
    }
  }

  @Test
  void shouldScoreHeldOutPairsAndNeverLearnFromThem() throws Exception {
    String plain = fixture.newPolicy();
    fixture.write(
        examples.heldOut(0),
        examples.train(0),
        examples.train(1),
        examples.heldOut(1),
        examples.train(2),
        examples.train(3));
    for (int i = 0; i < 4; i++) {
      fixture.write(new Examples(plain).train(i));
    }

    PolicyVersion version = fixture.runUntil(2, fixture.settings(policy)).getLast();
    PolicyVersion without = fixture.runUntil(2, fixture.settings(plain)).getLast();

    assertThat(version.learned().counts().heldOut()).isEqualTo(2);
    assertThat(version.learned().heldOutFrom()).isZero();
    assertThat(version.learned().metrics())
        .containsEntry("eval_count", 2.0)
        .containsKeys("eval_loss", "eval_rewards/accuracies", "eval_rewards/margins");
    assertThat(without.learned().heldOutFrom()).isEqualTo(4);
    assertThat(artifact(version).read("adapter_model.safetensors"))
        .isEqualTo(artifact(without).read("adapter_model.safetensors"));
  }

  @Test
  void shouldGoOnAfterACloseAsIfItHadNeverStopped() throws Exception {
    fixture.write(examples.heldOut(0), examples.heldOut(1), examples.heldOut(2));
    writeTrain(0, 4);
    fixture.write(examples.heldOut(3), examples.heldOutWithdrawn(1, 2));
    writeTrain(4, 12);

    List<PolicyVersion> unbroken = fixture.runUntil(4, fixture.settings(policy));
    String other = fixture.newPolicy();
    LaneSettings broken = fixture.settings(other, "feed=" + policy);
    fixture.runUntil(2, broken);
    PolicyVersion third = fixture.runUntil(1, broken).getLast();
    PolicyVersion fourth = fixture.runUntil(1, broken).getLast();

    assertThat(withoutNames(third)).isEqualTo(withoutNames(unbroken.get(2)));
    assertThat(withoutNames(fourth)).isEqualTo(withoutNames(unbroken.get(3)));
  }

  @Test
  void shouldGoOnWithDropoutAsIfItHadNeverStopped() throws Exception {
    String[] noisy = {
      "learning.lora_dropout=0.2", "learning.use_dora=true", "learning.use_rslora=true"
    };
    writeTrain(0, 8);

    PolicyVersion unbroken = fixture.runUntil(3, fixture.settings(policy, noisy)).getLast();
    String other = fixture.newPolicy();
    LaneSettings broken =
        fixture.settings(
            other,
            Stream.concat(Stream.of("feed=" + policy), Stream.of(noisy)).toArray(String[]::new));
    fixture.runUntil(2, broken);
    PolicyVersion third = fixture.runUntil(1, broken).getLast();

    assertThat(withoutNames(third)).isEqualTo(withoutNames(unbroken));
    assertThat(new String(artifact(third).read("adapter_config.json"), UTF_8))
        .contains("\"lora_dropout\" : 0.2", "\"use_dora\" : true", "\"use_rslora\" : true");
  }

  @Test
  void shouldLearnFromThumbsAndFromRankings() throws Exception {
    for (int i = 0; i < 4; i++) {
      fixture.write(examples.unpaired(i), examples.ranked(i));
    }

    PolicyVersion byThumbs =
        fixture.runUntil(2, fixture.settings(policy, "learning.loss_type=kto")).getLast();
    String other = fixture.newPolicy();
    PolicyVersion byRankings =
        fixture
            .runUntil(
                2, fixture.settings(other, "feed=" + policy, "learning.loss_type=plackett_luce"))
            .getLast();

    assertThat(byThumbs.learned().objective()).isEqualTo("kto");
    assertThat(byThumbs.learned().counts()).isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 3, 0));
    assertThat(byThumbs.learned().metrics()).containsKeys("loss", "kl");
    assertThat(byRankings.learned().objective()).isEqualTo("plackett_luce");
    assertThat(byRankings.learned().counts()).isEqualTo(new ExampleCounts(4, 0, 0, 0, 0, 4, 0));
    assertThat(byRankings.learned().metrics()).containsKey("rewards/accuracies");
  }

  @Test
  void shouldWeighOldExamplesLessByTheFeedsTime() throws Exception {
    writeTrain(0, 4);
    String other = fixture.newPolicy();

    double loss = loss(fixture.settings(policy));
    double discounted =
        loss(fixture.settings(other, "feed=" + policy, "learning.age_half_life=1s"));

    // The loss before the first step is ln 2 for each; its mean is that of the weights.
    double weights = 0;
    Instant newest = Examples.acceptedAt(examples.train(3).itemId());
    for (int i = 0; i < 4; i++) {
      Instant acceptedAt = Examples.acceptedAt(examples.train(i).itemId());
      weights += Math.pow(0.5, (double) Duration.between(acceptedAt, newest).toSeconds()) / 4;
    }
    assertThat(loss).isCloseTo(Math.log(2), within(1e-6));
    assertThat(discounted).isCloseTo(Math.log(2) * weights, within(1e-6));
  }

  @Test
  void shouldSaveTheReferenceThatFollowsThePolicy() throws Exception {
    writeTrain(0, 8);
    String[] following = {"learning.sync_ref_model=true", "learning.ref_model_sync_steps=1"};

    PolicyVersion unbroken = fixture.runUntil(3, fixture.settings(policy, following)).getLast();
    String other = fixture.newPolicy();
    LaneSettings broken = fixture.settings(other, "feed=" + policy, following[0], following[1]);
    fixture.runUntil(2, broken);
    PolicyVersion third = fixture.runUntil(1, broken).getLast();

    assertThat(withoutNames(third)).isEqualTo(withoutNames(unbroken));
    assertThat(artifact(third).read("reference/adapter_model.safetensors"))
        .isNotEqualTo(artifact(third).read("adapter_model.safetensors"));
  }

  private static double loss(LaneSettings settings) throws InterruptedException {
    return fixture.runUntil(2, settings).getLast().learned().metrics().get("loss");
  }

  @Test
  void shouldWriteACardThatSaysWhereTheVersionComesFrom() throws Exception {
    fixture.write(examples.heldOut(0));
    writeTrain(0, 4);

    List<PolicyVersion> versions = fixture.runUntil(2, fixture.settings(policy));

    assertThat(new String(artifact(versions.getFirst()).read("README.md"), UTF_8))
        .contains("# LoRA adapter after 0 optimizer steps", "| parent artifact | none: the base |")
        .doesNotContain("## Metrics");
    assertThat(new String(artifact(versions.getLast()).read("README.md"), UTF_8))
        .startsWith("---\nbase_model: \"base-7\"\nbase_model_relation: adapter\n")
        .contains("library_name: peft\n", "pipeline_tag: text-generation\n", "- \"dpo\"\n")
        .contains(
            "| base weights | sha256 " + fixture.model.identity().weightsSha256() + " |",
            "| parent artifact | sha256 " + versions.getFirst().learned().artifactDigest() + " |",
            "| examples learned | 4 |",
            "| examples held out | 1 |",
            "| optimizer steps since the base | 1 |",
            "| eval_loss | " + versions.getLast().learned().metrics().get("eval_loss") + " |",
            "| learning_rate | 0.01 |")
        .doesNotContain(policy);
  }

  @Test
  void shouldMakePartOfTheRecordWhatTheEvaluatorMeasures() throws Exception {
    List<PolicyVersion> versions =
        fixture.runUntil(
            1,
            fixture.settings(policy),
            environment ->
                environment.withEvaluator(
                    (model, adapter, version) -> Map.of("win_rate", 0.5 + version.number())));

    assertThat(versions.getFirst().learned().metrics()).containsEntry("win_rate", 0.5);
  }

  @Test
  void shouldTakeItsPlaceFromTheRecordAndNotFromTheGroup() throws Exception {
    writeTrain(0, 4);
    LaneSettings settings = fixture.settings(policy);
    var feed = new TopicPartition(Topics.EXAMPLES.name(), fixture.layout.feedOf(policy));
    try (var tool =
        fixture.clients.groupConsumer(
            "tool", settings.transactionalId(), OffsetReset.NONE, Duration.ofSeconds(6))) {
      tool.assign(List.of(feed));
      tool.commitSync(Map.of(feed, new OffsetAndMetadata(3)));
    }

    PolicyVersion version = fixture.runUntil(2, settings).getLast();

    assertThat(Lineage.range(version).from()).isZero();
    assertThat(version.learned().counts().learned()).isEqualTo(4);
  }

  @Test
  void shouldRefuseAnotherBaseNamingBoth() throws Exception {
    fixture.runUntil(1, fixture.settings(policy));

    try (CausalLanguageModel another = LaneFixture.base(8)) {
      assertThatThrownBy(() -> runToItsEnd(fixture.settings(policy), another))
          .isInstanceOf(LaneRefusedException.class)
          .hasMessageContainingAll(
              policy,
              "'base-7' (weights " + fixture.model.identity().weightsSha256().substring(0, 12),
              "'base-8' (weights " + another.identity().weightsSha256().substring(0, 12));
    }
  }

  @Test
  void shouldRefuseChangedLearningSettingsUnlessTheyAreNamed() throws Exception {
    writeTrain(0, 4);
    fixture.runUntil(1, fixture.settings(policy));

    assertThatThrownBy(
            () -> runToItsEnd(fixture.settings(policy, "learning.beta=0.5"), fixture.model))
        .isInstanceOf(LaneRefusedException.class)
        .hasMessageContaining("beta was 0.1 and is 0.5");
    List<PolicyVersion> versions =
        fixture.runUntil(1, fixture.settings(policy, "learning.beta=0.5", "allow_changed=beta"));

    assertThat(versions.getLast().id()).isEqualTo(id(1));
  }

  @Test
  void shouldRefuseToWriteVersionsOfAnotherLanesPolicy() throws Exception {
    fixture.runUntil(1, fixture.settings(policy, "lane=first"));

    assertThatThrownBy(() -> runToItsEnd(fixture.settings(policy, "lane=second"), fixture.model))
        .isInstanceOf(LaneRefusedException.class)
        .hasMessageContainingAll("lane 'first'", "lane 'second'");
  }

  @Test
  void shouldRefuseAFeedThatHoldsExamplesOfAnotherPolicy() {
    String other = new Examples(fixture.newPolicy()).policy();
    LaneSettings settings = fixture.settings(policy);
    fixture.writeTo(fixture.layout.feedOf(policy), new Examples(other).train(0));

    assertThatThrownBy(() -> runToItsEnd(settings, fixture.model))
        .isInstanceOf(LaneRefusedException.class)
        .hasMessageContaining(
            "is about policy %s, but the feed should be about [%s]".formatted(other, policy));
  }

  @Test
  void shouldEndWhenASuccessorTakesTheLane() throws Exception {
    LaneSettings settings = fixture.settings(policy);
    try (CausalLanguageModel same = LaneFixture.base(7);
        LaneFixture.Running first = fixture.start(settings, environment -> environment)) {
      first.next();
      try (LaneFixture.Running second =
          new LaneFixture.Running(
              settings,
              LaneEnvironment.of(fixture.clients, fixture.layout, fixture.artifacts, same))) {
        writeTrain(0, 4);

        assertThat(second.next().id()).isEqualTo(id(1));
        assertThatThrownBy(() -> await(first.role())).hasCauseInstanceOf(LaneFencedException.class);
        assertThat(second.role().status().phase()).isNotEqualTo(LaneStatus.Phase.ENDED);
      }
    }
  }

  @Test
  void shouldShowStatusHealthAndMetersWhileItRuns() throws Exception {
    writeTrain(0, 5);
    var checks = new HealthChecks();
    TrainerRole role;
    try (Metrics metrics = Metrics.open(Map.of());
        LaneFixture.Running running =
            fixture.start(fixture.settings(policy), environment -> environment)) {
      role = running.role();
      role.addTo(checks);
      role.addTo(metrics.registry());
      running.next();
      running.next();

      assertThat(role.status().wanted()).isEqualTo(4);
      assertThat(role.status().head()).isEqualTo(id(1));
      assertThat(checks.live().healthy()).isTrue();
      assertThat(checks.ready().healthy()).isTrue();
      assertThat(metrics.scrape())
          .contains("plumbline_lane_version{lane=\"%s\"} 1.0".formatted(policy))
          .contains("plumbline_lane_published{lane=\"%s\"} 2.0".formatted(policy))
          .contains("name=\"rewards/margins\"");
    }
    assertThat(role.status().phase()).isEqualTo(LaneStatus.Phase.ENDED);
    assertThat(checks.ready().json()).contains("the lane is ended");
    await(role);
  }

  private void writeTrain(int from, int to) {
    for (int number = from; number < to; number++) {
      fixture.write(examples.train(number));
    }
  }

  private PolicyVersionId id(int number) {
    return new PolicyVersionId(policy, number);
  }

  private static double score(PolicyVersion version, List<TokenRow> rows) throws IOException {
    try (TrainedAdapter adapter = VersionArtifact.readAdapter(fixture.model, artifact(version))) {
      return fixture.model.score(rows, adapter).completionLogProb(0);
    }
  }

  private static Artifact artifact(PolicyVersion version) throws IOException {
    return fixture.artifacts.open(new ArtifactDigest(version.learned().artifactDigest()));
  }

  private static void runToItsEnd(LaneSettings settings, CausalLanguageModel model) {
    new TrainerLane(
            settings, LaneEnvironment.of(fixture.clients, fixture.layout, fixture.artifacts, model))
        .run();
  }

  private static void await(TrainerRole role)
      throws InterruptedException, ExecutionException, TimeoutException {
    role.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** The deterministic part with the parent's number in place of its name. */
  private static String withoutNames(PolicyVersion version) {
    PolicyVersion.Learned learned = version.learned();
    return learned.toString().replace(version.policy() + "@", "@");
  }

  /** A clock that moves each time it is read. */
  private static InstantSource ticking(Duration step) {
    var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    return () -> now.updateAndGet(instant -> instant.plus(step));
  }
}
