/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Logistic regression on which words a text has, over all beginnings of it, word by word; by
 * Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011).
 */
final class LexiconLearner implements ControllerLearner {
  private static final double EPSILON = 1e-8;

  private final Tokenizer tokenizer;
  private final double learningRate;
  private final double weightDecay;
  private final Map<String, Weight> weights = new TreeMap<>();
  private final Weight offset = new Weight();

  /** A weight and the sum of its squared gradients. */
  private static final class Weight {
    private double value;
    private double squares;

    void descend(double gradient, double learningRate) {
      squares += gradient * gradient;
      value -= learningRate * gradient / (Math.sqrt(squares) + EPSILON);
    }
  }

  private LexiconLearner(Tokenizer tokenizer, ControllerRecipe recipe) {
    this.tokenizer = tokenizer;
    this.learningRate = recipe.learningRateOrDefault();
    this.weightDecay = recipe.weightDecay();
  }

  static LexiconLearner start(
      Tokenizer tokenizer, ControllerRecipe recipe, List<LabelledRow> texts) {
    LexiconLearner learner = new LexiconLearner(tokenizer, recipe);
    Lexicon.textsWithWord(texts.stream().map(learner::text).toList())
        .forEach(
            (word, count) -> {
              if (count >= recipe.minTexts()) {
                learner.weights.put(word, new Weight());
              }
            });
    return learner;
  }

  private String text(LabelledRow text) {
    return tokenizer.decode(text.row().ids());
  }

  @Override
  public double step(List<LabelledRow> batch) {
    Map<String, Double> gradients = new HashMap<>();
    double ofOffset = 0;
    double loss = 0;
    for (LabelledRow text : batch) {
      List<String> words = new ArrayList<>(Lexicon.words(text(text)));
      words.retainAll(weights.keySet());
      if (words.isEmpty()) {
        continue;
      }
      double[] scores = new double[words.size() + 1];
      scores[0] = offset.value;
      for (int k = 0; k < words.size(); k++) {
        scores[k + 1] = scores[k] + weights.get(words.get(k)).value;
      }
      PrefixLoss ofText = PrefixLoss.of(scores, text.has());
      loss += ofText.value() / batch.size();
      double sum = 0;
      for (int k = words.size(); k > 0; k--) {
        sum += ofText.derivatives()[k] / batch.size();
        gradients.merge(words.get(k - 1), sum, Double::sum);
      }
      ofOffset += sum;
    }
    gradients.forEach(
        (word, gradient) -> {
          Weight weight = weights.get(word);
          weight.value *= 1 - learningRate * weightDecay;
          weight.descend(gradient, learningRate);
        });
    offset.descend(ofOffset, learningRate);
    return loss;
  }

  /** The offset is left to the calibration. */
  @Override
  public PrefixScorer finish() {
    TreeMap<String, Double> values = new TreeMap<>();
    weights.forEach((word, weight) -> values.put(word, weight.value));
    return new LexiconScorer(new Lexicon(values), tokenizer);
  }
}
