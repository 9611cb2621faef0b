/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Numbers of PPO's parts computed by verl, OpenRLHF and AReaL: advantages, policy loss, value loss,
 * divergences, weights of stale samples. verl and OpenRLHF add 1e-8 to the number of tokens, of
 * which there are few here: numbers are that far apart.
 */
class PpoOracleTest {
  @TestFactory
  Stream<DynamicTest> shouldAgreeWithVerlOpenRlhfAndAreal() {
    return Oracles.tests("ppo_gae.json", PpoOracleTest::check);
  }

  private static void check(JsonNode one) {
    switch (one.get("kind").asText()) {
      case "gae_verl", "gae_openrlhf" -> checkAdvantages(one);
      case "policy_loss_verl_dualclip", "policy_loss_openrlhf", "decoupled_ppo_areal" ->
          checkPolicyLoss(one);
      case "value_loss_verl" -> checkValueLoss(one);
      case "kl_estimators" -> checkDivergences(one);
      case "token_reward_openrlhf" -> checkTokenRewards(one);
      default -> throw new IllegalArgumentException(one.toString());
    }
  }

  private static void checkAdvantages(JsonNode one) {
    JsonNode config = one.get("config");
    GeneralizedAdvantage gae =
        new GeneralizedAdvantage(config.get("gamma").asDouble(), config.get("lam").asDouble());
    List<double[]> rewards = masked(one, "token_level_rewards");
    List<double[]> values = masked(one, "values");
    List<double[]> advantages = new ArrayList<>();
    List<double[]> returns = new ArrayList<>();
    for (int row = 0; row < rewards.size(); row++) {
      advantages.add(gae.advantages(rewards.get(row), values.get(row)));
      returns.add(gae.returns(rewards.get(row), values.get(row)));
    }
    JsonNode expected = one.get("expected");
    close("raw advantages", advantages, expected.get("raw_advantages"));
    close("returns", returns, expected.get("returns"));
    if (expected.has("whitened_advantages")) {
      close(
          "whitened advantages",
          Whitening.of(advantages, ones(advantages)),
          expected.get("whitened_advantages"));
    }
  }

  private static void checkPolicyLoss(JsonNode one) {
    JsonNode config = one.path("config");
    if (config.path("policy_loss_type").asText().equals("gspo")) {
      checkSequenceLoss(one);
      return;
    }
    boolean isAreal = one.get("kind").asText().startsWith("decoupled");
    String old = isAreal ? "proximal_logps" : "old_logps";
    String sampler =
        isAreal
            ? "behaviour_logps"
            : one.get("inputs").has("rollout_logps") ? "rollout_logps" : "old_logps";
    RolloutStatistics group =
        group(masked(one, "logps"), masked(one, old), masked(one, sampler), zeros(one));
    PolicyLoss loss =
        new PolicyLoss(
            new PolicySurrogate.Clipped(range(config)),
            RatioLevel.TOKEN,
            average(config),
            PenalizedReward.NO_PENALTY,
            correction(config));
    RolloutValue value = loss.evaluate(group, masked(one, "advantages"));
    JsonNode expected = one.get("expected");
    double factor = factor(one);
    close("loss", factor * value.loss(), expected.get("loss"));
    List<double[]> gradient = new ArrayList<>();
    for (int r = 0; r < value.completions().size(); r++) {
      double[] row = new double[group.rollouts().get(r).tokens()];
      for (int t = 0; t < row.length; t++) {
        row[t] = factor * value.completions().get(r).value(Statistic.LOG_PROB, t);
      }
      gradient.add(row);
    }
    close("gradient", gradient, expected.get("grad_logps"));
    String clipped = expected.has("clipfrac") ? "clipfrac" : "clip_ratio";
    if (expected.has(clipped) && !hasDualClip(config)) {
      double share =
          value.reports().stream().mapToDouble(r -> r.clippedLow() + r.clippedHigh()).sum()
              / value.reports().stream().mapToDouble(RolloutReport::terms).sum();
      close(clipped, share, expected.get(clipped));
    }
  }

  /** One ratio per completion, but, other than with rewards, an advantage per token. */
  private static void checkSequenceLoss(JsonNode one) {
    PolicySurrogate surrogate = new PolicySurrogate.Clipped(range(one.get("config")));
    List<double[]> logProbs = masked(one, "logps");
    List<double[]> old = masked(one, "old_logps");
    List<double[]> advantages = masked(one, "advantages");
    double loss = 0;
    List<double[]> gradient = new ArrayList<>();
    for (int row = 0; row < logProbs.size(); row++) {
      double[] now = logProbs.get(row);
      double logRatio = (Arrays.stream(now).sum() - Arrays.stream(old.get(row)).sum()) / now.length;
      double share = 1.0 / (logProbs.size() * now.length);
      double derivative = 0;
      for (double advantage : advantages.get(row)) {
        PolicySurrogate.Term term = surrogate.term(0, logRatio, advantage);
        loss += share * term.loss();
        derivative += share * term.derivative();
      }
      double[] perToken = new double[now.length];
      Arrays.fill(perToken, derivative / now.length);
      gradient.add(perToken);
    }
    close("loss", loss, one.get("expected").get("loss"));
    close("gradient", gradient, one.get("expected").get("grad_logps"));
  }

  private static boolean hasDualClip(JsonNode config) {
    return config.has("dual_clip");
  }

  private static ClipRange range(JsonNode config) {
    double both = config.path("eps_clip").asDouble(0.2);
    return new ClipRange(
        config.path("clip_eps_low").asDouble(config.path("clip_low").asDouble(both)),
        config.path("clip_eps_high").asDouble(config.path("clip_high").asDouble(both)),
        config
            .path("dual_clip")
            .asDouble(config.path("clip_ratio_c").asDouble(Double.POSITIVE_INFINITY)));
  }

  private static TokenAverage average(JsonNode config) {
    return switch (config.path("loss_agg_mode").asText()) {
      case "seq-mean-token-sum", "seq-mean-token-sum-norm" -> new TokenAverage.OverFixedLength(1);
      case "seq-mean-token-mean" -> new TokenAverage.OfSequenceMeans();
      default ->
          config.path("token_level_loss").asBoolean(true)
              ? new TokenAverage.OfTokens()
              : new TokenAverage.OfSequenceMeans();
    };
  }

  /** verl's "norm" divides the sum of all tokens by the width of its batch. */
  private static double factor(JsonNode one) {
    JsonNode mask = one.get("inputs").get("mask");
    return one.path("config").path("loss_agg_mode").asText().equals("seq-mean-token-sum-norm")
        ? (double) mask.size() / mask.get(0).size()
        : 1;
  }

  private static OffPolicyCorrection correction(JsonNode config) {
    if (config.path("enable_vllm_is_correction").asBoolean()) {
      JsonNode bounds = config.get("vllm_is_truncated_threshold");
      return new OffPolicyCorrection(
          switch (config.get("vllm_is_correction_type").asText()) {
            case "tis" -> OffPolicyCorrection.Weighting.TOKEN_TRUNCATE;
            case "icepop" -> OffPolicyCorrection.Weighting.TOKEN_MASK;
            case "seq-mask-tis" -> OffPolicyCorrection.Weighting.SEQUENCE_FILTER;
            default -> throw new IllegalArgumentException(config.toString());
          },
          bounds.get(0).asDouble(),
          bounds.get(1).asDouble());
    }
    JsonNode rejection = config.path("rejection_sampling");
    if (!rejection.isObject()) {
      return OffPolicyCorrection.NONE;
    }
    return new OffPolicyCorrection(
        switch (rejection.get("level").asText() + " " + rejection.get("action").asText()) {
          case "token clamp" -> OffPolicyCorrection.Weighting.TOKEN_TRUNCATE;
          case "token mask" -> OffPolicyCorrection.Weighting.TOKEN_MASK;
          case "sequence clamp" -> OffPolicyCorrection.Weighting.SEQUENCE_TRUNCATE;
          case "sequence mask" -> OffPolicyCorrection.Weighting.SEQUENCE_MASK;
          default -> throw new IllegalArgumentException(config.toString());
        },
        rejection.path("lower").asDouble(0),
        rejection.get("upper").asDouble());
  }

  private static void checkValueLoss(JsonNode one) {
    ValueLoss loss = new ValueLoss(one.get("config").get("cliprange_value").asDouble());
    List<double[]> values = masked(one, "vpreds");
    List<double[]> old = masked(one, "old_values");
    List<double[]> returns = masked(one, "returns");
    double tokens = values.stream().mapToInt(row -> row.length).sum();
    double sum = 0;
    double clipped = 0;
    List<double[]> gradient = new ArrayList<>();
    for (int row = 0; row < values.size(); row++) {
      double[] derivatives = new double[values.get(row).length];
      for (int t = 0; t < derivatives.length; t++) {
        ValueLoss.Term term = loss.term(values.get(row)[t], old.get(row)[t], returns.get(row)[t]);
        sum += term.loss();
        clipped += term.isClipped() ? 1 : 0;
        derivatives[t] = term.derivative() / tokens;
      }
      gradient.add(derivatives);
    }
    close("loss", sum / tokens, one.get("expected").get("loss"));
    close("clipfrac", clipped / tokens, one.get("expected").get("clipfrac"));
    close("gradient", gradient, one.get("expected").get("grad_vpreds"));
  }

  private static void checkDivergences(JsonNode one) {
    double[][] policy = Oracles.rows(one.get("inputs").get("logps"));
    double[][] reference = Oracles.rows(one.get("inputs").get("ref_logps"));
    for (KlEstimator estimator : KlEstimator.values()) {
      List<double[]> values = new ArrayList<>();
      for (int row = 0; row < policy.length; row++) {
        double[] ofRow = new double[policy[row].length];
        for (int t = 0; t < ofRow.length; t++) {
          ofRow[t] = estimator.value(policy[row][t] - reference[row][t]);
        }
        values.add(ofRow);
      }
      String name = estimator.name().toLowerCase(Locale.ROOT);
      close(name, values, one.get("expected").get(name));
    }
  }

  private static void checkTokenRewards(JsonNode one) {
    KlPenalty penalty = new KlPenalty(one.get("config").get("kl_coef").asDouble(), KlEstimator.K1);
    List<double[]> old = masked(one, "old_logps");
    List<double[]> reference = masked(one, "ref_logps");
    double[] scores = Oracles.doubles(one.get("inputs").get("score"));
    List<double[]> rewards = new ArrayList<>();
    for (int row = 0; row < old.size(); row++) {
      CompletionStatistics completion =
          CompletionStatistics.of(
              Map.of(
                  Statistic.LOG_PROB, old.get(row),
                  Statistic.REFERENCE_LOG_PROB, reference.get(row)));
      rewards.add(
          PenalizedReward.ofTokens(
              penalty, new RolloutSample(completion, old.get(row), old.get(row), scores[row])));
    }
    close("rewards", rewards, one.get("expected").get("token_level_rewards"));
  }

  private static RolloutStatistics group(
      List<double[]> logProbs, List<double[]> old, List<double[]> sampler, double[] rewards) {
    List<RolloutSample> rollouts = new ArrayList<>();
    for (int row = 0; row < logProbs.size(); row++) {
      rollouts.add(
          new RolloutSample(
              CompletionStatistics.of(Map.of(Statistic.LOG_PROB, logProbs.get(row))),
              old.get(row),
              sampler.get(row),
              rewards[row]));
    }
    return RandomRollouts.withShape(List.of(rollouts), List.of(1.0)).getFirst();
  }

  private static double[] zeros(JsonNode one) {
    return new double[one.get("inputs").get("mask").size()];
  }

  private static List<double[]> ones(List<double[]> shape) {
    return shape.stream()
        .map(
            row -> {
              double[] ones = new double[row.length];
              Arrays.fill(ones, 1);
              return ones;
            })
        .toList();
  }

  /** The tokens that count. */
  private static List<double[]> masked(JsonNode one, String name) {
    double[][] rows = Oracles.rows(one.get("inputs").get(name));
    double[][] masks = Oracles.rows(one.get("inputs").get("mask"));
    List<double[]> kept = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      kept.add(Arrays.copyOf(rows[row], (int) Arrays.stream(masks[row]).sum()));
    }
    return kept;
  }

  private static void close(String name, List<double[]> actual, JsonNode expected) {
    for (int row = 0; row < actual.size(); row++) {
      for (int t = 0; t < actual.get(row).length; t++) {
        close(name + "[" + row + "][" + t + "]", actual.get(row)[t], expected.get(row).get(t));
      }
    }
  }

  private static void close(String name, double actual, JsonNode expected) {
    double value = expected.asDouble();
    assertThat(actual).as(name).isCloseTo(value, within(10 * Closeness.FLOAT64.ofValue(value)));
  }
}
