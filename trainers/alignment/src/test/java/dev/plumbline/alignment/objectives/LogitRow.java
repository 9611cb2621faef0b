/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A row of logits, and what a model would say from them: the softmax statistics of each label in
 * float64, and the way back from derivatives of statistics to derivatives of logits. Plain Java, so
 * that nothing but an objective's own formula is under test.
 */
final class LogitRow {
  private static final int IGNORED = -100;

  private final double[][] policy;
  private final double[][] reference;
  private final int[] labels;
  private final List<Integer> prompt = new ArrayList<>();
  private final List<Integer> completion = new ArrayList<>();

  /** Row {@code row} of a batch; position t predicts the token at t + 1. */
  LogitRow(JsonNode batch, int row) {
    this(
        Oracles.rows(batch.get("policy_logits").get(row)),
        Oracles.rows(batch.get("reference_logits").get(row)),
        IntStream.range(0, batch.get("T").asInt())
            .map(t -> batch.get("input_ids").get(row).get(t).asInt())
            .toArray(),
        IntStream.range(0, batch.get("T").asInt()).map(t -> place(batch, row, t)).toArray());
  }

  private LogitRow(double[][] policy, double[][] reference, int[] ids, int[] places) {
    this.policy = policy;
    this.reference = reference;
    this.labels = new int[ids.length];
    for (int t = 0; t + 1 < ids.length; t++) {
      labels[t] = ids[t + 1];
      if (places[t + 1] == 2) {
        completion.add(t);
      } else if (places[t + 1] == 1) {
        prompt.add(t);
      }
    }
  }

  /** A row with its completion mask; nothing is said of the prompt. */
  static LogitRow of(double[][] policy, double[][] reference, JsonNode ids, JsonNode mask) {
    return new LogitRow(
        policy,
        reference,
        IntStream.range(0, ids.size()).map(t -> ids.get(t).asInt()).toArray(),
        IntStream.range(0, ids.size()).map(t -> 2 * mask.get(t).asInt()).toArray());
  }

  /** 2 in the completion, 1 in the prompt, 0 in the padding. */
  private static int place(JsonNode batch, int row, int t) {
    if (batch.get("labels").get(row).get(t).asInt() != IGNORED) {
      return 2;
    }
    return batch.get("attention_mask").get(row).get(t).asInt();
  }

  CompletionStatistics statistics() {
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      values.put(statistic, completion.stream().mapToDouble(t -> value(statistic, t)).toArray());
    }
    return CompletionStatistics.of(values)
        .after(prompt.stream().mapToDouble(t -> value(Statistic.LOG_PROB, t)).toArray());
  }

  private double value(Statistic statistic, int t) {
    double[] logP = logSoftmax(policy[t]);
    double[] logQ = logSoftmax(reference[t]);
    return switch (statistic) {
      case LOG_PROB -> logP[labels[t]];
      case REFERENCE_LOG_PROB -> logQ[labels[t]];
      case ENTROPY -> expect(logP, v -> -logP[v]);
      case FORWARD_KL -> expect(logQ, v -> logQ[v] - logP[v]);
      case REVERSE_KL -> expect(logP, v -> logP[v] - logQ[v]);
      case LOG_SUM_SQUARED_PROB -> Math.log(expect(logP, v -> Math.exp(logP[v])));
      case MEAN_LOGIT -> expect(new double[logP.length], v -> policy[t][v]) / logP.length;
      case TOP_ONE ->
          IntStream.range(0, logP.length).anyMatch(v -> logP[v] > logP[labels[t]]) ? 0 : 1;
    };
  }

  private static double expect(double[] logProbs, java.util.function.IntToDoubleFunction of) {
    return IntStream.range(0, logProbs.length)
        .mapToDouble(v -> Math.exp(logProbs[v]) * of.applyAsDouble(v))
        .sum();
  }

  /** dL/d policy logits, [position][vocabulary]. */
  double[][] pullBack(TokenDerivatives derivatives, double factor) {
    double[][] gradient = new double[policy.length][policy[0].length];
    for (int t : prompt) {
      addLogProb(gradient[t], t, factor * derivatives.promptLogProb());
    }
    for (int i = 0; i < completion.size(); i++) {
      int t = completion.get(i);
      for (Statistic statistic : derivatives.statistics()) {
        double derivative = factor * derivatives.value(statistic, i);
        switch (statistic) {
          case LOG_PROB -> addLogProb(gradient[t], t, derivative);
          case FORWARD_KL -> addForwardKl(gradient[t], t, derivative);
          default ->
              throw new IllegalStateException("no objective has derivatives by " + statistic);
        }
      }
    }
    return gradient;
  }

  /** d log p(label) / d logit v = [v = label] - p(v). */
  private void addLogProb(double[] gradient, int t, double derivative) {
    double[] logP = logSoftmax(policy[t]);
    for (int v = 0; v < logP.length; v++) {
      gradient[v] += derivative * ((v == labels[t] ? 1 : 0) - Math.exp(logP[v]));
    }
  }

  /** d KL(q || p) / d logit v = p(v) - q(v). */
  private void addForwardKl(double[] gradient, int t, double derivative) {
    double[] logP = logSoftmax(policy[t]);
    double[] logQ = logSoftmax(reference[t]);
    for (int v = 0; v < logP.length; v++) {
      gradient[v] += derivative * (Math.exp(logP[v]) - Math.exp(logQ[v]));
    }
  }

  private static double[] logSoftmax(double[] logits) {
    double max = IntStream.range(0, logits.length).mapToDouble(v -> logits[v]).max().orElseThrow();
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    double logSum = max + Math.log(sum);
    return IntStream.range(0, logits.length).mapToDouble(v -> logits[v] - logSum).toArray();
  }
}
