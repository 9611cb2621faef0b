/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row computed by a {@link ReferenceModel}: its logits, its statistics per label, and the
 * gradients of any function of them. A row of n ids has n - 1 labels: label t is id t + 1,
 * predicted by the logits of position t. Derivatives can be pulled back once. Single-threaded.
 */
public final class ReferencePass {
  private final Tape tape;
  private final Weights weights;
  private final int[] ids;
  private final Variable logits;
  private final @Nullable Variable referenceLogProbs;
  private final Map<Statistic, Variable> statistics = new EnumMap<>(Statistic.class);
  private boolean pulledBack;

  ReferencePass(
      Tape tape,
      Weights weights,
      int[] ids,
      Variable logits,
      double @Nullable [][] referenceLogits) {
    this.tape = tape;
    this.weights = weights;
    this.ids = ids;
    this.logits = logits;
    this.referenceLogProbs =
        referenceLogits == null ? null : labelLogProbs(constant(referenceLogits));
  }

  /** [positions][vocabulary]. */
  public double[][] logits() {
    return logits.toRows();
  }

  /**
   * One number per label.
   *
   * @throws NullPointerException for a KL when the pass was given no reference logits
   */
  public double[] statistic(Statistic statistic) {
    return computed(statistic).values.clone();
  }

  /** {@link Statistic#LOG_PROB} of each label. */
  public double[] logProbs() {
    return statistic(Statistic.LOG_PROB);
  }

  /**
   * The gradients of sum(logits * cotangent).
   *
   * @param cotangent [positions][vocabulary]
   * @return by the names of the checkpoint's and the adapter's weights, row-major
   */
  public Map<String, double[]> pullBackLogits(double[][] cotangent) {
    requireFirst();
    tape.pullBack(logits, constant(cotangent).values);
    return weights.gradients();
  }

  /**
   * The gradients of a function of statistics.
   *
   * @param cotangents the function's derivative with respect to each label's statistic
   * @return by the names of the checkpoint's and the adapter's weights, row-major
   */
  public Map<String, double[]> pullBack(Map<Statistic, double[]> cotangents) {
    requireFirst();
    cotangents.keySet().forEach(this::computed);
    cotangents.forEach((statistic, cotangent) -> tape.seed(computed(statistic), cotangent));
    tape.pullBack(logits, new double[logits.values.length]);
    return weights.gradients();
  }

  /** The gradients of sum(logProbs * cotangent). */
  public Map<String, double[]> pullBackLogProbs(double... cotangent) {
    return pullBack(Map.of(Statistic.LOG_PROB, cotangent));
  }

  private Variable computed(Statistic statistic) {
    Variable known = statistics.get(statistic);
    if (known == null) {
      known = compute(statistic);
      statistics.put(statistic, known);
    }
    return known;
  }

  private Variable compute(Statistic statistic) {
    Variable logProbs = labelLogProbs(logits);
    Variable probs = tape.exp(logProbs);
    return switch (statistic) {
      case LOG_PROB -> labelsOf(logProbs);
      case ENTROPY -> tape.scale(tape.rowSums(tape.multiply(probs, logProbs)), -1);
      case FORWARD_KL -> {
        Variable reference = reference();
        yield tape.rowSums(
            tape.multiply(tape.exp(reference), tape.plus(reference, tape.scale(logProbs, -1))));
      }
      case REVERSE_KL ->
          tape.rowSums(tape.multiply(probs, tape.plus(logProbs, tape.scale(reference(), -1))));
      case LOG_SUM_SQUARED_PROBS -> tape.log(tape.rowSums(tape.multiply(probs, probs)));
      case MEAN_LOGIT -> tape.scale(tape.rowSums(predicting(logits)), 1.0 / logits.columns);
    };
  }

  private Variable labelLogProbs(Variable allLogits) {
    return tape.logSoftmax(predicting(allLogits));
  }

  // The last position predicts nothing that the row holds.
  private Variable predicting(Variable allLogits) {
    int[] positions = new int[ids.length - 1];
    for (int t = 0; t < positions.length; t++) {
      positions[t] = t;
    }
    return tape.rowsAt(allLogits, positions);
  }

  private Variable labelsOf(Variable logProbs) {
    int[] source = new int[ids.length - 1];
    for (int t = 0; t < source.length; t++) {
      source[t] = t * logProbs.columns + ids[t + 1];
    }
    return tape.rearranged(logProbs, source.length, 1, source);
  }

  private Variable reference() {
    return Objects.requireNonNull(referenceLogProbs, "the pass was given no reference logits");
  }

  private Variable constant(double[][] rows) {
    double[] values = new double[logits.values.length];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(rows[t], 0, values, t * logits.columns, logits.columns);
    }
    return tape.leaf(logits.rows, logits.columns, values);
  }

  private void requireFirst() {
    if (pulledBack) {
      throw new IllegalStateException("the derivatives of this pass were pulled back already");
    }
    pulledBack = true;
  }
}
