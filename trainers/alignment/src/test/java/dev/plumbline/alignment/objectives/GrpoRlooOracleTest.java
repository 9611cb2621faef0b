/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.lm.Statistic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Numbers computed by TRL's GRPO and RLOO trainers, which take the old policy for the sampler where
 * nothing else is given, and advantages by verl, which adds 1e-8 to the number of tokens.
 */
class GrpoRlooOracleTest {
  private static final OffPolicyCorrection NONE = OffPolicyCorrection.NONE;

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrlAndVerl() {
    return Oracles.tests(
        "grpo_rloo.json",
        directory,
        GrpoRlooOracleTest::rows,
        one -> {
          switch (one.json().get("kind").asText()) {
            case "advantage_verl" -> closeAdvantages(one);
            case "loss_trl_grpo", "loss_trl_rloo" -> closeLoss(one);
            default -> throw new IllegalArgumentException(one.json().toString());
          }
        });
  }

  private static void closeLoss(OracleCase one) {
    Learned learned = learn(one);
    one.close("loss", learned.metrics().get("loss"));
    one.close("advantages", learned.advantages());
    one.closeGradient(learned.gradient(), Oracles.tensor(one.expected().get("grad_policy_logits")));
    one.expected()
        .path("metrics")
        .properties()
        .forEach(
            metric ->
                one.close(
                    metric.getKey(),
                    learned.metrics().get(plumblineName(metric.getKey())),
                    metric.getValue()));
  }

  /** CISPO's share of clipped tokens has a name of its own in TRL. */
  private static String plumblineName(String metric) {
    return metric.equals("cispo_clip_ratio") ? "clip_ratio/high_mean" : metric;
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Learned(Map<String, Double> metrics, double[] advantages, double[][][] gradient) {}

  private static Learned learn(OracleCase one) {
    RolloutObjective objective = objective(one);
    Set<Statistic> asked = EnumSet.copyOf(objective.statistics());
    asked.addAll(one.model().tokenStatistics());
    List<ScoredRollouts> scored = new ArrayList<>();
    double[][][] gradient =
        one.model()
            .gradient(
                asked,
                objective.labels(),
                said -> {
                  List<RolloutStatistics> groups = groups(one.batch(), said);
                  List<RolloutValue> values = objective.evaluate(groups);
                  List<TokenDerivatives> derivatives = new ArrayList<>();
                  for (int i = 0; i < groups.size(); i++) {
                    scored.add(new ScoredRollouts(groups.get(i), values.get(i)));
                    values
                        .get(i)
                        .completions()
                        .forEach(all -> derivatives.add(all.times(1.0 / groups.size())));
                  }
                  return derivatives;
                });
    int labels = one.batch().get("T").asInt();
    return new Learned(
        LearningMetrics.of(scored),
        scored.stream()
            .flatMap(group -> group.value().reports().stream())
            .mapToDouble(RolloutReport::advantage)
            .toArray(),
        Arrays.stream(gradient).map(row -> Arrays.copyOf(row, labels)).toArray(double[][][]::new));
  }

  private static RolloutObjective objective(OracleCase one) {
    JsonNode config = one.config();
    double low = config.get("epsilon").asDouble();
    double high = config.path("epsilon_high").asDouble(low);
    ClipRange range = new ClipRange(low, high, config.path("delta").asDouble(Double.MAX_VALUE));
    double beta = config.get("beta").asDouble();
    if (one.json().get("kind").asText().equals("loss_trl_rloo")) {
      return new RlooObjective(RatioLevel.SEQUENCE, range, new KlPenalty(beta, KlEstimator.K1));
    }
    GrpoVariant variant =
        config.path("importance_sampling_level").asText().equals("sequence")
            ? new GrpoVariant.Gspo(range)
            : switch (config.get("loss_type").asText()) {
              case "grpo" -> new GrpoVariant.Grpo(range);
              case "bnpo" -> new GrpoVariant.Bnpo(range);
              case "dr_grpo" ->
                  new GrpoVariant.DrGrpo(range, config.get("max_completion_length").asInt());
              case "dapo" -> new GrpoVariant.Dapo(range);
              case "cispo" -> new GrpoVariant.Cispo(high);
              case "sapo" -> new GrpoVariant.Sapo(new PolicySurrogate.Gated(1, 1.05));
              default -> throw new IllegalArgumentException(config.toString());
            };
    return new GrpoObjective(
        variant,
        RewardScale.GROUP,
        new KlPenalty(
            beta,
            KlEstimator.K3,
            config.path("use_bias_correction_kl").asBoolean()
                ? KlPenalty.Sampling.BY_RATIO
                : KlPenalty.Sampling.AS_IF_CURRENT),
        new OffPolicyCorrection(
            NONE.weighting(),
            NONE.lower(),
            NONE.upper(),
            config.path("off_policy_mask_threshold").asDouble(Double.POSITIVE_INFINITY)));
  }

  private static void closeAdvantages(OracleCase one) {
    JsonNode batch = one.batch();
    List<CompletionStatistics> said =
        rows(batch).stream().map(row -> row.statistics(Set.of(Statistic.LOG_PROB))).toList();
    List<RolloutStatistics> groups = groups(batch, said);
    JsonNode expected = one.expected();
    closePerCompletion(groups, r -> GroupAdvantage.standardized(r, 1e-6), expected.get("grpo_std"));
    closePerCompletion(groups, GroupAdvantage::centred, expected.get("dr_grpo_mean_only"));
    closePerCompletion(groups, GroupAdvantage::leaveOneOut, expected.get("rloo"));
    closePerToken(
        plus(ReinforcePlusPlusObjective.Baseline.NONE, 1), groups, expected.get("reinforce_pp"));
    closePerToken(
        plus(ReinforcePlusPlusObjective.Baseline.NONE, 0.9),
        groups,
        expected.get("reinforce_pp_gamma0.9"));
    closePerToken(
        plus(ReinforcePlusPlusObjective.Baseline.GROUP_MEAN, 1),
        groups,
        expected.get("reinforce_pp_baseline"));
  }

  private static ReinforcePlusPlusObjective plus(
      ReinforcePlusPlusObjective.Baseline baseline, double gamma) {
    return new ReinforcePlusPlusObjective(
        baseline, gamma, new ClipRange(0.2, 0.2), PenalizedReward.NO_PENALTY);
  }

  private static void closePerCompletion(
      List<RolloutStatistics> groups, Function<double[], double[]> advantages, JsonNode expected) {
    List<double[]> perToken = new ArrayList<>();
    for (RolloutStatistics group : groups) {
      double[] perCompletion = advantages.apply(group.rewards());
      for (int r = 0; r < perCompletion.length; r++) {
        double[] same = new double[group.rollouts().get(r).tokens()];
        Arrays.fill(same, perCompletion[r]);
        perToken.add(same);
      }
    }
    close(perToken, expected, Closeness.FLOAT64::ofValue);
  }

  private static void closePerToken(
      ReinforcePlusPlusObjective objective, List<RolloutStatistics> groups, JsonNode expected) {
    close(objective.advantages(groups), expected, value -> 2e-9 * Math.max(1, Math.abs(value)));
  }

  private static void close(
      List<double[]> actual, JsonNode expected, DoubleUnaryOperator tolerance) {
    double[][] rows = Oracles.rows(expected);
    for (int row = 0; row < rows.length; row++) {
      for (int t = 0; t < actual.get(row).length; t++) {
        assertThat(actual.get(row)[t])
            .as("advantage[%d][%d]", row, t)
            .isCloseTo(rows[row][t], within(tolerance.applyAsDouble(rows[row][t])));
      }
    }
  }

  private static List<RolloutStatistics> groups(JsonNode batch, List<CompletionStatistics> said) {
    int size = batch.get("group_size").asInt();
    double[][] old = Oracles.rows(batch.get("old_logps"));
    double[] rewards = Oracles.doubles(batch.get("rewards"));
    List<List<RolloutSample>> groups = new ArrayList<>();
    for (int row = 0; row < said.size(); row++) {
      if (row % size == 0) {
        groups.add(new ArrayList<>());
      }
      int tokens = said.get(row).tokens();
      groups
          .getLast()
          .add(
              new RolloutSample(
                  said.get(row),
                  Arrays.copyOf(old[row], tokens),
                  Arrays.copyOf(old[row], tokens),
                  rewards[row]));
    }
    return RandomRollouts.withShape(groups, groups.stream().map(group -> 1.0).toList());
  }

  /** The rows of the batch behind a prompt of one token, with a reference that says as given. */
  private static List<LogitRow> rows(JsonNode batch) {
    return IntStream.range(0, batch.get("B").asInt())
        .mapToObj(
            row -> {
              int[] completion = Oracles.ints(batch.get("completion_ids").get(row));
              int tokens = Arrays.stream(Oracles.ints(batch.get("mask").get(row))).sum();
              int[] ids = new int[tokens + 1];
              System.arraycopy(completion, 0, ids, 1, tokens);
              double[][] policy = Oracles.rows(batch.get("policy_logits").get(row));
              double[] reference = Oracles.doubles(batch.get("reference_logps").get(row));
              return new LogitRow(
                  lengthened(policy), lengthened(giving(reference, completion, policy)), ids, 1);
            })
        .toList();
  }

  /** Logits by which the labels have these log-probabilities, and all others share the rest. */
  private static double[][] giving(double[] logProbs, int[] labels, double[][] shape) {
    double[][] logits = new double[shape.length][shape[0].length];
    for (int t = 0; t < logits.length; t++) {
      Arrays.fill(logits[t], Math.log(-Math.expm1(logProbs[t]) / (logits[t].length - 1)));
      logits[t][labels[t]] = logProbs[t];
    }
    return logits;
  }

  /** With one more position, which predicts nothing. */
  private static double[][] lengthened(double[][] logits) {
    double[][] longer = Arrays.copyOf(logits, logits.length + 1);
    longer[logits.length] = new double[logits[0].length];
    return longer;
  }
}
