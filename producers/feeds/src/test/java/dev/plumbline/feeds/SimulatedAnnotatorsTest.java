/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.feeds.Answering.Answered;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Shared.class)
final class SimulatedAnnotatorsTest {
  private static final TruthScore TRUTH = (prompt, completion) -> completion.hashCode();

  private Cluster cluster;
  private String policy;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
  }

  @Test
  void shouldGiveTheAskedNumberOfVotesOnEveryTask() {
    putUp("i1", true);
    putUp("i2", true);

    try (var annotators = start()) {
      List<FeedbackEvent> votes = awaitVotes(6);

      assertThat(votes)
          .allSatisfy(vote -> assertThat(vote.annotator().simulated()).isTrue())
          .extracting(FeedbackEvent::eventId)
          .doesNotHaveDuplicates();
      assertThat(annotators.done()).isNotDone();
    }
  }

  @Test
  void shouldNotVoteAgainWhenStartedAgainButJudgeWhatStillWaited() {
    putUp("judged", true);
    Answered waiting = putUp("waits", false);
    try (var annotators = start()) {
      awaitVotes(3);
      assertThat(annotators.done()).isNotDone();
    }

    cluster.publisher().publish(waiting.completions().getLast()).join();
    try (var annotators = start()) {
      awaitVotes(6);
      assertThat(annotators.done()).isNotDone();
    }

    assertThat(votes()).hasSize(6).extracting(FeedbackEvent::eventId).doesNotHaveDuplicates();
  }

  @Test
  void shouldNotVoteAgainOnWhatWasJudgedBehindATaskThatStillWaits() {
    Answered waiting = putUp("waits", false);
    for (int i = 0; i < 8; i++) {
      putUp("judged" + i, true);
    }
    try (var annotators = start()) {
      awaitVotes(24);
      assertThat(annotators.done()).isNotDone();
    }

    cluster.publisher().publish(waiting.completions().getLast()).join();
    try (var annotators = start()) {
      awaitVotes(27);
      assertThat(annotators.done()).isNotDone();
    }

    assertThat(votes()).hasSize(27);
  }

  @Test
  void shouldLeaveTheTasksOfOtherSourcesToPeople() {
    Answered answered = answered("people");
    ComparisonTask task = answered.task();
    answered.completions().forEach(this::publish);
    cluster.publisher().publish(Fixtures.prompt(policy, "people")).join();
    cluster
        .publisher()
        .publish(
            new ComparisonTask(
                task.taskId(),
                task.itemId(),
                policy,
                task.candidates(),
                task.criterion(),
                null,
                null,
                "station",
                Cluster.ACCEPTED))
        .join();
    putUp("ours", true);

    try (var annotators = start()) {
      assertThat(awaitVotes(3))
          .allSatisfy(vote -> assertThat(vote.itemId()).isEqualTo(policy + "ours"));
      assertThat(annotators.done()).isNotDone();
    }
  }

  private SimulatedAnnotators start() {
    return SimulatedAnnotators.start(
        Fixtures.settings(AnnotatorSettings.class, "policy=" + policy), TRUTH, cluster.context());
  }

  private Answered putUp(String item, boolean whole) {
    Answered answered = answered(item);
    cluster.publisher().publish(Fixtures.prompt(policy, policy + item)).join();
    publish(answered.completions().getFirst());
    if (whole) {
      publish(answered.completions().getLast());
    }
    publish(answered.task());
    return answered;
  }

  private Answered answered(String item) {
    var settings = Fixtures.settings(SamplerSettings.class, "policy=" + policy);
    return new Answering(new FakePolicy(), settings)
        .answer(
            List.of(Fixtures.prompt(policy, policy + item)),
            new PolicyVersionId(policy, 0),
            Cluster.ACCEPTED)
        .getFirst()
        .orElseThrow();
  }

  private void publish(Record record) {
    switch (record) {
      case Completion completion -> cluster.publisher().publish(completion).join();
      case ComparisonTask task -> cluster.publisher().publish(task).join();
      default -> throw new AssertionError(record);
    }
  }

  private List<FeedbackEvent> awaitVotes(int count) {
    return cluster.await(Topics.FEEDBACK, count, this::isOurs).stream()
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private List<FeedbackEvent> votes() {
    return cluster.read(Topics.FEEDBACK, this::isOurs).stream()
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private boolean isOurs(FeedbackRecord said) {
    return said instanceof FeedbackEvent event && event.itemId().startsWith(policy);
  }
}
