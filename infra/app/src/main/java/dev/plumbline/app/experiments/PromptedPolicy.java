/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.rldaf.TrainedPart;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A frozen policy with a bank of soft prompts and an output bias:
 *
 * <pre>
 *   x      = [E u ; E v] + p_level          p_0 = 0: no prompt
 *   logits = B tanh(A x + a) + b + bias     at every level
 * </pre>
 *
 * <p>A soft prompt is two vectors, one added to each embedding of the window: a model without
 * attention has no place in front of its input. All begin at 0, so that the policy begins as the
 * frozen one. Mutable through {@link #update}: for one thread.
 */
final class PromptedPolicy {
  private final ToyPolicy frozen;
  private final ToyLanguage reference;
  private final Set<TrainedPart> trained;
  // The prompts of levels 1 and up, then the bias.
  private final double[] parameters;
  private final int bias;
  private final Adam adam;
  private final double largestNorm;
  // [level][state], what was asked for since the last update.
  private final @Nullable Row[][] rows;

  /** What the policy says in one state under one prompt. */
  private static final class Row {
    private final double[] hidden;
    private final double[] logProbs;
    private final double divergence;

    private Row(double[] hidden, double[] logProbs, double divergence) {
      this.hidden = hidden;
      this.logProbs = logProbs;
      this.divergence = divergence;
    }
  }

  PromptedPolicy(
      ToyPolicy frozen,
      int levels,
      Set<TrainedPart> trained,
      double learningRate,
      double largestNorm) {
    this.frozen = frozen;
    this.reference = frozen.forward().language();
    this.trained = Set.copyOf(trained);
    this.bias = (levels - 1) * ToyPolicy.INPUT;
    this.parameters = new double[bias + reference.vocabulary()];
    this.adam = new Adam(learningRate, parameters.length);
    this.largestNorm = largestNorm;
    this.rows = new Row[levels][reference.states()];
  }

  /** The frozen policy alone: one level, nothing to train. */
  static PromptedPolicy unprompted(ToyPolicy frozen) {
    return new PromptedPolicy(frozen, 1, Set.of(), 0, 1);
  }

  /** The frozen policy, as a language. */
  ToyLanguage reference() {
    return reference;
  }

  /** How many numbers are trained. */
  int trainedParameters() {
    return (trained.contains(TrainedPart.PROMPT) ? bias : 0)
        + (trained.contains(TrainedPart.BIAS) ? parameters.length - bias : 0);
  }

  /** log pi(v) of every token; not to be written to. */
  double[] logProbs(int level, int state) {
    return row(level, state).logProbs;
  }

  /** KL(pi || pi_ref) of the next token, in nats. */
  double divergence(int level, int state) {
    return row(level, state).divergence;
  }

  private Row row(int level, int state) {
    Row row = rows[level][state];
    if (row == null) {
      row = forward(level, state);
      rows[level][state] = row;
    }
    return row;
  }

  private Row forward(int level, int state) {
    double[] input = frozen.input(state);
    for (int i = 0; level > 0 && i < input.length; i++) {
      input[i] += parameters[prompt(level) + i];
    }
    double[] hidden = frozen.hidden(input);
    double[] logits = frozen.logits(hidden);
    for (int token = 0; token < logits.length; token++) {
      logits[token] += parameters[bias + token];
    }
    double[] logProbs = ToyLanguage.logSoftmax(logits);
    double divergence = 0;
    for (int token = 0; token < logProbs.length; token++) {
      divergence += Math.exp(logProbs[token]) * (logProbs[token] - reference.logProb(state, token));
    }
    // A difference of equal numbers, or nearly, may round below 0.
    return new Row(hidden, logProbs, Math.max(0, divergence));
  }

  /** Where the prompt of a level begins in the parameters. */
  private static int prompt(int level) {
    return (level - 1) * ToyPolicy.INPUT;
  }

  /**
   * Derivatives of a loss by the parameters, 0 for those that aren't trained.
   *
   * @param byLogProb derivatives by log pi of each token that was said, per text
   */
  double[] gradient(List<ControlledText> texts, List<double[]> byLogProb) {
    double[][][] byLogits = new double[rows.length][reference.states()][];
    for (int i = 0; i < texts.size(); i++) {
      ControlledText text = texts.get(i);
      for (int t = 0; t < text.row().length(); t++) {
        int level = text.level(t);
        int state = text.row().state(t);
        if (byLogits[level][state] == null) {
          byLogits[level][state] = new double[reference.vocabulary()];
        }
        addByLogits(
            byLogits[level][state],
            row(level, state).logProbs,
            text.row().token(t),
            byLogProb.get(i)[t]);
      }
    }
    double[] gradient = new double[parameters.length];
    for (int level = 0; level < rows.length; level++) {
      for (int state = 0; state < reference.states(); state++) {
        if (byLogits[level][state] != null) {
          pullBack(level, row(level, state).hidden, byLogits[level][state], gradient);
        }
      }
    }
    return gradient;
  }

  /** d log pi(y) / d logit_v = 1[v = y] - pi(v). */
  private static void addByLogits(
      double[] byLogits, double[] logProbs, int token, double byLogProb) {
    for (int v = 0; v < byLogits.length; v++) {
      byLogits[v] -= byLogProb * Math.exp(logProbs[v]);
    }
    byLogits[token] += byLogProb;
  }

  private void pullBack(int level, double[] hidden, double[] byLogits, double[] gradient) {
    if (trained.contains(TrainedPart.BIAS)) {
      for (int token = 0; token < byLogits.length; token++) {
        gradient[bias + token] += byLogits[token];
      }
    }
    if (trained.contains(TrainedPart.PROMPT) && level > 0) {
      double[] byPrompt = frozen.byInput(hidden, byLogits);
      for (int i = 0; i < byPrompt.length; i++) {
        gradient[prompt(level) + i] += byPrompt[i];
      }
    }
  }

  /** One step of Adam against a gradient, clipped to the largest norm. */
  void update(double[] gradient) {
    double squares = 0;
    for (double value : gradient) {
      squares += value * value;
    }
    double scale = Math.min(1, largestNorm / Math.sqrt(squares));
    double[] clipped = new double[gradient.length];
    for (int i = 0; i < gradient.length; i++) {
      clipped[i] = scale * gradient[i];
    }
    adam.update(parameters, clipped);
    for (Row[] ofLevel : rows) {
      Arrays.fill(ofLevel, null);
    }
  }
}
