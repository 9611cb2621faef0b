/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.List;

/**
 * The consensus order of several candidates.
 *
 * @param exampleId {@link Identity#rankingId}
 * @param revision from 1
 * @param policy the policy of the feed
 * @param itemId the prompt
 * @param criterion what was asked
 * @param prompt the prompt's text
 * @param candidates the candidates, best first: two or more with different ids, at most {@link
 *     Limits#MAX_RANKED_CANDIDATES}
 * @param tierSizes how many of them, in order, are tied; sums to the number of candidates
 * @param weightPpm how much the group counts in the loss, parts per million, at least 0
 * @param evidence the rankings it rests on
 */
public record RankedGroup(
    String exampleId,
    int revision,
    String policy,
    String itemId,
    String criterion,
    Text prompt,
    List<ExampleCandidate> candidates,
    List<Integer> tierSizes,
    int weightPpm,
    Evidence evidence)
    implements TrainingExample {
  public RankedGroup {
    candidates = List.copyOf(candidates);
    tierSizes = List.copyOf(tierSizes);
    int sum = tierSizes.stream().mapToInt(Integer::intValue).sum();
    long distinct = candidates.stream().map(ExampleCandidate::candidateId).distinct().count();
    if (candidates.size() < 2
        || candidates.size() > Limits.MAX_RANKED_CANDIDATES
        || distinct != candidates.size()) {
      throw new IllegalArgumentException(
          "a ranked group needs 2 to %d candidates with different ids, but had %s"
              .formatted(
                  Limits.MAX_RANKED_CANDIDATES,
                  candidates.stream().map(ExampleCandidate::candidateId).toList()));
    }
    if (tierSizes.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "every tier needs a candidate, but sizes were " + tierSizes);
    }
    if (weightPpm < 0) {
      throw new IllegalArgumentException("weightPpm must be at least 0, but was " + weightPpm);
    }
    if (sum != candidates.size()) {
      throw new IllegalArgumentException(
          "tierSizes must sum to the number of candidates (%d), but summed to %d"
              .formatted(candidates.size(), sum));
    }
  }
}
