/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import java.util.List;

/**
 * What is particular to one shape of training example.
 *
 * @param <E> an example in token ids
 * @param <S> the example, scored
 */
interface ExampleKind<E extends EncodedExample, S extends ScoredExample> {
  /** The example's class. */
  Class<E> example();

  /** How messages call several of them. */
  String plural();

  Objective objective();

  /** The completions that are learned from, always in the same order. */
  List<EncodedCompletion> completions(E example);

  /** Completions that are scored beside the batch, without gradient; one per example, or none. */
  List<EncodedCompletion> contrasts(List<E> batch);

  /**
   * Scores examples.
   *
   * @param examples all of the batch, or some of it if the objective is separable
   * @param batch all of it
   * @param said what the model says about each completion of each example
   * @param contrasts what it says about {@link #contrasts}
   */
  List<S> evaluate(
      List<E> examples,
      List<E> batch,
      List<List<CompletionStatistics>> said,
      List<CompletionStatistics> contrasts);

  /** The weight of a scored example. */
  double weight(S scored);

  /** The same kind by the objective that there is after a step on this batch. */
  default ExampleKind<E, S> after(List<S> batch) {
    return this;
  }

  /** Derivatives of L_i, one per completion. */
  List<TokenDerivatives> derivatives(S scored);
}
