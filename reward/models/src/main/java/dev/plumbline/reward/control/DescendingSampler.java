/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.lm.AttributeHead;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.PromptDescent;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.reward.attribute.Calibration;
import dev.plumbline.reward.attribute.ClassConditionalScorer;
import dev.plumbline.reward.attribute.LexiconScorer;
import dev.plumbline.reward.attribute.PooledHeadScorer;
import dev.plumbline.reward.attribute.TrainedController;
import java.util.List;

/**
 * Speaks as a policy whose soft prompt descends before every token, by the gradient of a
 * controller's head on the policy's own hidden states: {@link PromptControl.Gradient}. What the
 * controller says of the completions afterwards, it says of the frozen, unprompted model's states.
 *
 * <p>Holds nothing of its own; used by the thread that uses the model and the controller.
 *
 * @param controller a head that was learned on the model
 * @param gradient how the prompt descends, from level 1 of the adapter's bank on
 * @param mean with the unmoved distribution
 */
public record DescendingSampler(
    TrainedController controller, PromptControl.Gradient gradient, GeometricMean mean) {
  private static final int LEVEL = 1;

  /**
   * @throws IllegalArgumentException when the controller isn't a head: nothing else has a gradient
   *     by the prompt
   */
  public DescendingSampler {
    head(controller);
  }

  private static AttributeHead head(TrainedController controller) {
    return switch (controller.scorer()) {
      case PooledHeadScorer head -> {
        Calibration calibration = controller.calibration();
        double[] logit = head.weights();
        for (int i = 0; i < logit.length; i++) {
          logit[i] *= calibration.slope();
        }
        yield new AttributeHead(
            List.of(
                new AttributeHead.Layer(
                    new double[][] {logit}, new double[] {calibration.offset()})),
            0);
      }
      case ClassConditionalScorer two -> throw noHead(controller);
      case LexiconScorer lexicon -> throw noHead(controller);
    };
  }

  private static IllegalArgumentException noHead(TrainedController controller) {
    return new IllegalArgumentException(
        "control_form gradient needs a controller of kind head, but was "
            + controller.kind().label());
  }

  /**
   * Draws one completion per prompt.
   *
   * @param adapter of the policy, with a bank
   * @param prompts token ids, none empty
   * @param noiseKeys one per prompt
   */
  public List<ControlledRollout> sample(
      CausalLanguageModel model,
      ControlAdapter adapter,
      List<int[]> prompts,
      SamplingOptions options,
      List<Long> noiseKeys) {
    PromptDescent descent =
        new PromptDescent(
            LEVEL,
            head(controller),
            gradient.steps(),
            gradient.stepSize(),
            gradient.divergenceWeight(),
            mean.movedWeight());
    return ControlledRollout.of(
        controller, prompts, model.sample(prompts, adapter, options, noiseKeys, descent));
  }
}
