/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.app.training.EpochOrder;
import dev.plumbline.reward.Logistic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The independent judge of an attribute: logistic regression on which words and pairs of
 * neighbouring words a text has. Its only relation to a controller is that both are asked the same
 * question.
 */
final class BigramClassifier {
  private static final Pattern WORD = Pattern.compile("\\p{L}+(?:['\u2019]\\p{L}+)*|[!?]");
  private static final int EPOCHS = 30;
  private static final double LEARNING_RATE = 0.2;
  private static final double DECAY = 2e-3;
  private static final double EPSILON = 1e-8;

  private final Map<String, double[]> weights = new HashMap<>();
  private final double[] offset = new double[2];

  /**
   * A labelled text.
   *
   * @param text in plain words
   * @param has whether it has the attribute
   */
  record Example(String text, boolean has) {}

  private BigramClassifier() {}

  /** Learns from texts, in an order that the seed decides (Adagrad, decoupled decay). */
  static BigramClassifier learn(List<Example> examples, long seed) {
    BigramClassifier learned = new BigramClassifier();
    List<Set<String>> features = examples.stream().map(one -> features(one.text())).toList();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i : new EpochOrder(seed).of(epoch, examples.size())) {
        learned.step(features.get(i), examples.get(i).has());
      }
    }
    return learned;
  }

  private void step(Set<String> features, boolean has) {
    double slope = Logistic.sigmoid(logit(features)) - (has ? 1 : 0);
    for (String feature : features) {
      double[] weight = weights.computeIfAbsent(feature, key -> new double[2]);
      weight[0] *= 1 - LEARNING_RATE * DECAY;
      descend(weight, slope);
    }
    descend(offset, slope);
  }

  /** Value and sum of squared gradients. */
  private static void descend(double[] weight, double gradient) {
    weight[1] += gradient * gradient;
    weight[0] -= LEARNING_RATE * gradient / (Math.sqrt(weight[1]) + EPSILON);
  }

  private double logit(Set<String> features) {
    double sum = offset[0];
    for (String feature : features) {
      double[] weight = weights.get(feature);
      sum += weight == null ? 0 : weight[0];
    }
    return sum;
  }

  /** Probability that a text has the attribute. */
  double prob(String text) {
    return Logistic.sigmoid(logit(features(text)));
  }

  /**
   * How often classifiers that have learned from all other parts are right about one part.
   *
   * @param folds parts that the examples are dealt into
   * @return how many of the examples they are right about
   */
  static int rightHeldOut(List<Example> examples, int folds, long seed) {
    int[] order = new EpochOrder(seed).of(-1, examples.size());
    int right = 0;
    for (int fold = 0; fold < folds; fold++) {
      List<Example> rest = new ArrayList<>();
      for (int i = 0; i < order.length; i++) {
        if (i % folds != fold) {
          rest.add(examples.get(order[i]));
        }
      }
      BigramClassifier learned = learn(rest, seed);
      for (int i = fold; i < order.length; i += folds) {
        Example one = examples.get(order[i]);
        right += (learned.prob(one.text()) > 0.5) == one.has() ? 1 : 0;
      }
    }
    return right;
  }

  private static Set<String> features(String text) {
    Set<String> features = new LinkedHashSet<>();
    String before = "";
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      String word = matcher.group().replace('\u2019', '\'').toLowerCase(Locale.ROOT);
      features.add(word);
      features.add(before + " " + word);
      before = word;
    }
    return features;
  }
}
