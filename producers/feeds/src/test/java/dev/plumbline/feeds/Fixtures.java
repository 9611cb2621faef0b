/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersion.Learned;
import dev.plumbline.events.PolicyVersion.Observed;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.RolloutGroup.Rollout;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Values that several tests speak of. */
final class Fixtures {
  private Fixtures() {}

  /** Settings as a user would give them. */
  static <R extends Record> R settings(Class<R> type, String... assignments) {
    return Settings.bind(type, SettingsSource.empty().with(List.of(assignments)));
  }

  static Prompt prompt(String policy, String itemId) {
    String text = "Tell me of " + itemId;
    return new Prompt(itemId, policy, Text.plain(text), text.length(), "test", Cluster.ACCEPTED);
  }

  /** Item ids that are learned from, not held out. */
  static List<String> trainItems(String prefix, int count) {
    return IntStream.iterate(0, number -> number + 1)
        .mapToObj(number -> prefix + "-" + number)
        .filter(id -> Split.of(id) == Split.TRAIN)
        .limit(count)
        .toList();
  }

  static PreferencePair pair(String exampleId, String itemId, String policy, int revision) {
    return new PreferencePair(
        exampleId,
        revision,
        policy,
        itemId,
        FeedbackEvent.OVERALL,
        Text.plain("p"),
        new ExampleCandidate("a", Text.plain("good"), null),
        new ExampleCandidate("b", Text.plain("bad"), null),
        1_000_000,
        0,
        1_000_000,
        new Evidence(List.of("vote"), Cluster.ACCEPTED, null));
  }

  /** Two rollouts with opposite rewards. */
  static RolloutGroup rollouts(String exampleId, String itemId, String policy) {
    List<Integer> tokens = List.of(1, 2);
    List<Float> logProbs = List.of(-0.5f, -1f);
    return new RolloutGroup(
        exampleId,
        1,
        policy,
        itemId,
        FeedbackEvent.OVERALL,
        Text.plain("p"),
        List.of(
            new Rollout(new ExampleCandidate("a", Text.plain("good"), null), tokens, logProbs, 1),
            new Rollout(new ExampleCandidate("b", Text.plain("bad"), null), tokens, logProbs, -1)),
        new Evidence(List.of("score"), Cluster.ACCEPTED, null));
  }

  static PolicyVersion version(String policy, int number, int feed, long to) {
    PolicyVersionId id = new PolicyVersionId(policy, number);
    return new PolicyVersion(
        id,
        policy,
        new Learned(
            null,
            "0".repeat(64),
            List.of(new ConsumedRange("topic-id", Topics.EXAMPLES.name(), feed, 0, to)),
            "hash",
            new ExampleCounts(0, 0, 0, 0, 0, 0, 0),
            0,
            Map.of(),
            "dpo",
            "config",
            new BaseModel("fake", "weights", "tokenizer"),
            "engine",
            0),
        new Observed(Cluster.ACCEPTED, null, Map.of()));
  }
}
