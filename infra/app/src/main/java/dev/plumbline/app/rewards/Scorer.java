/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.reward.PairEvaluation;
import dev.plumbline.reward.PairScores;
import dev.plumbline.reward.RewardPair;
import java.util.ArrayList;
import java.util.List;

/**
 * What something that scores texts made of pairs.
 *
 * @param name what it is
 * @param scale what differences between its scores mean
 * @param scored the pairs, in order
 */
record Scorer(String name, Scale scale, List<PairScores> scored) {

  /** What a difference between two scores means. */
  enum Scale {
    /** The log-odds that the one ahead is better: log-loss and calibration follow. */
    LOG_ODDS,
    /** Which one is ahead, and no more. */
    ORDER
  }

  Scorer {
    scored = List.copyOf(scored);
  }

  /**
   * Length alone: the longer completion is better, or the shorter one, whichever is right more
   * often on these pairs. That choice knows the answers, which flatters it.
   */
  static Scorer byLength(List<RewardPair> pairs) {
    Scorer longer = byLength("length alone: longer", pairs, 1);
    Scorer shorter = byLength("length alone: shorter", pairs, -1);
    return longer.evaluation().accuracy() >= shorter.evaluation().accuracy() ? longer : shorter;
  }

  private static Scorer byLength(String name, List<RewardPair> pairs, int sign) {
    return new Scorer(
        name,
        Scale.ORDER,
        pairs.stream()
            .map(
                pair ->
                    new PairScores(
                        sign * pair.a().completionTokens(),
                        sign * pair.b().completionTokens(),
                        pair.belief(),
                        pair.margin(),
                        pair.weight()))
            .toList());
  }

  PairEvaluation evaluation() {
    return PairEvaluation.of(scored);
  }

  /** What it made of some of the pairs. */
  Scorer at(List<Integer> indices) {
    List<PairScores> some = new ArrayList<>();
    indices.forEach(index -> some.add(scored.get(index)));
    return new Scorer(name, scale, some);
  }

  /** 95 % interval of the accuracy; equal scores count half, rounded up. */
  static WilsonInterval interval(PairEvaluation evaluation) {
    long successes = evaluation.right() + (evaluation.equal() + 1L) / 2;
    return WilsonInterval.of(successes, evaluation.decided());
  }
}
