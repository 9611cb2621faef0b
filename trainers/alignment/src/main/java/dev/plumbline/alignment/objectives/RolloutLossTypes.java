/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.LossTypes.beta;

import dev.plumbline.alignment.objectives.LossType.Parameter;
import dev.plumbline.alignment.rldaf.Rldaf;
import dev.plumbline.alignment.rldaf.TokenReward;
import dev.plumbline.alignment.rldaf.WeightAdjustment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Objectives on rollouts by name, for {@link LossTypes}. */
final class RolloutLossTypes {
  private static final Parameter[] RLDAF = {
    new Parameter("largest_importance_weight", 2),
    new Parameter("attribute_weight", 0.8),
    new Parameter("adjustment_rate", 0.3),
    new Parameter("averaging", 0.9),
    new Parameter("target_attainment", 0.99),
    new Parameter("target_divergence", 0.15)
  };

  static final List<LossType> ALL =
      List.of(
          grpo("grpo", v -> new GrpoVariant.Grpo(range(v)), RewardScale.GROUP, range(0.2, 0.2)),
          grpo(
              "dr_grpo",
              v -> new GrpoVariant.DrGrpo(range(v), whole(v, "dr_grpo_length")),
              RewardScale.NONE,
              new Parameter("epsilon", 0.2),
              new Parameter("epsilon_high", 0.2),
              new Parameter("dr_grpo_length", 256)),
          grpo("dapo", v -> new GrpoVariant.Dapo(range(v)), RewardScale.GROUP, range(0.2, 0.28)),
          grpo("bnpo", v -> new GrpoVariant.Bnpo(range(v)), RewardScale.GROUP, range(0.2, 0.2)),
          grpo("gspo", v -> new GrpoVariant.Gspo(range(v)), RewardScale.GROUP, range(3e-4, 4e-4)),
          grpo(
              "cispo",
              v -> new GrpoVariant.Cispo(v.applyAsDouble("epsilon_high")),
              RewardScale.GROUP,
              new Parameter("epsilon_high", 5)),
          grpo(
              "sapo",
              v ->
                  new GrpoVariant.Sapo(
                      new PolicySurrogate.Gated(
                          v.applyAsDouble("sapo_temperature_pos"),
                          v.applyAsDouble("sapo_temperature_neg"))),
              RewardScale.GROUP,
              new Parameter("sapo_temperature_pos", 1),
              new Parameter("sapo_temperature_neg", 1.05)),
          LossTypes.of("rloo", v -> rloo(v, RatioLevel.SEQUENCE), inReward(0.05, 0.2, 0.2)),
          LossTypes.of("rloo_token", v -> rloo(v, RatioLevel.TOKEN), inReward(0.05, 0.2, 0.2)),
          LossTypes.of(
              "reinforce_plus_plus",
              v -> plusPlus(v, ReinforcePlusPlusObjective.Baseline.NONE, v.applyAsDouble("gamma")),
              beta(0.01),
              new Parameter("epsilon", 0.2),
              new Parameter("epsilon_high", 0.2),
              new Parameter("gamma", 1)),
          LossTypes.of(
              "reinforce_plus_plus_baseline",
              v -> plusPlus(v, ReinforcePlusPlusObjective.Baseline.GROUP_MEAN, 1),
              inReward(0.01, 0.2, 0.2)),
          LossTypes.of(
              "ppo",
              RolloutLossTypes::ppo,
              beta(0.05),
              new Parameter("epsilon", 0.2),
              new Parameter("epsilon_high", 0.2),
              new Parameter("gamma", 1),
              new Parameter("lam", 0.95),
              new Parameter("vf_coef", 0.1),
              new Parameter("cliprange_value", 0.2)),
          LossTypes.of("rldaf", v -> new RldafObjective(rldaf(v)), RLDAF),
          LossTypes.of("rldaf_pair", v -> new RldafPairObjective(rldaf(v)), RLDAF));

  private RolloutLossTypes() {}

  /** A member of GRPO's family, with a penalty in the loss that is off unless asked for. */
  private static LossType grpo(
      String name,
      Function<ToDoubleFunction<String>, GrpoVariant> variant,
      RewardScale scale,
      Parameter... parameters) {
    List<Parameter> all = new ArrayList<>(List.of(parameters));
    all.addFirst(beta(0));
    return new LossType(
        name,
        all,
        v -> new GrpoObjective(variant.apply(v), scale, new KlPenalty(beta(v), KlEstimator.K3)));
  }

  private static Objective rloo(ToDoubleFunction<String> values, RatioLevel level) {
    return new RlooObjective(level, range(values), new KlPenalty(beta(values), KlEstimator.K1));
  }

  private static Objective plusPlus(
      ToDoubleFunction<String> values, ReinforcePlusPlusObjective.Baseline baseline, double gamma) {
    return new ReinforcePlusPlusObjective(
        baseline, gamma, range(values), new KlPenalty(beta(values), KlEstimator.K1));
  }

  private static Objective ppo(ToDoubleFunction<String> values) {
    return new PpoObjective(
        range(values),
        new GeneralizedAdvantage(values.applyAsDouble("gamma"), values.applyAsDouble("lam")),
        new ValueLoss(values.applyAsDouble("cliprange_value")),
        values.applyAsDouble("vf_coef"),
        new KlPenalty(beta(values), KlEstimator.K1));
  }

  private static Rldaf rldaf(ToDoubleFunction<String> values) {
    return new Rldaf(
        TokenReward.klShaped(),
        new WeightAdjustment(
            values.applyAsDouble("attribute_weight"),
            values.applyAsDouble("adjustment_rate"),
            values.applyAsDouble("averaging"),
            values.applyAsDouble("target_attainment"),
            values.applyAsDouble("target_divergence")),
        values.applyAsDouble("largest_importance_weight"));
  }

  private static Parameter[] range(double epsilon, double epsilonHigh) {
    return new Parameter[] {
      new Parameter("epsilon", epsilon), new Parameter("epsilon_high", epsilonHigh)
    };
  }

  private static Parameter[] inReward(double beta, double epsilon, double epsilonHigh) {
    return new Parameter[] {
      beta(beta), new Parameter("epsilon", epsilon), new Parameter("epsilon_high", epsilonHigh)
    };
  }

  private static ClipRange range(ToDoubleFunction<String> values) {
    return new ClipRange(values.applyAsDouble("epsilon"), values.applyAsDouble("epsilon_high"));
  }

  private static int whole(ToDoubleFunction<String> values, String name) {
    double value = values.applyAsDouble(name);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s must be a whole number, but was %s".formatted(name, value));
    }
    return (int) value;
  }
}
