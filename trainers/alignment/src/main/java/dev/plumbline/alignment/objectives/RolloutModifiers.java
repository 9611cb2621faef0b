/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings that change objectives on rollouts, beside the numbers that each of them takes. */
final class RolloutModifiers {
  private static final String SCALE_REWARDS = "scale_rewards";
  private static final String DELTA = "delta";
  private static final String KL_ESTIMATOR = "kl_estimator";
  private static final String BIAS_CORRECTION = "use_bias_correction_kl";
  private static final String WEIGHTING = "importance_sampling_mode";
  private static final String FLOOR = "importance_sampling_floor";
  private static final String CAP = "importance_sampling_cap";
  private static final String MASK = "off_policy_mask_threshold";
  private static final String WHITENING = "whitening";

  static final List<String> NAMES =
      List.of(
          SCALE_REWARDS,
          DELTA,
          KL_ESTIMATOR,
          BIAS_CORRECTION,
          WEIGHTING,
          FLOOR,
          CAP,
          MASK,
          WHITENING);

  private final Map<String, String> parameters;

  private RolloutModifiers(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * The objective as settings change it.
   *
   * @throws IllegalArgumentException naming the setting that it doesn't take
   */
  static Objective modified(Objective objective, Map<String, String> parameters) {
    List<String> given = NAMES.stream().filter(parameters::containsKey).toList();
    if (given.isEmpty()) {
      return objective;
    }
    RolloutModifiers modifiers = new RolloutModifiers(parameters);
    return switch (objective) {
      case GrpoObjective grpo -> {
        modifiers.requireNoWhitening(grpo);
        yield new GrpoObjective(
            modifiers.capped(grpo.variant()),
            modifiers.choice(SCALE_REWARDS, RewardScale.values(), grpo.scale()),
            modifiers.penalty(grpo.penalty()),
            modifiers.correction());
      }
      case RlooObjective rloo -> {
        modifiers.requireUnscaled(rloo);
        modifiers.requireNoWhitening(rloo);
        yield new RlooObjective(
            rloo.level(),
            modifiers.capped(rloo.range()),
            modifiers.penalty(rloo.penalty()),
            modifiers.correction());
      }
      case ReinforcePlusPlusObjective plus -> {
        modifiers.requireUnscaled(plus);
        modifiers.requireNoWhitening(plus);
        yield new ReinforcePlusPlusObjective(
            plus.baseline(),
            plus.gamma(),
            modifiers.capped(plus.range()),
            modifiers.penalty(plus.penalty()),
            modifiers.correction());
      }
      case PpoObjective ppo -> {
        modifiers.requireUnscaled(ppo);
        yield new PpoObjective(
            modifiers.capped(ppo.range()),
            ppo.advantage(),
            ppo.critic(),
            ppo.criticWeight(),
            modifiers.penalty(ppo.penalty()),
            modifiers.choice(WHITENING, PpoWhitening.values(), ppo.whitening()),
            modifiers.correction());
      }
      default ->
          throw new IllegalArgumentException(
              "%s goes with objectives of policy gradients on rollouts, not with %s"
                  .formatted(given.getFirst(), objective.name()));
    };
  }

  private void requireUnscaled(Objective objective) {
    if (parameters.containsKey(SCALE_REWARDS)) {
      throw new IllegalArgumentException(
          "scale_rewards goes with grpo and its variants, not with " + objective.name());
    }
  }

  private void requireNoWhitening(Objective objective) {
    if (parameters.containsKey(WHITENING)) {
      throw new IllegalArgumentException("whitening goes with ppo, not with " + objective.name());
    }
  }

  private ClipRange capped(ClipRange range) {
    String delta = parameters.get(DELTA);
    return delta == null ? range : range.capped(LossType.number(DELTA, delta));
  }

  private GrpoVariant capped(GrpoVariant variant) {
    if (!parameters.containsKey(DELTA)) {
      return variant;
    }
    return switch (variant) {
      case GrpoVariant.Grpo(ClipRange range) -> new GrpoVariant.Grpo(capped(range));
      case GrpoVariant.DrGrpo(ClipRange range, int length) ->
          new GrpoVariant.DrGrpo(capped(range), length);
      case GrpoVariant.Dapo(ClipRange range) -> new GrpoVariant.Dapo(capped(range));
      case GrpoVariant.Bnpo(ClipRange range) -> new GrpoVariant.Bnpo(capped(range));
      case GrpoVariant.Gspo(ClipRange range) -> new GrpoVariant.Gspo(capped(range));
      case GrpoVariant.Cispo cispo -> throw uncapped(cispo);
      case GrpoVariant.Sapo sapo -> throw uncapped(sapo);
    };
  }

  private static IllegalArgumentException uncapped(GrpoVariant variant) {
    return new IllegalArgumentException(
        "delta goes with objectives that clip their ratio, not with " + variant.name());
  }

  private KlPenalty penalty(KlPenalty given) {
    String corrected = parameters.getOrDefault(BIAS_CORRECTION, "false");
    return new KlPenalty(
        given.beta(),
        choice(KL_ESTIMATOR, KlEstimator.values(), given.estimator()),
        switch (corrected) {
          case "true" -> KlPenalty.Sampling.BY_RATIO;
          case "false" -> KlPenalty.Sampling.AS_IF_CURRENT;
          default ->
              throw new IllegalArgumentException(
                  "%s must be true or false, but was '%s'".formatted(BIAS_CORRECTION, corrected));
        });
  }

  private OffPolicyCorrection correction() {
    OffPolicyCorrection.Weighting weighting =
        choice(
            WEIGHTING, OffPolicyCorrection.Weighting.values(), OffPolicyCorrection.Weighting.NONE);
    if (weighting == OffPolicyCorrection.Weighting.NONE) {
      for (String bound : List.of(FLOOR, CAP)) {
        if (parameters.containsKey(bound)) {
          throw new IllegalArgumentException(bound + " needs importance_sampling_mode");
        }
      }
      return new OffPolicyCorrection(
          weighting, 0, Double.POSITIVE_INFINITY, number(MASK, Double.POSITIVE_INFINITY));
    }
    return new OffPolicyCorrection(
        weighting, number(FLOOR, 0), number(CAP, 3), number(MASK, Double.POSITIVE_INFINITY));
  }

  private double number(String name, double otherwise) {
    String text = parameters.get(name);
    return text == null ? otherwise : LossType.number(name, text);
  }

  private <T extends Enum<T>> T choice(String name, T[] choices, T otherwise) {
    @Nullable String text = parameters.get(name);
    if (text == null) {
      return otherwise;
    }
    return Arrays.stream(choices)
        .filter(choice -> inSettings(choice).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s must be one of %s, but was '%s'"
                        .formatted(
                            name,
                            Arrays.stream(choices)
                                .map(RolloutModifiers::inSettings)
                                .collect(Collectors.joining(", ")),
                            text)));
  }

  private static String inSettings(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
