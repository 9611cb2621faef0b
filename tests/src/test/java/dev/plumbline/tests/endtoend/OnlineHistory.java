/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All topics of an online loop with one judge whose roles have stopped, read to their ends, and
 * what must hold of them whatever was done to the roles.
 */
final class OnlineHistory {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Completion> completions;
  private final List<ComparisonTask> tasks;
  private final List<RewardScore> rewards;
  private final List<TopicRecord<String, ExampleRecord>> examples;
  private final List<PolicyVersion> versions;

  private OnlineHistory(KafkaClients clients) {
    completions = values(clients, Topics.COMPLETIONS);
    tasks = values(clients, Topics.TASKS);
    rewards = values(clients, Topics.REWARDS);
    examples = records(clients, Topics.EXAMPLES);
    versions = values(clients, Topics.POLICY_VERSIONS);
  }

  static OnlineHistory read(KafkaClients clients) {
    return new OnlineHistory(clients);
  }

  /** Scores that stand on the topic. */
  int rewards() {
    return rewards.size();
  }

  List<PolicyVersion> versions() {
    return versions;
  }

  /** Nothing was said twice, and everything that was put up was scored, but for what came last. */
  void requireNothingLostOrDoubled() {
    assertThat(completions).extracting(Completion::completionId).doesNotHaveDuplicates();
    assertThat(tasks).extracting(ComparisonTask::itemId).doesNotHaveDuplicates();
    assertThat(rewards)
        .extracting(
            score -> Identity.rewardId(score.itemId(), score.completionId(), score.judge().id()))
        .doesNotHaveDuplicates();
    Set<String> said = new HashSet<>();
    completions.forEach(completion -> said.add(completion.completionId()));
    Set<String> putUp = new HashSet<>();
    tasks.forEach(task -> task.candidates().forEach(each -> putUp.add(each.candidateId())));
    assertThat(putUp).as("candidates are completions, and the other way round").isEqualTo(said);
    assertThat(rewards).extracting(RewardScore::completionId).isSubsetOf(said);
  }

  /** Items of tasks all of whose completions were scored. */
  Set<String> scoredTasks() {
    Set<String> completions = new HashSet<>();
    rewards.forEach(score -> completions.add(score.completionId()));
    Set<String> scored = new HashSet<>();
    for (ComparisonTask task : tasks) {
      if (task.candidates().stream().map(Candidate::candidateId).allMatch(completions::contains)) {
        scored.add(task.itemId());
      }
    }
    return scored;
  }

  /** Each task all of whose completions were scored is one group, with their scores. */
  void requireOneGroupPerScoredTask() {
    Map<String, Double> scoreOf = new HashMap<>();
    rewards.forEach(score -> scoreOf.put(score.completionId(), score.score()));
    Map<String, RolloutGroup> groups = new HashMap<>();
    examples.forEach(
        record -> {
          if (record.value().orElseThrow() instanceof RolloutGroup group) {
            assertThat(groups.put(group.itemId(), group))
                .as("group of %s", group.itemId())
                .isNull();
          }
        });
    assertThat(groups.keySet()).isEqualTo(scoredTasks());
    for (RolloutGroup group : groups.values()) {
      assertThat(group.evidence().eventIds()).hasSameSizeAs(group.rollouts());
      for (RolloutGroup.Rollout rollout : group.rollouts()) {
        assertThat(rollout.reward()).isEqualTo(scoreOf.get(rollout.candidate().candidateId()));
      }
    }
  }

  /** I3, and that what a version says it learned from stands in its range. */
  void requireContiguousChain() {
    for (int number = 1; number < versions.size(); number++) {
      PolicyVersion parent = versions.get(number - 1);
      PolicyVersion child = versions.get(number);
      ConsumedRange range = child.learned().consumed().getFirst();
      assertThat(child.id()).isEqualTo(parent.id().next());
      assertThat(child.learned().parent()).isEqualTo(parent.id());
      assertThat(range.from()).isEqualTo(parent.learned().consumed().getFirst().to());
      long inRange =
          examples.stream()
              .filter(record -> record.offset() >= range.from() && record.offset() < range.to())
              .filter(record -> record.value().orElseThrow() instanceof RolloutGroup)
              .count();
      PolicyVersion.ExampleCounts counts = child.learned().counts();
      assertThat(counts.learned() + counts.heldOut() + counts.parked() + counts.unusable())
          .as("examples of %s", child.id())
          .isEqualTo(Math.toIntExact(inRange));
    }
  }

  /** How many versions older than the version that learned from it a rollout was, at most. */
  long greatestStaleness() {
    long greatest = 0;
    for (PolicyVersion version : versions.subList(1, versions.size())) {
      ConsumedRange range = version.learned().consumed().getFirst();
      PolicyVersionId parent = version.learned().parent();
      for (TopicRecord<String, ExampleRecord> record : examples) {
        if (record.offset() >= range.from()
            && record.offset() < range.to()
            && record.value().orElseThrow() instanceof RolloutGroup group) {
          for (RolloutGroup.Rollout rollout : group.rollouts()) {
            greatest = Math.max(greatest, parent.number() - rollout.candidate().version().number());
          }
        }
      }
    }
    return greatest;
  }

  private static <V> List<V> values(KafkaClients clients, Topic<String, V> topic) {
    return records(clients, topic).stream().map(record -> record.value().orElseThrow()).toList();
  }

  private static <V> List<TopicRecord<String, V>> records(
      KafkaClients clients, Topic<String, V> topic) {
    List<TopicRecord<String, V>> records = new ArrayList<>();
    try (TopicReader<String, V> reader =
        TopicReader.openAtBeginning(clients, "history-" + topic.name(), topic)) {
      reader.readToEnd(PATIENCE, records::add);
    }
    return records;
  }
}
