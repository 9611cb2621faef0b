/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedRollout;
import dev.plumbline.alignment.EncodedRolloutGroup;
import dev.plumbline.alignment.Learner;
import dev.plumbline.alignment.Recipe;
import dev.plumbline.alignment.TrainedPolicy;
import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.reward.attribute.TrainedController;
import dev.plumbline.reward.control.ControlledRollout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A policy that learns by RLDAF from what it says itself, update after update: sample under the
 * controller, learn, again. Owns what learns, not the model. Used by one thread.
 */
final class RldafTraining implements AutoCloseable {
  private static final String LORA_LEARNING_RATE = "0.003";

  private final Speech speech;
  private final Learner learner;
  private final SampleSizes sizes;
  private final long seed;

  /**
   * How much is sampled.
   *
   * @param updates optimizer steps
   * @param groups beginnings per update
   * @param groupSize completions of each
   * @param newTokens longest completion
   */
  record SampleSizes(int updates, int groups, int groupSize, int newTokens) {}

  private RldafTraining(Speech speech, Learner learner, SampleSizes sizes, long seed) {
    this.speech = speech;
    this.learner = learner;
    this.sizes = sizes;
    this.seed = seed;
  }

  /** Starts at the model. */
  static RldafTraining start(
      CausalLanguageModel model,
      ControlMethod.Rldaf method,
      TrainedController controller,
      int candidates,
      SampleSizes sizes,
      long seed) {
    Recipe recipe = recipe(method, sizes, seed);
    Speech speech = Speech.of(model, controller, recipe.speech().orElseThrow(), candidates);
    return new RldafTraining(speech, Learner.start(model, recipe), sizes, seed);
  }

  private static Recipe recipe(ControlMethod.Rldaf method, SampleSizes sizes, long seed) {
    String parts =
        method.parts().stream()
            .map(part -> part.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
    SettingsSource source =
        SettingsSource.empty()
            .with("loss_type", "rldaf", "control")
            .with("trained_parts", parts, "control")
            .with("per_device_train_batch_size", Integer.toString(sizes.groups()), "control")
            .with("seed", Long.toString(seed), "control");
    source =
        switch (method.form()) {
          case BANK -> source;
          case GRADIENT ->
              source
                  .with("control_form", "gradient", "control")
                  .with("control_lambda", "0", "control");
        };
    if (parts.contains("lora")) {
      // The default is for large models and many updates.
      source = source.with("learning_rate", LORA_LEARNING_RATE, "control");
    }
    return Settings.bind(Recipe.class, source);
  }

  /**
   * Learns.
   *
   * @param beginnings that it continues, in turns
   */
  void learn(List<int[]> beginnings) {
    for (int update = 0; update < sizes.updates(); update++) {
      List<int[]> prompts = new ArrayList<>();
      for (int group = 0; group < sizes.groups(); group++) {
        int[] prompt = beginnings.get((update * sizes.groups() + group) % beginnings.size());
        prompts.addAll(Collections.nCopies(sizes.groupSize(), prompt));
      }
      long first = (long) update * prompts.size();
      List<ControlledRollout> rollouts =
          speech.speak(
              adapter(),
              prompts,
              SamplingOptions.of(sizes.newTokens(), 1, seed + 1),
              LongStream.range(first, first + prompts.size()).boxed().toList());
      StepReport report = learner.step(groups(prompts, rollouts)).report();
      switch (report) {
        case StepReport.Applied applied -> {}
        case StepReport.Refused refused -> throw new IllegalStateException(refused.toString());
      }
    }
  }

  private List<EncodedRolloutGroup> groups(List<int[]> prompts, List<ControlledRollout> rollouts) {
    List<EncodedRolloutGroup> groups = new ArrayList<>();
    for (int from = 0; from < rollouts.size(); from += sizes.groupSize()) {
      List<EncodedRollout> group = new ArrayList<>();
      for (int i = from; i < from + sizes.groupSize(); i++) {
        ControlledRollout rollout = rollouts.get(i);
        TokenRow row = TokenRow.of(prompts.get(i), rollout.completion().ids());
        group.add(
            new EncodedRollout(
                EncodedCompletion.of(row.under(rollout.completion().promptLevels()))
                    .from(CompletionOrigin.POLICY),
                rollout.completion().behaviourLogProbs(),
                rollout.endLogProb(),
                rollout.attributeLogProbs(),
                new double[0]));
      }
      groups.add(new EncodedRolloutGroup(group, 1));
    }
    return groups;
  }

  /** Speaks as the policy that was learned, under the same control. */
  List<ControlledRollout> speak(List<int[]> prompts, SamplingOptions options, List<Long> keys) {
    return speech.speak(adapter(), prompts, options, keys);
  }

  private TrainedAdapter adapter() {
    return switch (learner.policy()) {
      case TrainedPolicy.OfAdapter actor -> actor.adapter();
      case TrainedPolicy.WithCritic critic -> critic.actor().adapter();
      case TrainedPolicy.OfModel whole ->
          throw new IllegalStateException("RLDAF learns an adapter, not the whole model");
    };
  }

  @Override
  public void close() {
    learner.close();
  }
}
