/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import static dev.plumbline.lm.reference.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The statistics of a row, written out by hand, and their gradients by central differences. */
final class ReferencePassTest {
  private static final int[] IDS = {3, 17, 5, 40, 17};
  private static final int LABELS = IDS.length - 1;
  private static final ReferenceModel MODEL =
      ReferenceModel.load(ReferenceResources.directory("checkpoints/qwen3"));
  private static final ReferenceModel OTHER =
      ReferenceModel.load(ReferenceResources.directory("checkpoints/llama"));

  @Test
  void shouldComputeEveryStatisticOfTheDistributionThatPredictsTheLabel() {
    double[][] logits = MODEL.logits(IDS);
    double[][] reference = OTHER.logits(IDS);
    ReferencePass pass = MODEL.forward(IDS, reference);
    assertThat(pass.logits()).isDeepEqualTo(logits);
    for (int t = 0; t < LABELS; t++) {
      double[] p = softmax(logits[t]);
      double[] q = softmax(reference[t]);
      Map<Statistic, Double> expected = new EnumMap<>(Statistic.class);
      expected.put(Statistic.LOG_PROB, Math.log(p[IDS[t + 1]]));
      expected.put(Statistic.MEAN_LOGIT, Arrays.stream(logits[t]).average().orElseThrow());
      double squares = 0;
      for (int v = 0; v < p.length; v++) {
        expected.merge(Statistic.ENTROPY, -p[v] * Math.log(p[v]), Double::sum);
        expected.merge(Statistic.FORWARD_KL, q[v] * Math.log(q[v] / p[v]), Double::sum);
        expected.merge(Statistic.REVERSE_KL, p[v] * Math.log(p[v] / q[v]), Double::sum);
        squares += p[v] * p[v];
      }
      expected.put(Statistic.LOG_SUM_SQUARED_PROBS, Math.log(squares));
      assertThat(expected).containsOnlyKeys(Statistic.values());
      for (Statistic statistic : Statistic.values()) {
        assertThat(pass.statistic(statistic)).hasSize(LABELS);
        assertThat(pass.statistic(statistic)[t])
            .as("%s of label %d", statistic, t)
            .isCloseTo(expected.get(statistic), within(1e-12));
      }
    }
  }

  @Test
  void shouldPullBackAFunctionOfAllStatisticsTogether() {
    double[][] reference = OTHER.logits(IDS);
    SplittableRandom random = new SplittableRandom(5);
    Map<Statistic, double[]> cotangents = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      cotangents.put(statistic, random.doubles(LABELS, -1, 1).toArray());
    }
    Map<String, double[]> gradients = MODEL.forward(IDS, reference).pullBack(cotangents);
    assertThat(gradients.keySet()).isEqualTo(MODEL.weights().keySet());

    gradients.forEach(
        (name, gradient) -> {
          int i = random.nextInt(gradient.length);
          double step = 1e-5;
          double difference =
              (value(changed(name, i, step), reference, cotangents)
                      - value(changed(name, i, -step), reference, cotangents))
                  / (2 * step);
          assertThat(gradient[i])
              .as("%s[%d]", name, i)
              .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
        });
  }

  @Test
  void shouldPullBackLogProbsAsTheirLogits() {
    double[] cotangent = {1, -2, 0.5, 3};
    double[][] logits = MODEL.logits(IDS);
    double[][] byHand = new double[IDS.length][logits[0].length];
    for (int t = 0; t < LABELS; t++) {
      double[] p = softmax(logits[t]);
      for (int v = 0; v < p.length; v++) {
        byHand[t][v] = cotangent[t] * ((v == IDS[t + 1] ? 1 : 0) - p[v]);
      }
    }
    Map<String, double[]> expected = MODEL.forward(IDS).pullBackLogits(byHand);
    Map<String, double[]> actual = MODEL.forward(IDS).pullBackLogProbs(cotangent);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, gradient) -> assertClose(name, actual.get(name), gradient, 1e-12));
  }

  @Test
  void shouldRefuseToPullBackTwice() {
    ReferencePass pass = MODEL.forward(IDS);
    pass.pullBackLogProbs(1, 1, 1, 1);
    assertThatThrownBy(() -> pass.pullBackLogProbs(1, 1, 1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the derivatives of this pass were pulled back already");
  }

  private static ReferenceModel changed(String name, int i, double step) {
    Map<String, ReferenceTensor> weights = new HashMap<>(MODEL.weights());
    weights.computeIfPresent(
        name,
        (n, tensor) -> {
          double[] values = tensor.values().clone();
          values[i] += step;
          return new ReferenceTensor(tensor.shape(), values);
        });
    return new ReferenceModel(MODEL.architecture(), weights, null);
  }

  private static double value(
      ReferenceModel model, double[][] reference, Map<Statistic, double[]> cotangents) {
    ReferencePass pass = model.forward(IDS, reference);
    double sum = 0;
    for (Map.Entry<Statistic, double[]> entry : cotangents.entrySet()) {
      double[] statistic = pass.statistic(entry.getKey());
      for (int t = 0; t < LABELS; t++) {
        sum += statistic[t] * entry.getValue()[t];
      }
    }
    return sum;
  }

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(v -> Math.exp(v) / sum).toArray();
  }
}
