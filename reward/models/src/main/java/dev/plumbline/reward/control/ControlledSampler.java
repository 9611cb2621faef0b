/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.reward.attribute.AttributeController;
import java.util.List;

/**
 * Speaks as a policy under a controller: before each token the controller chooses the level of the
 * bank from its C of the text so far, and its say of what might follow moves the logits.
 *
 * <pre>
 *   level_t = bank(C(a | x, y_&lt;t)),   mu(v) ~ pi(v | x, y_&lt;t, u_level) C(a | x, y_&lt;t, v)^lambda
 * </pre>
 *
 * <p>Without thresholds in the bank it is classic plug-and-play control; with lambda 0 as well the
 * policy speaks alone and the controller only listens. C of what follows is asked for a row's most
 * probable tokens; all others count as if they left C as it is, so that none becomes impossible.
 *
 * <p>Holds nothing of its own; used by the thread that uses the model and the controller.
 *
 * @param controller reads prompt and completion as one text
 * @param bank chooses the soft prompt; as many levels as the adapter has, or fewer
 * @param residual moves the logits
 * @param candidates most probable tokens that C is asked of, when lambda isn't 0; typical 20 to 50
 */
public record ControlledSampler(
    AttributeController controller,
    PromptControl.Bank bank,
    ResidualControl residual,
    int candidates) {

  public ControlledSampler {
    if (candidates < 1) {
      throw new IllegalArgumentException(
          "control_candidates must be at least 1, but was " + candidates + " (typical: 20 to 50)");
    }
  }

  /** Classic plug-and-play control: no prompt, the residual term alone. */
  public static ControlledSampler plugAndPlay(
      AttributeController controller, double lambda, int candidates) {
    return new ControlledSampler(
        controller, new PromptControl.Bank(List.of()), new ResidualControl(lambda), candidates);
  }

  /**
   * Draws one completion per prompt, and lets the controller judge every beginning of it.
   *
   * @param adapter of the policy; one with a bank where this has thresholds
   * @param prompts token ids, none empty
   * @param noiseKeys one per prompt
   */
  public List<ControlledRollout> sample(
      CausalLanguageModel model,
      Adapter adapter,
      List<int[]> prompts,
      SamplingOptions options,
      List<Long> noiseKeys) {
    return ControlledRollout.of(
        controller, prompts, speak(model, adapter, prompts, options, noiseKeys));
  }

  /** Draws as {@link #sample} does, where somebody else judges or nobody. */
  public List<ControlledCompletion> speak(
      CausalLanguageModel model,
      Adapter adapter,
      List<int[]> prompts,
      SamplingOptions options,
      List<Long> noiseKeys) {
    return model.sample(
        prompts,
        adapter,
        options,
        noiseKeys,
        new AttributeControl(
            AttributeReader.of(controller, model),
            bank,
            residual,
            Math.min(candidates, model.config().vocabularySize())));
  }
}
