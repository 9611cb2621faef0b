/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import org.jspecify.annotations.Nullable;

/**
 * The consensus about two candidates, in canonical order: a has the smaller id. Probabilities and
 * weight are integers, so that equal evidence gives equal bytes. Where the candidates are pieces of
 * recorded behaviour, the prompt's text is empty.
 *
 * @param exampleId {@link Identity#pairId}
 * @param revision from 1
 * @param policy the policy of the feed
 * @param itemId the prompt
 * @param criterion what was asked
 * @param prompt the prompt's text
 * @param a the candidate with the smaller id
 * @param b the candidate with the larger id
 * @param probABetterPpm P(a better), parts per million
 * @param probTiePpm P(tie), parts per million; P(b better) is what remains
 * @param weightPpm how much the pair counts in the loss, parts per million, at least 0
 * @param evidence the votes it rests on
 * @param marginPpm how much better a was rated than b on average, parts per million of the scale,
 *     below 0 where b was; absent where nobody rated both
 */
public record PreferencePair(
    String exampleId,
    int revision,
    String policy,
    String itemId,
    String criterion,
    Text prompt,
    ExampleCandidate a,
    ExampleCandidate b,
    int probABetterPpm,
    int probTiePpm,
    int weightPpm,
    Evidence evidence,
    @AddedLater @Nullable Integer marginPpm)
    implements TrainingExample {
  public PreferencePair {
    Limits.requireProbPpm("probABetterPpm", probABetterPpm);
    Limits.requireProbPpm("probTiePpm", probTiePpm);
    Limits.requireProbPpm("probABetterPpm + probTiePpm", probABetterPpm + probTiePpm);
    if (weightPpm < 0) {
      throw new IllegalArgumentException("weightPpm must be at least 0, but was " + weightPpm);
    }
    if (marginPpm != null && Math.abs(marginPpm) > 1_000_000) {
      throw new IllegalArgumentException(
          "marginPpm must lie in -1000000 to 1000000, but was " + marginPpm);
    }
    if (a.candidateId().compareTo(b.candidateId()) >= 0) {
      throw new IllegalArgumentException(
          "a must have the smaller candidate id, but a was %s and b %s"
              .formatted(a.candidateId(), b.candidateId()));
    }
  }

  /** A pair that nobody rated. */
  public PreferencePair(
      String exampleId,
      int revision,
      String policy,
      String itemId,
      String criterion,
      Text prompt,
      ExampleCandidate a,
      ExampleCandidate b,
      int probABetterPpm,
      int probTiePpm,
      int weightPpm,
      Evidence evidence) {
    this(
        exampleId,
        revision,
        policy,
        itemId,
        criterion,
        prompt,
        a,
        b,
        probABetterPpm,
        probTiePpm,
        weightPpm,
        evidence,
        null);
  }

  /** Returns P(a better), a tie counting half for each side. */
  public double belief() {
    return (probABetterPpm + probTiePpm / 2.0) / 1e6;
  }

  /** Returns the weight in the loss. */
  public double weight() {
    return weightPpm / 1e6;
  }

  /** Returns the candidate more likely to be better; a where both are equally likely. */
  public ExampleCandidate chosen() {
    return belief() >= 0.5 ? a : b;
  }

  /** Returns the other one than {@link #chosen}. */
  public ExampleCandidate rejected() {
    return belief() >= 0.5 ? b : a;
  }
}
