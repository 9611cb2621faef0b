/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.rldaf.RldafSettings;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which objective, with which parameters. A parameter that is not set has the objective's own
 * default; one that the objective doesn't take is refused.
 */
public record ObjectiveSettings(
    @Setting(
            doc =
                "The objective, or several to add up; see infra/docs/objectives.md for all names.",
            defaultValue = "sigmoid")
        List<String> lossType,
    @Setting(doc = "Pull to the reference, or what the objective calls beta (typical: 0.1 to 0.5).")
        @Nullable Double beta,
    @Setting(doc = "Assumed probability that a label is wrong.") @Nullable Double labelSmoothing,
    @Setting(doc = "Factor of each objective, where loss_type names several.", defaultValue = "")
        List<Double> lossWeights,
    @Setting(
            doc =
                "Divergence of f-DPO: reverse_kl, forward_kl, js_divergence or alpha_divergence; with sigmoid.")
        @Nullable String fDivergenceType,
    @Setting(doc = "Alpha of alpha_divergence.") @Nullable Double fAlphaDivergenceCoef,
    @Setting(doc = "LD-DPO: what tokens beyond the shorter completion's length count for.")
        @Nullable Double ldAlpha,
    @Setting(
            doc = "WPO: weigh pairs by how probable the policy finds them.",
            defaultValue = "false")
        boolean useWeighting,
    @Setting(
            doc =
                "Weigh pairs of the policy's own completions by policy / sampler, at most by this (typical: 2); not set: they count alike.")
        @Nullable Double pairImportanceCap,
    @Setting(doc = "TDPO2: how strongly the divergence is held down.") @Nullable Double tdpoAlpha,
    @Setting(doc = "R-DPO: penalty on the difference of lengths, per token.")
        @Nullable Double rdpoAlpha,
    @Setting(doc = "DiscoPOP: temperature of the blend.") @Nullable Double discopopTau,
    @Setting(doc = "Davidson: how often equals tie.") @Nullable Double davidsonNu,
    @Setting(doc = "Rao-Kupper: how far apart two must be not to tie.")
        @Nullable Double raoKupperTheta,
    @Setting(doc = "SimPO: the margin asked for.") @Nullable Double simpoGamma,
    @Setting(doc = "CPO, SimPO: weight of the likelihood of chosen completions.")
        @Nullable Double cpoAlpha,
    @Setting(doc = "XPO: weight of the exploration bonus.") @Nullable Double xpoAlpha,
    @Setting(doc = "SLiC: the margin asked for.") @Nullable Double slicDelta,
    @Setting(doc = "SLiC: weight of the likelihood of chosen completions.")
        @Nullable Double slicLambda,
    @Setting(doc = "KTO: weight of desirable examples.") @Nullable Double desirableWeight,
    @Setting(doc = "KTO: weight of undesirable examples.") @Nullable Double undesirableWeight,
    @Setting(
            doc =
                "Bradley-Terry: what scores far from 0 cost (typical: 0.01; 0, the default, is off).")
        @Nullable Double centerRewardsCoefficient,
    @Setting(doc = "Rollouts: how far below 1 a ratio to the old policy may be and still count.")
        @Nullable Double epsilon,
    @Setting(doc = "Rollouts: how far above 1 it may be; of cispo: its largest value.")
        @Nullable Double epsilonHigh,
    @Setting(doc = "Rollouts: what a ratio counts at most, whatever the advantage.")
        @Nullable Double delta,
    @Setting(doc = "GRPO: what advantages are divided by: group, batch or none.")
        @Nullable String scaleRewards,
    @Setting(doc = "Dr. GRPO: the length that all completions are divided by.")
        @Nullable Integer drGrpoLength,
    @Setting(doc = "SAPO: temperature of the gate for completions better than average.")
        @Nullable Double sapoTemperaturePos,
    @Setting(doc = "SAPO: temperature of the gate for the others.")
        @Nullable Double sapoTemperatureNeg,
    @Setting(doc = "REINFORCE++, PPO: discount of rewards per token.") @Nullable Double gamma,
    @Setting(doc = "PPO: how far rewards are looked ahead for.") @Nullable Double lam,
    @Setting(doc = "PPO: what the critic's loss counts for.") @Nullable Double vfCoef,
    @Setting(doc = "PPO: how far the critic may move from what it said before.")
        @Nullable Double cliprangeValue,
    @Setting(doc = "PPO: none, advantages (default) or rewards_and_advantages.")
        @Nullable String whitening,
    @Setting(doc = "Rollouts: estimate of the divergence that beta holds down: k1, k2 or k3.")
        @Nullable String klEstimator,
    @Setting(
            doc = "GRPO: count the divergence by the ratio to the old policy.",
            defaultValue = "false")
        boolean useBiasCorrectionKl,
    @Setting(
            doc =
                "Rollouts: let the clip range bound the step alone, and weigh tokens by old policy / sampler: none, token_truncate, token_mask, sequence_truncate, sequence_mask or sequence_filter.")
        @Nullable String importanceSamplingMode,
    @Setting(doc = "Smallest such weight (default: 0).") @Nullable Double importanceSamplingFloor,
    @Setting(doc = "Largest such weight (default: 3).") @Nullable Double importanceSamplingCap,
    @Setting(
            doc =
                "Rollouts: leave completions worse than average out that are this much less probable now, in nats per token.")
        @Nullable Double offPolicyMaskThreshold,
    @Inlined RldafSettings rldaf) {

  /**
   * @throws IllegalArgumentException as {@link LossTypes#objective}
   */
  public ObjectiveSettings {
    lossType = List.copyOf(lossType);
    lossWeights = List.copyOf(lossWeights);
  }

  /** The objective. */
  public Objective objective() {
    return LossTypes.objective(lossType, parameters());
  }

  /** Whether an objective reads a setting. */
  public static boolean takes(String lossType, String setting) {
    return LossTypes.resolved(List.of(lossType), Map.of()).containsKey(setting);
  }

  /** Every setting that the objective reads, by name, defaults filled in. */
  Map<String, String> resolved() {
    Map<String, String> resolved = new TreeMap<>(LossTypes.resolved(lossType, parameters()));
    resolved.put("loss_type", String.join(",", lossType));
    return resolved;
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    put(parameters, "beta", beta);
    put(parameters, "label_smoothing", labelSmoothing);
    put(parameters, "f_divergence_type", fDivergenceType);
    put(parameters, "f_alpha_divergence_coef", fAlphaDivergenceCoef);
    put(parameters, "ld_alpha", ldAlpha);
    put(parameters, "pair_importance_cap", pairImportanceCap);
    put(parameters, "tdpo_alpha", tdpoAlpha);
    put(parameters, "rdpo_alpha", rdpoAlpha);
    put(parameters, "discopop_tau", discopopTau);
    put(parameters, "davidson_nu", davidsonNu);
    put(parameters, "rao_kupper_theta", raoKupperTheta);
    put(parameters, "simpo_gamma", simpoGamma);
    put(parameters, "cpo_alpha", cpoAlpha);
    put(parameters, "xpo_alpha", xpoAlpha);
    put(parameters, "slic_delta", slicDelta);
    put(parameters, "slic_lambda", slicLambda);
    put(parameters, "desirable_weight", desirableWeight);
    put(parameters, "undesirable_weight", undesirableWeight);
    put(parameters, "center_rewards_coefficient", centerRewardsCoefficient);
    put(parameters, "epsilon", epsilon);
    put(parameters, "epsilon_high", epsilonHigh);
    put(parameters, "delta", delta);
    put(parameters, "scale_rewards", scaleRewards);
    put(parameters, "dr_grpo_length", drGrpoLength);
    put(parameters, "sapo_temperature_pos", sapoTemperaturePos);
    put(parameters, "sapo_temperature_neg", sapoTemperatureNeg);
    put(parameters, "gamma", gamma);
    put(parameters, "lam", lam);
    put(parameters, "vf_coef", vfCoef);
    put(parameters, "cliprange_value", cliprangeValue);
    put(parameters, "whitening", whitening);
    put(parameters, "kl_estimator", klEstimator);
    put(parameters, "importance_sampling_mode", importanceSamplingMode);
    put(parameters, "importance_sampling_floor", importanceSamplingFloor);
    put(parameters, "importance_sampling_cap", importanceSamplingCap);
    put(parameters, "off_policy_mask_threshold", offPolicyMaskThreshold);
    rldaf.given().forEach((name, value) -> put(parameters, name, value));
    if (useBiasCorrectionKl) {
      parameters.put("use_bias_correction_kl", "true");
    }
    if (!lossWeights.isEmpty()) {
      parameters.put(
          "loss_weights",
          lossWeights.stream()
              .map(weight -> Double.toString(weight))
              .collect(Collectors.joining(",")));
    }
    if (useWeighting) {
      parameters.put("use_weighting", "true");
    }
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, @Nullable Object value) {
    if (value != null) {
      parameters.put(name, value.toString());
    }
  }
}
