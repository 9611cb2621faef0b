/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.reward.attribute.TrainedController;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlledRollout;
import dev.plumbline.reward.control.ControlledSampler;
import dev.plumbline.reward.control.DescendingSampler;
import dev.plumbline.reward.control.PromptControl;
import java.util.List;

/** How a policy with an adapter speaks under a controller, in either form of control. */
sealed interface Speech {

  /** Draws one completion per prompt. */
  List<ControlledRollout> speak(
      TrainedAdapter adapter, List<int[]> prompts, SamplingOptions options, List<Long> noiseKeys);

  static Speech of(
      CausalLanguageModel model,
      TrainedController controller,
      ControlSettings settings,
      int candidates) {
    return switch (settings.promptControl()) {
      case PromptControl.Bank bank ->
          new OfBank(
              model,
              new ControlledSampler(controller, bank, settings.residualControl(), candidates));
      case PromptControl.Gradient gradient ->
          new OfGradient(
              model, new DescendingSampler(controller, gradient, settings.geometricMean()));
    };
  }

  /** The controller chooses a level. */
  record OfBank(CausalLanguageModel model, ControlledSampler sampler) implements Speech {
    @Override
    public List<ControlledRollout> speak(
        TrainedAdapter adapter,
        List<int[]> prompts,
        SamplingOptions options,
        List<Long> noiseKeys) {
      return sampler.sample(model, adapter, prompts, options, noiseKeys);
    }
  }

  /** The prompt descends. */
  record OfGradient(CausalLanguageModel model, DescendingSampler sampler) implements Speech {
    @Override
    public List<ControlledRollout> speak(
        TrainedAdapter adapter,
        List<int[]> prompts,
        SamplingOptions options,
        List<Long> noiseKeys) {
      if (!(adapter instanceof ControlAdapter prompted)) {
        throw new IllegalArgumentException("a prompt that descends needs an adapter that has one");
      }
      return sampler.sample(model, prompted, prompts, options, noiseKeys);
    }
  }
}
