/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.Statistic;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A row of logits, and what a model would say from them: the softmax statistics of each label in
 * float64, and the way back from derivatives of statistics to derivatives of logits. Plain Java, so
 * that nothing but an objective's own formula is under test.
 *
 * @param policy its logits, [position][vocabulary]; position t predicts the token at t + 1
 * @param reference its logits
 * @param ids the attended tokens; at most as many as positions
 * @param completionStart where the completion begins in them
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record LogitRow(double[][] policy, double[][] reference, int[] ids, int completionStart) {
  private static final int IGNORED = -100;
  private static final double EXTREME = 50;

  /** The chosen rows of a batch, then the rejected ones. */
  static List<LogitRow> ofPairs(JsonNode batch) {
    return rows(
        batch,
        "",
        row -> Arrays.stream(Oracles.ints(batch.get("attention_mask").get(row))).sum(),
        row -> first(Oracles.ints(batch.get("labels").get(row)), label -> label != IGNORED));
  }

  /** The judged rows of a batch, then the mismatched ones. */
  static List<LogitRow> ofUnpaired(JsonNode batch) {
    return Stream.of("", "KL_")
        .flatMap(
            prefix -> {
              JsonNode masks = batch.get(prefix + "completion_mask");
              IntUnaryOperator start =
                  row -> first(Oracles.ints(masks.get(row)), masked -> masked == 1);
              return rows(
                  batch,
                  prefix,
                  row -> start.applyAsInt(row) + Arrays.stream(Oracles.ints(masks.get(row))).sum(),
                  start)
                  .stream();
            })
        .toList();
  }

  /** A row after a prompt of one token, from log-probabilities: of a vocabulary of yes and no. */
  static LogitRow ofLogProbs(double[] policy, double[] reference) {
    return new LogitRow(odds(policy), odds(reference), new int[policy.length + 1], 1);
  }

  /** The same with logits so large that most probabilities are 0 or 1 in float32. */
  LogitRow extreme() {
    return new LogitRow(extreme(policy), extreme(reference), ids, completionStart);
  }

  private static double[][] extreme(double[][] logits) {
    return Arrays.stream(logits)
        .map(row -> Arrays.stream(row).map(logit -> EXTREME * logit).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] odds(double[] logProbs) {
    double[][] logits = new double[logProbs.length + 1][2];
    for (int t = 0; t < logProbs.length; t++) {
      logits[t] = new double[] {logProbs[t], Math.log(-Math.expm1(logProbs[t]))};
    }
    return logits;
  }

  private static List<LogitRow> rows(
      JsonNode batch, String prefix, IntUnaryOperator attended, IntUnaryOperator completionStart) {
    return IntStream.range(0, batch.get(prefix + "input_ids").size())
        .mapToObj(
            row ->
                new LogitRow(
                    Oracles.rows(batch.get(prefix + "policy_logits").get(row)),
                    Oracles.rows(batch.get(prefix + "reference_logits").get(row)),
                    Arrays.copyOf(
                        Oracles.ints(batch.get(prefix + "input_ids").get(row)),
                        attended.applyAsInt(row)),
                    completionStart.applyAsInt(row)))
        .toList();
  }

  private static int first(int[] values, IntPredicate property) {
    return IntStream.range(0, values.length)
        .filter(t -> property.test(values[t]))
        .findFirst()
        .orElseThrow();
  }

  CompletionStatistics statistics(Set<Statistic> asked) {
    int start = completionStart - 1;
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    for (Statistic statistic : asked) {
      values.put(
          statistic,
          IntStream.range(start, ids.length - 1).mapToDouble(t -> value(statistic, t)).toArray());
    }
    return CompletionStatistics.of(values)
        .after(IntStream.range(0, start).mapToDouble(t -> value(Statistic.LOG_PROB, t)).toArray());
  }

  private double value(Statistic statistic, int t) {
    double[] logP = logSoftmax(policy[t]);
    double[] logQ = logSoftmax(reference[t]);
    return switch (statistic) {
      case LOG_PROB -> logP[ids[t + 1]];
      case REFERENCE_LOG_PROB -> logQ[ids[t + 1]];
      case ENTROPY -> expect(logP, v -> -logP[v]);
      case FORWARD_KL -> expect(logQ, v -> logQ[v] - logP[v]);
      case REVERSE_KL -> expect(logP, v -> logP[v] - logQ[v]);
      case LOG_SUM_SQUARED_PROB -> Math.log(expect(logP, v -> Math.exp(logP[v])));
      case MEAN_LOGIT -> expect(new double[logP.length], v -> policy[t][v]) / logP.length;
      case TOP_ONE ->
          IntStream.range(0, logP.length).anyMatch(v -> logP[v] > logP[ids[t + 1]]) ? 0 : 1;
    };
  }

  private static double expect(double[] logProbs, IntToDoubleFunction of) {
    return IntStream.range(0, logProbs.length)
        .mapToDouble(v -> Math.exp(logProbs[v]) * of.applyAsDouble(v))
        .sum();
  }

  /** dL/d policy logits, [position][vocabulary]. */
  double[][] pullBack(TokenDerivatives derivatives) {
    double[][] gradient = new double[policy.length][policy[0].length];
    int start = completionStart - 1;
    for (int t = 0; t < start; t++) {
      addLogProb(gradient[t], t, derivatives.promptLogProb());
    }
    for (int t = start; t < ids.length - 1; t++) {
      for (Statistic statistic : derivatives.statistics()) {
        double derivative = derivatives.value(statistic, t - start);
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
      gradient[v] += derivative * ((v == ids[t + 1] ? 1 : 0) - Math.exp(logP[v]));
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
