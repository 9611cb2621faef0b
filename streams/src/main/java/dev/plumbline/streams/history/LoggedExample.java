/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.streams.replay.FinalView;
import java.util.List;

/**
 * One revision of an example, without its texts.
 *
 * @param place where it stands; "the sources" for what they give
 * @param contentHash hash of all it says, texts included
 * @param says what it says of its candidates, for people
 * @param candidateIds whom it is about
 */
record LoggedExample(
    String place,
    String exampleId,
    int revision,
    String itemId,
    String contentHash,
    String says,
    List<String> candidateIds,
    Evidence evidence) {

  static LoggedExample of(String place, TrainingExample example) {
    String belief =
        switch (example) {
          case PreferencePair pair ->
              "P(a better) %d ppm, P(tie) %d ppm, weight %d ppm"
                  .formatted(pair.probABetterPpm(), pair.probTiePpm(), pair.weightPpm());
          case UnpairedExample one ->
              "P(desirable) %d ppm, weight %d ppm"
                  .formatted(one.probDesirablePpm(), one.weightPpm());
          case RankedGroup group ->
              "tiers of %s, weight %d ppm".formatted(group.tierSizes(), group.weightPpm());
          case RolloutGroup group ->
              "rewards " + group.rollouts().stream().map(RolloutGroup.Rollout::reward).toList();
        };
    return new LoggedExample(
        place,
        example.exampleId(),
        example.revision(),
        example.itemId(),
        FinalView.contentHash(example),
        "%s, on %s".formatted(belief, shown(example.evidence().eventIds())),
        candidates(example).stream().map(ExampleCandidate::candidateId).toList(),
        example.evidence());
  }

  static List<ExampleCandidate> candidates(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> List.of(pair.a(), pair.b());
      case UnpairedExample one -> List.of(one.candidate());
      case RankedGroup group -> group.candidates();
      case RolloutGroup group ->
          group.rollouts().stream().map(RolloutGroup.Rollout::candidate).toList();
    };
  }

  boolean isWithdrawn() {
    return evidence.isWithdrawn();
  }

  private static String shown(List<String> eventIds) {
    return eventIds.size() <= 5
        ? eventIds.toString()
        : "%s and %d more".formatted(eventIds.subList(0, 5), eventIds.size() - 5);
  }
}
