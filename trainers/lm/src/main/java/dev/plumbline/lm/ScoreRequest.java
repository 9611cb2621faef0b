/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import org.jspecify.annotations.Nullable;

/**
 * How scores are to be computed. Only the dropout changes what is answered; the rest trades time
 * for memory, and moves the last bits.
 *
 * @param layout of the batch in memory
 * @param activations kept for gradients; scoring keeps none
 * @param dropout noise of a training step; null when nothing is dropped
 */
public record ScoreRequest(
    BatchLayout layout, Activations activations, @Nullable DropoutKey dropout) {

  /** Prompts shared, activations kept, no dropout. */
  public static ScoreRequest defaults() {
    return new ScoreRequest(BatchLayout.PREFIX_SHARED, Activations.KEPT, null);
  }

  /** The same in another layout. */
  public ScoreRequest laidOut(BatchLayout layout) {
    return new ScoreRequest(layout, activations, dropout);
  }

  /** The same with other activations kept. */
  public ScoreRequest keeping(Activations activations) {
    return new ScoreRequest(layout, activations, dropout);
  }

  /** The same with dropout, where the adapter has any. */
  public ScoreRequest dropping(DropoutKey dropout) {
    return new ScoreRequest(layout, activations, dropout);
  }
}
