/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Shared.class)
final class SamplerTest {
  private Cluster cluster;
  private String policy;
  private int feed;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
    feed = shared.layout.feedOf(policy);
  }

  @Test
  void shouldAnswerSealedPromptsAndSealWhatItAnswers() {
    for (String subject : List.of("sampled-anna", "sampled-berta")) {
      Prompt prompt = Fixtures.prompt(policy, "item-of-" + subject);
      var owned =
          new Prompt(
              prompt.itemId(),
              policy,
              prompt.text(),
              prompt.lengthChars(),
              prompt.source(),
              prompt.acceptedAt(),
              subject);
      cluster.publisher().publish(owned).join();
    }
    cluster.keys.destroy("sampled-anna");

    try (var sampler = start(new FakePolicy())) {
      assertThat(awaitTasks(1))
          .extracting(ComparisonTask::itemId)
          .containsExactly("item-of-sampled-berta");

      var opener = cluster.context().opener();
      assertThat(completions(Set.of("item-of-sampled-berta")))
          .hasSize(2)
          .allSatisfy(
              completion -> {
                assertThat(completion.subject()).isEqualTo("sampled-berta");
                assertThat(completion.text()).isInstanceOf(Text.Sealed.class);
                assertThat(completion.tokenIds()).allMatch(id -> id == 0);
                assertThat(((Text.Plain) opener.open(completion).text()).text())
                    .startsWith("base says");
              });
      assertThat(sampler.done()).isNotDone();
    }
  }

  @Test
  void shouldPutTwoCompletionsPerPromptUpForJudgement() {
    ask("i1", "i2", "i3");

    try (var sampler = start(new FakePolicy())) {
      List<ComparisonTask> tasks = awaitTasks(3);

      assertThat(tasks)
          .extracting(ComparisonTask::itemId)
          .containsExactlyInAnyOrder("i1", "i2", "i3");
      assertThat(completions(Set.of("i1", "i2", "i3")))
          .hasSize(6)
          .allSatisfy(
              completion -> {
                assertThat(completion.version()).isEqualTo(new PolicyVersionId(policy, 0));
                assertThat(((Text.Plain) completion.text()).text()).startsWith("base says");
              });
      assertThat(sampler.done()).isNotDone();
    }
  }

  @Test
  void shouldAnswerAsTheNewestVersionFromTheNextBatchOn() {
    publish(Fixtures.version(policy, 0, feed, 0));
    ask("old");
    try (var sampler = start(new FakePolicy())) {
      awaitTasks(1);

      publish(Fixtures.version(policy, 1, feed, 0));
      publish(Fixtures.version("another", 7, 0, 0));
      int asked = 0;
      PolicyVersionId newest = new PolicyVersionId(policy, 1);
      while (completionsOf(newest).isEmpty()) {
        ask("new-" + asked++);
        awaitTasks(1 + asked);
      }

      assertThat(completionsOf(newest))
          .allSatisfy(
              completion ->
                  assertThat(((Text.Plain) completion.text()).text())
                      .startsWith(newest.toString()));
      assertThat(sampler.done()).isNotDone();
    }
  }

  @Test
  void shouldNeitherLoseNorDoubleAPromptWhenItDiesWhileAnswering() {
    ask("i1", "i2", "i3", "i4", "i5");
    try (var dying = start(new FakePolicy().failingAfter(4), "batch_prompts=2")) {
      assertThatThrownBy(() -> dying.done().join()).hasRootCauseMessage("the policy died");
    }
    assertThat(awaitTasks(2)).hasSize(2);

    try (var successor = start(new FakePolicy(), "batch_prompts=2")) {
      awaitTasks(5);
      assertThat(successor.done()).isNotDone();
    }

    assertThat(tasks())
        .extracting(ComparisonTask::itemId)
        .containsExactlyInAnyOrder("i1", "i2", "i3", "i4", "i5");
    assertThat(completions(Set.of("i1", "i2", "i3", "i4", "i5")))
        .hasSize(10)
        .extracting(Completion::completionId)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldBeFencedByASuccessor() throws InterruptedException {
    ask("i1");
    try (var first = start(new FakePolicy())) {
      awaitTasks(1);
      try (var successor = start(new FakePolicy())) {
        int asked = 1;
        while (!first.done().isDone()) {
          ask("more-" + asked++);
          awaitTasks(asked);
        }

        assertThatThrownBy(() -> first.done().join())
            .rootCause()
            .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
        assertThat(tasks()).extracting(ComparisonTask::taskId).doesNotHaveDuplicates();
        assertThat(successor.done()).isNotDone();
      }
    }
  }

  @Test
  void shouldPauseWhenTwoVersionsWorthWaitAndGoOnWhenAVersionHasLearnedThem()
      throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    List<String> items = Fixtures.trainItems(policy, 12);
    ask(items.toArray(String[]::new));
    FakePolicy fake = new FakePolicy();
    try (var sampler =
        Sampler.start(
            settings("examples_per_version=2", "batch_prompts=1"), fake, cluster.context(meters))) {
      awaitTasks(4);
      Cluster.await("pause", () -> meters.get("plumbline.sampler.paused").gauge().value() == 1);
      assertThat(tasks()).as("two versions of two examples").hasSize(4);
      assertThat(fake.draws()).isEqualTo(8);

      for (int i = 0; i < 4; i++) {
        becomesExample(i);
      }
      Cluster.await(
          "examples seen",
          () -> meters.get("plumbline.sampler.waiting.examples").gauge().value() == 4);
      assertThat(tasks()).hasSize(4);

      publish(Fixtures.version(policy, 1, feed, 2));

      awaitTasks(6);
      Cluster.await("pause", () -> meters.get("plumbline.sampler.paused").gauge().value() == 1);
      assertThat(tasks()).hasSize(6);
      assertThat(sampler.done()).isNotDone();
    }
  }

  @Test
  void shouldPutUpNoMoreRolloutsThanTheBoundHoweverLargeABatchAndHoweverOftenItStarts()
      throws InterruptedException {
    List<String> items = Fixtures.trainItems(policy, 14);
    ask(items.subList(0, 9).toArray(String[]::new));
    runUntilPaused(4);
    runUntilPaused(4);

    RolloutGroup group = Fixtures.rollouts("group", tasks().getFirst().itemId(), policy);
    cluster.publish(Topics.EXAMPLES, feed, policy, group);
    runUntilPaused(4);

    publish(Fixtures.version(policy, 1, feed, 1));
    runUntilPaused(5);
    assertThat(completions(Set.copyOf(items))).hasSize(15);
  }

  /** Runs a sampler that may be four rollout groups ahead until it pauses. */
  private void runUntilPaused(int tasks) throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    SamplerSettings settings =
        settings("example_kind=rollout", "completions_per_prompt=3", "examples_per_version=2");
    try (var sampler = Sampler.start(settings, new FakePolicy(), cluster.context(meters))) {
      awaitTasks(tasks);
      Cluster.await(
          "pause",
          () -> {
            var paused = meters.find("plumbline.sampler.paused").gauge();
            return paused != null && paused.value() == 1;
          });
      assertThat(tasks()).hasSize(tasks);
      assertThat(sampler.done()).isNotDone();
    }
  }

  @Test
  void shouldPassOverPromptsItCantAnswerAndCountThem() throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ask("too long", "one word", "fine");

    try (var sampler = Sampler.start(settings(), new FakePolicy(), cluster.context(meters))) {
      assertThat(awaitTasks(1)).extracting(ComparisonTask::itemId).containsExactly("fine");
      Cluster.await(
          "both counted", () -> skipped(meters, "alike") + skipped(meters, "unanswerable") == 2);
      assertThat(sampler.done()).isNotDone();
    }
  }

  private static double skipped(SimpleMeterRegistry meters, String reason) {
    return meters.get("plumbline.sampler.skipped").tag("reason", reason).counter().count();
  }

  private Sampler start(CompletionSource source, String... assignments) {
    return Sampler.start(settings(assignments), source, cluster.context());
  }

  private SamplerSettings settings(String... assignments) {
    String[] all = Arrays.copyOf(assignments, assignments.length + 1);
    all[assignments.length] = "policy=" + policy;
    return Fixtures.settings(SamplerSettings.class, all);
  }

  private void ask(String... items) {
    for (String item : items) {
      cluster.publisher().publish(Fixtures.prompt(policy, item)).join();
    }
  }

  private void publish(PolicyVersion version) {
    cluster.publish(Topics.POLICY_VERSIONS, 0, version.policy(), version);
  }

  /** The votes on a task have made a pair of it. */
  private void becomesExample(int number) {
    ComparisonTask task = tasks().get(number);
    String pairId =
        Identity.pairId(
            policy,
            task.itemId(),
            task.criterion(),
            task.candidates().getFirst().candidateId(),
            task.candidates().getLast().candidateId());
    cluster.publish(Topics.EXAMPLES, feed, policy, Fixtures.pair(pairId, task.itemId(), policy, 1));
  }

  private List<ComparisonTask> awaitTasks(int count) {
    return cluster.await(Topics.TASKS, count, task -> task.policy().equals(policy));
  }

  private List<ComparisonTask> tasks() {
    return cluster.read(Topics.TASKS, task -> task.policy().equals(policy));
  }

  private List<Completion> completions(Set<String> items) {
    Set<String> candidates =
        tasks().stream()
            .flatMap(task -> task.candidates().stream())
            .map(candidate -> candidate.candidateId())
            .collect(Collectors.toSet());
    return cluster.read(
        Topics.COMPLETIONS,
        completion ->
            items.contains(completion.itemId()) && candidates.contains(completion.completionId()));
  }

  private List<Completion> completionsOf(PolicyVersionId version) {
    return cluster.read(Topics.COMPLETIONS, completion -> version.equals(completion.version()));
  }
}
