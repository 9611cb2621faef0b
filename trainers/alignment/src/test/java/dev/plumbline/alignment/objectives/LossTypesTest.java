/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.reward.BradleyTerryLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossTypesTest {

  @Test
  void shouldMakeEveryObjectiveFromItsDefaults() {
    for (LossType type : LossTypes.all()) {
      Objective objective = LossTypes.objective(List.of(type.name()), Map.of());

      assertThat(objective.statistics()).as(type.name()).isNotEmpty();
      if (!type.name().equals("sigmoid")) {
        assertThat(type.name()).startsWith(objective.name());
      }
    }
    assertThat(LossTypes.all()).extracting(LossType::name).doesNotHaveDuplicates();
  }

  @Test
  void shouldDescribeEveryObjectiveAndParameterInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("../../infra/docs/objectives.md"));

    for (LossType type : LossTypes.all()) {
      assertThat(page).contains("`" + type.name() + "`");
      for (LossType.Parameter parameter : type.parameters()) {
        assertThat(page).contains("`" + parameter.name() + "`");
      }
    }
  }

  @Test
  void shouldReadParametersUnderTheirNames() {
    assertThat(make("sigmoid", Map.of("beta", "0.3", "label_smoothing", "0.2")))
        .isEqualTo(new DpoObjective(0.3, 0.2));
    assertThat(make("tdpo2", Map.of("tdpo_alpha", "0.7"))).isEqualTo(new Tdpo2Objective(0.1, 0.7));
    assertThat(make("simpo", Map.of("simpo_gamma", "1")))
        .isEqualTo(new SimpoObjective(2, 1, new MarginLoss.Logistic(0)));
    assertThat(make("simpo", Map.of("cpo_alpha", "0.5")))
        .isEqualTo(new SimpoObjective(2, 0.5, 0.5, new MarginLoss.Logistic(0)));
    assertThat(make("kto", Map.of("desirable_weight", "1.33")))
        .isEqualTo(new KtoObjective(0.1, 1.33, 1));
  }

  @Test
  void shouldGiveEachParameterToTheObjectiveThatTakesIt() {
    for (LossType type : LossTypes.all()) {
      for (LossType.Parameter parameter : type.parameters()) {
        Objective byDefault = make(type.name(), Map.of());
        double other = other(parameter);

        assertThat(make(type.name(), Map.of(parameter.name(), String.valueOf(other))))
            .as("%s with %s", type.name(), parameter.name())
            .isNotEqualTo(byDefault)
            .isEqualTo(make(type.name(), Map.of(parameter.name(), " " + other + " ")));
      }
    }
  }

  private static double other(LossType.Parameter parameter) {
    return switch (parameter.name()) {
      case "gamma", "lam", "attribute_weight", "target_attainment", "averaging" -> 0.75;
      case "dr_grpo_length" -> 100;
      default -> parameter.defaultValue() + 0.25;
    };
  }

  @Test
  void shouldKnowTheRewardModelsObjectiveAsNoPolicys() {
    assertThat(make("bradley_terry", Map.of("center_rewards_coefficient", "0.01")))
        .isEqualTo(new RewardObjective(new BradleyTerryLoss(0.01)));
    assertThat(LossTypes.all()).extracting(LossType::name).doesNotContain("bradley_terry");
    assertThatThrownBy(() -> make("bradley_terry", Map.of("beta", "0.1")))
        .hasMessageStartingWith("bradley_terry takes no 'beta'");
    assertThatThrownBy(() -> LossTypes.objective(List.of("bradley_terry", "sft"), Map.of()))
        .hasMessage("a list of loss_types goes with objectives on pairs, not with bradley_terry");
  }

  @Test
  void shouldModifyObjectivesOnRollouts() {
    assertThat(
            make(
                "dapo",
                Map.of(
                    "beta", "0.1",
                    "delta", "3",
                    "scale_rewards", "batch",
                    "kl_estimator", "k2",
                    "use_bias_correction_kl", "true",
                    "importance_sampling_mode", "token_truncate",
                    "importance_sampling_cap", "2",
                    "off_policy_mask_threshold", "0.5")))
        .isEqualTo(
            new GrpoObjective(
                new GrpoVariant.Dapo(new ClipRange(0.2, 0.28, 3)),
                RewardScale.BATCH,
                new KlPenalty(0.1, KlEstimator.K2, KlPenalty.Sampling.BY_RATIO),
                new OffPolicyCorrection(OffPolicyCorrection.Weighting.TOKEN_TRUNCATE, 0, 2, 0.5)));
    assertThat(make("rloo", Map.of("kl_estimator", "k3")))
        .isEqualTo(
            new RlooObjective(
                RatioLevel.SEQUENCE, new ClipRange(0.2, 0.2), new KlPenalty(0.05, KlEstimator.K3)));
    assertThat(
            make(
                "ppo",
                Map.of(
                    "lam", "0.9", "vf_coef", "0.5", "whitening", "none", "cliprange_value", "0.3")))
        .isEqualTo(
            new PpoObjective(
                new ClipRange(0.2, 0.2),
                new GeneralizedAdvantage(1, 0.9),
                new ValueLoss(0.3),
                0.5,
                new KlPenalty(0.05, KlEstimator.K1),
                PpoWhitening.NONE,
                OffPolicyCorrection.NONE));
    assertThat(make("ppo", Map.of()).needsCritic()).isTrue();
    assertThat(make("grpo", Map.of()).needsReference()).isFalse();
    assertThat(make("grpo", Map.of("beta", "0.04")).needsReference()).isTrue();
  }

  @Test
  void shouldRefuseModifiersThatAnObjectiveOnRolloutsDoesNotTake() {
    refused(
        List.of("sigmoid"),
        Map.of("delta", "2"),
        "delta goes with objectives of policy gradients on rollouts, not with dpo");
    refused(
        List.of("grpo"),
        Map.of("ld_alpha", "0.5"),
        "ld_alpha goes with objectives on pairs, not with grpo");
    refused(
        List.of("cispo"),
        Map.of("delta", "2"),
        "delta goes with objectives that clip their ratio, not with cispo");
    refused(
        List.of("rloo"),
        Map.of("scale_rewards", "none"),
        "scale_rewards goes with grpo and its variants, not with rloo");
    refused(
        List.of("rloo"),
        Map.of("use_bias_correction_kl", "true"),
        "use_bias_correction_kl goes with penalties in the loss, not in the reward");
    refused(List.of("rloo"), Map.of("whitening", "none"), "whitening goes with ppo, not with rloo");
    refused(
        List.of("grpo"),
        Map.of("scale_rewards", "all"),
        "scale_rewards must be one of group, batch, none, but was 'all'");
    refused(
        List.of("grpo"),
        Map.of("importance_sampling_cap", "2"),
        "importance_sampling_cap needs importance_sampling_mode");
    refused(
        List.of("grpo"),
        Map.of("delta", "0.5"),
        "delta must be above 1, but was 0.5 (typical: above 1 + epsilon_high)");
    refused(
        List.of("dr_grpo"),
        Map.of("dr_grpo_length", "1.5"),
        "dr_grpo_length must be a whole number, but was 1.5");
  }

  @Test
  void shouldCombineAndModifyObjectives() {
    assertThat(
            LossTypes.objective(
                List.of("sigmoid", "bco_pair", "sft"), Map.of("loss_weights", "0.8, 0.2, 1")))
        .isEqualTo(
            new CombinedObjective(
                List.of(
                    new CombinedObjective.Part(new DpoObjective(0.1, 0), 0.8),
                    new CombinedObjective.Part(new BcoPairObjective(0.1), 0.2),
                    new CombinedObjective.Part(new SftObjective(0.1), 1))));
    assertThat(make("hinge", Map.of("ld_alpha", "0.5", "use_weighting", "true")))
        .isEqualTo(new WpoObjective(new LdDpoObjective(new HingeObjective(0.1), 0.5)));
    assertThat(make("sigmoid", Map.of("f_divergence_type", "js_divergence")))
        .isEqualTo(new FDivergenceDpoObjective(0.1, new FDivergence.JensenShannon()));
    assertThat(make("sigmoid", Map.of("f_divergence_type", "reverse_kl")))
        .isEqualTo(new DpoObjective(0.1, 0));
    assertThat(
            make(
                "sigmoid",
                Map.of("f_divergence_type", "alpha_divergence", "f_alpha_divergence_coef", "0.25")))
        .isEqualTo(new FDivergenceDpoObjective(0.1, new FDivergence.Alpha(0.25)));
  }

  @Test
  void shouldNameTheNearestObjectiveToAnUnknownOne() {
    refused(List.of("sigmod"), Map.of(), "unknown loss_type 'sigmod' (did you mean 'sigmoid'?)");
    refused(List.of("unheard-of"), Map.of(), "unknown loss_type 'unheard-of'; known are sigmoid,");
    refused(List.of(), Map.of(), "loss_type must name at least one objective");
  }

  @Test
  void shouldNameTheParametersThatAnObjectiveTakes() {
    refused(
        List.of("robust"),
        Map.of("label_smothing", "0.1"),
        "robust takes no 'label_smothing' (did you mean 'label_smoothing'?); it takes beta (default: 0.1), label_smoothing (default: 0.1)");
    refused(
        List.of("hinge"),
        Map.of("label_smoothing", "0.1"),
        "hinge takes no 'label_smoothing'; it takes beta (default: 0.1)");
    refused(List.of("hinge"), Map.of("beta", "much"), "beta must be a number, but was 'much'");
    refused(List.of("hinge"), Map.of("beta", "-1"), "beta must be positive, but was -1.0");
  }

  @Test
  void shouldRefuseWhatDoesNotGoTogether() {
    refused(
        List.of("kto"),
        Map.of("ld_alpha", "0.5"),
        "ld_alpha goes with objectives on pairs, not with kto");
    refused(
        List.of("sigmoid", "plackett_luce"),
        Map.of(),
        "a list of loss_types goes with objectives on pairs, not with plackett_luce");
    refused(
        List.of("sigmoid", "sft"),
        Map.of("loss_weights", "1"),
        "loss_weights must be one per loss_type, but 1 were given for 2");
    refused(
        List.of("sigmoid"),
        Map.of("loss_weights", "1"),
        "loss_weights goes with several loss_types");
    refused(
        List.of("sigmoid"),
        Map.of("f_alpha_divergence_coef", "1"),
        "f_alpha_divergence_coef needs f_divergence_type");
    refused(
        List.of("ipo"),
        Map.of("f_divergence_type", "forward_kl"),
        "f_divergence_type goes with loss_type sigmoid without label_smoothing, not with ipo");
    refused(
        List.of("sigmoid"),
        Map.of("f_divergence_type", "kl"),
        "f_divergence_type must be reverse_kl, forward_kl, js_divergence or alpha_divergence, but was 'kl'");
    refused(
        List.of("sigmoid"),
        Map.of("use_weighting", "yes"),
        "use_weighting must be true or false, but was 'yes'");
  }

  private static Objective make(String lossType, Map<String, String> parameters) {
    return LossTypes.objective(List.of(lossType), parameters);
  }

  private static void refused(
      List<String> lossTypes, Map<String, String> parameters, String message) {
    assertThatThrownBy(() -> LossTypes.objective(lossTypes, parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
