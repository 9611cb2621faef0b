/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.RolloutGroup.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the scores of a group add up to: a pure function of the scores by the judges that scored all
 * of it. Each of these counts alike: reward and prefix scores are means over them.
 *
 * @param rewards of each completion, in the group's order
 * @param prefixScores of each completion; all empty unless every judge gave them for every one
 */
record GroupOutcome(
    Group group, List<Double> rewards, List<List<Float>> prefixScores, Evidence evidence) {
  GroupOutcome {
    rewards = List.copyOf(rewards);
    prefixScores = List.copyOf(prefixScores);
  }

  /**
   * Returns the outcome.
   *
   * @param judges one or more, each of which scored the whole group
   */
  static GroupOutcome of(Group group, List<String> judges, Scores scores) {
    List<List<RewardScore>> said =
        group.candidateIds().stream()
            .map(id -> judges.stream().map(judge -> scores.of(id, judge).orElseThrow()).toList())
            .toList();
    List<RewardScore> all = said.stream().flatMap(List::stream).toList();
    List<RewardScore> named =
        all.stream()
            .sorted(Comparator.comparing(RewardScore::eventId))
            .limit(Limits.MAX_EVIDENCE)
            .toList();
    boolean haveAllPrefixes = all.stream().noneMatch(score -> score.prefixScores().isEmpty());
    return new GroupOutcome(
        group,
        said.stream().map(GroupOutcome::meanScore).toList(),
        said.stream()
            .map(each -> haveAllPrefixes ? meanPrefixScores(each) : List.<Float>of())
            .toList(),
        new Evidence(
            named.stream().map(RewardScore::eventId).toList(),
            all.stream().map(RewardScore::acceptedAt).max(Instant::compareTo).orElseThrow(),
            null,
            named.stream().map(score -> score.judge().id()).toList()));
  }

  /** Returns the outcome of a group that is no example any more: without evidence, all at zero. */
  static GroupOutcome withdrawn(Group group, Instant at) {
    int size = group.candidateIds().size();
    return new GroupOutcome(
        group,
        Collections.nCopies(size, 0.0),
        Collections.nCopies(size, List.of()),
        new Evidence(List.of(), at, null, List.of()));
  }

  private static double meanScore(List<RewardScore> ofOne) {
    return ofOne.stream().mapToDouble(RewardScore::score).average().orElseThrow();
  }

  /** The judges' scores are of the same prefixes: those of the completion's own tokens. */
  private static List<Float> meanPrefixScores(List<RewardScore> ofOne) {
    List<Float> means = new ArrayList<>();
    for (int t = 0; t < ofOne.getFirst().prefixScores().size(); t++) {
      double sum = 0;
      for (RewardScore score : ofOne) {
        sum += score.prefixScores().get(t);
      }
      means.add((float) (sum / ofOne.size()));
    }
    return means;
  }

  /** Returns the hash of what an example says beside what was sampled, which never changes. */
  String contentHash() {
    return Identity.hash(
        "group-outcome",
        Stream.of(
                Stream.of(evidence.newestAcceptedAt().toString()),
                evidence.eventIds().stream(),
                rewards.stream().map(Double::toHexString),
                prefixScores.stream().flatMap(List::stream).map(Float::toHexString))
            .flatMap(parts -> parts)
            .toArray(String[]::new));
  }

  /** Returns the outcome as an example; prompt and completions must be known. */
  RolloutGroup example(PreferenceState known, int revision) {
    Prompt prompt = known.prompt(group.itemId()).orElseThrow();
    return new RolloutGroup(
        Identity.groupId(prompt.policy(), group.itemId(), group.criterion(), group.candidateIds()),
        revision,
        prompt.policy(),
        group.itemId(),
        group.criterion(),
        prompt.text(),
        IntStream.range(0, rewards.size()).mapToObj(place -> rollout(known, place)).toList(),
        evidence);
  }

  private Rollout rollout(PreferenceState known, int place) {
    Completion completion =
        known.completion(group.itemId(), group.candidateIds().get(place)).orElseThrow();
    return new Rollout(
        new ExampleCandidate(completion.completionId(), completion.text(), completion.version()),
        completion.tokenIds(),
        completion.tokenLogProbs(),
        completion.promptLevels(),
        prefixScores.get(place),
        rewards.get(place));
  }
}
