/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.IpoObjective;
import dev.plumbline.alignment.objectives.KtoObjective;
import dev.plumbline.alignment.objectives.PlackettLuceObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RldafPairObjective;
import dev.plumbline.alignment.objectives.Tdpo2Objective;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.LearningRateSchedule;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.LoraScaling;
import dev.plumbline.lm.LoraVariant;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.reward.BradleyTerryLoss;
import dev.plumbline.trainer.LearningSettings.PairSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LaneSettingsTest {
  private static final ModelIdentity BASE = new ModelIdentity("w", "t", "c", "base");

  @Test
  void shouldHaveADefaultForEverything() {
    LaneSettings settings = bind();

    assertThat(settings.policy()).isEqualTo("assistant");
    assertThat(settings.feedPolicy()).isEqualTo("assistant");
    assertThat(settings.laneId()).isEqualTo("assistant");
    assertThat(settings.transactionalId()).isEqualTo("trainer-assistant");
    assertThat(settings.learning().objective()).isEqualTo(new DpoObjective(0.1, 0));
    assertThat(settings.learning().recipe().batchSize()).isEqualTo(8);
  }

  @Test
  void shouldTellLanesOfOneFeedApart() {
    LaneSettings shadow = bind("policy=assistant.beta5", "feed=assistant", "lane=shadow");

    assertThat(shadow.feedPolicy()).isEqualTo("assistant");
    assertThat(shadow.transactionalId()).isEqualTo("trainer-shadow");
  }

  @Test
  void shouldGiveShadowLanesItsOwnSettingsButThoseThatTheyChange() {
    LaneSettings main =
        bind(
            "learning.beta=0.5",
            "learning.label_smoothing=0.1",
            "learning.lora_target_modules=v_proj,q_proj",
            "publish_after=10s",
            "shadows=tdpo2,ipo beta=0.2 learning_rate=0.003,kto name=thumbs,plackett_luce");

    List<LaneSettings> lanes = main.withShadows();

    assertThat(lanes)
        .extracting(LaneSettings::policy)
        .containsExactly(
            "assistant",
            "assistant.tdpo2",
            "assistant.ipo",
            "assistant.thumbs",
            "assistant.plackett_luce");
    assertThat(lanes).extracting(LaneSettings::feedPolicy).containsOnly("assistant");
    assertThat(lanes).extracting(LaneSettings::laneId).doesNotHaveDuplicates();
    assertThat(lanes)
        .extracting(lane -> lane.learning().objective())
        .containsExactly(
            new DpoObjective(0.5, 0.1),
            new Tdpo2Objective(0.5, 0.5),
            new IpoObjective(0.2),
            new KtoObjective(0.5, 1, 1),
            new PlackettLuceObjective(0.5));
    assertThat(lanes.get(2).learning().recipe().learningRate()).isEqualTo(0.003);
    assertThat(lanes.get(1).learning().recipe().lora()).isEqualTo(main.learning().recipe().lora());
    assertThat(lanes.get(1).publishAfter()).isEqualTo(main.publishAfter());
  }

  @Test
  void shouldGiveShadowLanesNothingThatMeansNothingToThem() {
    List<LaneSettings> ofRldaf =
        bind(
                "learning.loss_type=rldaf",
                "learning.control_lambda=4",
                "learning.attribute_weight=0.5",
                "learning.trained_parts=prompt,lora",
                "learning.prompt_vectors=5",
                "shadows=sigmoid,rldaf name=steered control_lambda=2,rldaf_pair")
            .withShadows();

    assertThat(ofRldaf.get(1).learning().recipe().parts()).containsExactly(TrainedPart.LORA);
    assertThat(ofRldaf.get(2).learning().recipe().speech().orElseThrow().controlLambda())
        .isEqualTo(2);
    assertThat(ofRldaf.get(2).learning().recipe().control().bankThresholds())
        .containsExactly(0.8, 0.4);
    assertThat(ofRldaf.get(2).learning().recipe().parts())
        .containsExactly(TrainedPart.PROMPT, TrainedPart.LORA);
    assertThat(((RldafPairObjective) ofRldaf.get(3).learning().objective()).weights().attribute())
        .isCloseTo(0.5, within(1e-12));
    assertThat(
            bind("learning.pairs_from=rollouts", "shadows=grpo,ipo").withShadows().stream()
                .map(lane -> lane.learning().pairsFrom()))
        .containsExactly(PairSource.ROLLOUTS, PairSource.COMPARISONS, PairSource.ROLLOUTS);
  }

  @Test
  void shouldRefuseToLearnFromPromptsThatNoCompletionRecords() {
    assertThatThrownBy(() -> bind("learning.loss_type=rldaf", "learning.control_form=gradient"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("control_form must be bank in a lane");
  }

  @Test
  void shouldTellARewardModelWhatItLearnsByAndWhatOnlyPoliciesHave() {
    LaneSettings main =
        bind(
            "learning.beta=0.5",
            "learning.revisions=relearn",
            "learning.annotator_share=0.2",
            "learning.span_emphasis=3",
            "learning.sync_ref_model=true",
            "learning.lora_r=4",
            "shadows=bradley_terry center_rewards_coefficient=0.01,bradley_terry name=reward seed=1");

    LaneSettings shadow = main.withShadows().get(1);

    assertThat(shadow.policy()).isEqualTo("assistant.bradley_terry");
    assertThat(shadow.feedPolicy()).isEqualTo("assistant");
    assertThat(shadow.learning().objective())
        .isEqualTo(new RewardObjective(new BradleyTerryLoss(0.01)));
    assertThat(shadow.learning().recipe().lora().rank()).isEqualTo(4);
    assertThat(shadow.learning().asMap(BASE))
        .containsEntry("learning_rate", "1.0E-4")
        .containsEntry("center_rewards_coefficient", "0.01")
        .doesNotContainKeys("span_emphasis", "sync_ref_model", "beta");
    assertThat(main.withShadows().get(2).policy()).isEqualTo("assistant.reward");
    assertThat(
            bind(
                    "learning.loss_type=rldaf",
                    "learning.trained_parts=bias,lora",
                    "learning.lora_learning_rate=0.001",
                    "shadows=bradley_terry")
                .withShadows()
                .getLast()
                .learning()
                .asMap(BASE))
        .doesNotContainKeys("lora_learning_rate", "trained_parts", "control_lambda");

    refused("shadows=bradley_terry beta=0.1", "bradley_terry takes no 'beta'");
    refused(
        "shadows=bradley_terry span_emphasis=3",
        "span_emphasis means nothing to bradley_terry, which learns a reward model, but was 3.0");
    refused("shadows=bradley_terry sync_ref_model=true", "sync_ref_model moves the reference");
    refused(
        "shadows=bradley_terry pairs_from=rollouts", "pairs_from goes with objectives on pairs");
    refused(
        "shadows=bradley_terry bank_thresholds=0.5", "bank_thresholds goes with loss_type rldaf");
    refused(
        "learning.loss_type=bradley_terry",
        "policy must be another name than the feed's",
        "because a sampler answers as assistant");
  }

  @Test
  void shouldRefusePairsOfRolloutsForObjectivesThatLearnFromOtherExamples() {
    assertThatThrownBy(() -> bind("learning.loss_type=grpo", "learning.pairs_from=rollouts"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("pairs_from goes with objectives on pairs, not with grpo");
  }

  @Test
  void shouldSayWhatIsWrongWithAShadowLane() {
    refused("shadows=beta=0.2", "a shadow lane is a loss type and settings that differ");
    refused("shadows=ippo", "shadow lane 'ippo': unknown loss_type 'ippo' (did you mean 'ipo'?)");
    refused("shadows=ipo learning_rat=1", "shadow lane 'ipo learning_rat=1'", "learning_rate");
    refused("shadows=ipo,ipo beta=1", "shadow lanes must differ in their names");
    refused("shadows=ipo use_peft=false", "use_peft must be true in a lane");
    refused(
        "shadows=ipo lr_scheduler_type=constant warmup_steps=3",
        "warmup_steps must be 0 with lr_scheduler_type constant, but was 3");
  }

  private static void refused(String assignment, String... parts) {
    assertThatThrownBy(() -> bind(assignment))
        .isInstanceOf(InvalidSettingsException.class)
        .message()
        .contains(parts);
  }

  @Test
  void shouldChangeTheHashWithEverySettingThatTheBytesDependOn() {
    String hash = bind().learning().hash(BASE);

    Stream.of(
            "learning.beta=0.2",
            "learning.label_smoothing=0.1",
            "learning.num_train_epochs=2",
            "learning.examples_per_version=65",
            "learning.per_device_train_batch_size=4",
            "learning.seed=1",
            "learning.lora_r=8",
            "learning.lora_dropout=0.1",
            "learning.use_rslora=true",
            "learning.use_dora=true",
            "learning.loss_type=ipo",
            "learning.age_half_life=1h",
            "learning.version_distance=park",
            "learning.revisions=relearn",
            "learning.annotator_share=0.2",
            "learning.span_emphasis=3",
            "learning.sync_ref_model=true",
            "learning.pairs_from=rollouts",
            "learning.trained_parts=bias,lora",
            "learning.pair_importance_cap=2",
            "learning.loss_type=rldaf")
        .forEach(
            change -> assertThat(bind(change).learning().hash(BASE)).as(change).isNotEqualTo(hash));
    assertThat(bind().learning().hash(new ModelIdentity("w", "t", "other", "base")))
        .isNotEqualTo(hash);
    assertThat(bind("publish_after=10s", "policy=other").learning().hash(BASE)).isEqualTo(hash);
  }

  @Test
  void shouldRefuseToAllowAChangeOfWhatIsNoLearningSetting() {
    assertThatThrownBy(() -> bind("allow_changed=policy"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(
            "allow_changed must name learning settings such as learning_rate, but named 'policy'");
  }

  @Test
  void shouldTellTheAdapterWhatItIs() {
    LoraConfig lora =
        bind(
                "learning.lora_dropout=0.1",
                "learning.use_rslora=true",
                "learning.use_dora=true",
                "learning.lora_target_modules=v_proj,q_proj")
            .learning()
            .recipe()
            .lora();

    assertThat(lora)
        .isEqualTo(
            new LoraConfig(
                16,
                32,
                0.1,
                List.of("q_proj", "v_proj"),
                LoraScaling.BY_ROOT_RANK,
                LoraVariant.DORA));
    assertThat(bind("learning.lora_target_modules=all-linear").learning().recipe().lora())
        .isEqualTo(LoraConfig.of(16, 32));
  }

  @Test
  void shouldLetTheLearningRateFallOnlyToAnEndThatIsGiven() {
    AdamWConfig cosine =
        bind(
                "learning.lr_scheduler_type=cosine",
                "learning.max_steps=100",
                "learning.warmup_steps=9",
                "learning.learning_rate=0.5")
            .learning()
            .recipe()
            .adamW();

    assertThat(cosine.learningRateAt(0)).isEqualTo(0.05);
    assertThat(cosine.learningRateAt(9)).isEqualTo(0.5);
    assertThat(cosine.learningRateAt(100)).isZero();
    assertThat(bind().learning().recipe().adamW().schedule())
        .isEqualTo(new LearningRateSchedule.Constant());
    assertThatThrownBy(() -> bind("learning.lr_scheduler_type=linear"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(
            "max_steps must be given with lr_scheduler_type linear, which falls to 0 there");
    assertThatThrownBy(() -> bind("learning.max_steps=5"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("max_steps is the end of a falling learning rate, but was 5");
    assertThatThrownBy(
            () ->
                bind(
                    "learning.lr_scheduler_type=linear",
                    "learning.max_steps=5",
                    "learning.warmup_steps=5"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("max_steps must be more than warmup_steps, but they were 5 and 5");
  }

  private static LaneSettings bind(String... assignments) {
    return Settings.bind(LaneSettings.class, SettingsSource.empty().with(List.of(assignments)));
  }
}
