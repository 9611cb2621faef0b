/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What promise I2 speaks of: the last revision of every example that is not withdrawn, contents
 * included, and what has become of every event.
 */
record FinalView(Map<String, String> examples, Map<String, String> dispositions) {

  /** Returns the latest revisions of {@code emitted}, which must count up from 1 per id. */
  static Map<String, String> latest(List<TrainingExample> emitted) {
    Map<String, Integer> revisions = new TreeMap<>();
    Map<String, String> latest = new TreeMap<>();
    for (TrainingExample example : emitted) {
      int revision = revisions.merge(example.exampleId(), 1, Integer::sum);
      if (example.revision() != revision) {
        throw new AssertionError(
            "expected revision %d of %s, but was %d"
                .formatted(revision, example.exampleId(), example.revision()));
      }
      if (example.evidence().isWithdrawn()) {
        latest.remove(example.exampleId());
      } else {
        latest.put(example.exampleId(), content(example));
      }
    }
    return latest;
  }

  /** Returns the hash of the whole view. */
  String hash() {
    return Identity.hash("view", examples.toString(), dispositions.toString());
  }

  /** Returns all that an example says, but for its revision. */
  static String content(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair ->
          pair(
                  pair.policy(),
                  pair.itemId(),
                  pair.prompt().toString(),
                  shown(pair.a()),
                  shown(pair.b()),
                  pair.probABetterPpm(),
                  pair.probTiePpm(),
                  pair.weightPpm(),
                  named(pair.evidence()))
              + margin(pair.marginPpm());
      case UnpairedExample one ->
          unpaired(
              one.policy(),
              one.itemId(),
              one.prompt().toString(),
              shown(one.candidate()),
              one.probDesirablePpm(),
              one.weightPpm(),
              named(one.evidence()));
      case RankedGroup group ->
          ranked(
              group.policy(),
              group.itemId(),
              group.prompt().toString(),
              group.candidates().stream().map(FinalView::shown).toList(),
              group.tierSizes(),
              group.weightPpm(),
              named(group.evidence()));
      case RolloutGroup group ->
          rollouts(
              group.policy(),
              group.itemId(),
              group.prompt().toString(),
              group.rollouts().stream().map(FinalView::rollout).toList(),
              named(group.evidence()));
    };
  }

  static String margin(@Nullable Integer marginPpm) {
    return marginPpm == null ? "" : " margin=" + marginPpm;
  }

  /** Returns the events, and the epoch whose trust weighed them, if any did. */
  private static List<String> named(Evidence evidence) {
    return Stream.concat(
            evidence.eventIds().stream(),
            Stream.ofNullable(evidence.trustEpoch()).map(epoch -> "epoch " + epoch))
        .toList();
  }

  static String pair(
      String policy,
      String item,
      String prompt,
      String a,
      String b,
      int probABetterPpm,
      int probTiePpm,
      int weightPpm,
      List<String> evidence) {
    return "pair %s %s %s %s %s a=%d tie=%d w=%d %s"
        .formatted(policy, item, prompt, a, b, probABetterPpm, probTiePpm, weightPpm, evidence);
  }

  static String unpaired(
      String policy,
      String item,
      String prompt,
      String candidate,
      int probDesirablePpm,
      int weightPpm,
      List<String> evidence) {
    return "unpaired %s %s %s %s up=%d w=%d %s"
        .formatted(policy, item, prompt, candidate, probDesirablePpm, weightPpm, evidence);
  }

  static String ranked(
      String policy,
      String item,
      String prompt,
      List<String> candidates,
      List<Integer> tierSizes,
      int weightPpm,
      List<String> evidence) {
    return "ranked %s %s %s %s tiers=%s w=%d %s"
        .formatted(policy, item, prompt, candidates, tierSizes, weightPpm, evidence);
  }

  static String rollouts(
      String policy, String item, String prompt, List<String> rollouts, List<String> evidence) {
    return "rollouts %s %s %s %s %s".formatted(policy, item, prompt, rollouts, evidence);
  }

  static String rollout(
      String candidate,
      List<Integer> tokenIds,
      List<Float> tokenLogProbs,
      List<Integer> promptLevels,
      List<Float> prefixScores,
      double reward) {
    return "%s %s %s %s %s r=%s"
        .formatted(candidate, tokenIds, tokenLogProbs, promptLevels, prefixScores, reward);
  }

  private static String rollout(RolloutGroup.Rollout rollout) {
    return rollout(
        shown(rollout.candidate()),
        rollout.tokenIds(),
        rollout.tokenLogProbs(),
        rollout.promptLevels(),
        rollout.prefixScores(),
        Math.round(rollout.reward() * 1e9) / 1e9);
  }

  static String shown(String id, String text, List<String> spans) {
    return id + "=" + text + spans;
  }

  static String span(int startChar, int endChar, int strengthPpm) {
    return startChar + "-" + endChar + ":" + strengthPpm;
  }

  private static String shown(ExampleCandidate candidate) {
    return shown(
        candidate.candidateId(),
        candidate.text().toString(),
        candidate.spans().stream()
            .map(span -> span(span.startChar(), span.endChar(), span.strengthPpm()))
            .toList());
  }
}
