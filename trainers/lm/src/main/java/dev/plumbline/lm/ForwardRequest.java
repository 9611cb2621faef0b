/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a forward pass, and how it is to be computed. Only the first two change what is
 * answered, and the dropout; the rest trades time for memory.
 *
 * @param statistics asked for; not empty
 * @param labels asked about
 * @param layout of the batch in memory
 * @param activations kept for gradients; scoring keeps none
 * @param chunkLabels labels whose logits exist at one time; 0 chooses by the size of the vocabulary
 * @param reference what the comparing statistics compare with
 * @param dropout noise of a training step; null when nothing is dropped
 */
public record ForwardRequest(
    Set<Statistic> statistics,
    LabelScope labels,
    BatchLayout layout,
    Activations activations,
    int chunkLabels,
    Reference reference,
    @Nullable DropoutKey dropout) {

  public ForwardRequest {
    if (statistics.isEmpty()) {
      throw new IllegalArgumentException("a forward pass must be asked for at least one statistic");
    }
    if (chunkLabels < 0) {
      throw new IllegalArgumentException(
          "chunk_labels must be positive, or 0 to choose, but was " + chunkLabels);
    }
    statistics = Collections.unmodifiableSet(EnumSet.copyOf(statistics));
  }

  /** Log-probabilities of all labels, prompts shared, activations kept, no dropout. */
  public static ForwardRequest logProbs() {
    return of(Statistic.LOG_PROB);
  }

  /** These statistics of all labels, prompts shared, activations kept, no dropout. */
  public static ForwardRequest of(Statistic first, Statistic... others) {
    return new ForwardRequest(
        EnumSet.of(first, others),
        LabelScope.ALL,
        BatchLayout.PREFIX_SHARED,
        Activations.KEPT,
        0,
        Adapter.none(),
        null);
  }

  /** The same for other labels. */
  public ForwardRequest over(LabelScope labels) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  /** The same in another layout. */
  public ForwardRequest laidOut(BatchLayout layout) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  /** The same with other activations kept. */
  public ForwardRequest keeping(Activations activations) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  /** The same with other chunks. */
  public ForwardRequest inChunksOf(int chunkLabels) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  /**
   * The same against another reference: an adapter of the policy's model, or another model of the
   * same configuration, tokenizer, precision and device.
   */
  public ForwardRequest against(Reference reference) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  /** The same with dropout, where the adapter has any. */
  public ForwardRequest dropping(DropoutKey dropout) {
    return new ForwardRequest(
        statistics, labels, layout, activations, chunkLabels, reference, dropout);
  }

  boolean needsReference() {
    return statistics.stream().anyMatch(Statistic::needsReference);
  }
}
