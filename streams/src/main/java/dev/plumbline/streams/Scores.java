/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.RewardScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The scores of the completions of one item, one per completion and judge. Everything it says
 * depends on the set of scores alone.
 */
final class Scores {
  private final List<RewardScore> all;
  private final Map<String, Map<String, RewardScore>> byJudge = new TreeMap<>();

  private Scores(Collection<RewardScore> scores) {
    all = scores.stream().sorted(Comparator.comparing(RewardScore::eventId)).toList();
    for (RewardScore score : all) {
      byJudge
          .computeIfAbsent(score.judge().id(), judge -> new TreeMap<>())
          .put(score.completionId(), score);
    }
  }

  static Scores of(Collection<RewardScore> scores) {
    return new Scores(scores);
  }

  /** Returns these scores with one more, in place of an earlier one of the same identity. */
  Scores with(RewardScore score) {
    List<RewardScore> scores = new ArrayList<>(all);
    scores.removeIf(known -> known.eventId().equals(score.eventId()));
    scores.add(score);
    return new Scores(scores);
  }

  /** Returns those that are usable. */
  Scores where(Predicate<RewardScore> usable) {
    return new Scores(all.stream().filter(usable).toList());
  }

  /** Returns all scores, by event id. */
  List<RewardScore> all() {
    return all;
  }

  /** Returns what a judge said of a completion. */
  Optional<RewardScore> of(String completionId, String judgeId) {
    return Optional.ofNullable(byJudge.getOrDefault(judgeId, Map.of()).get(completionId));
  }

  /** Returns the judges that scored every completion of a group, by id. */
  List<String> judgesOf(Group group) {
    return byJudge.entrySet().stream()
        .filter(judge -> judge.getValue().keySet().containsAll(group.candidateIds()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
