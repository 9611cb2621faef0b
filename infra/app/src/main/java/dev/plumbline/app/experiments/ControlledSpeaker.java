/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.ResidualControl;
import java.util.random.RandomGenerator;

/**
 * A policy that speaks under control: before each token the controller chooses the level of the
 * bank from its C of the text so far, and the residual term moves the logits besides.
 */
record ControlledSpeaker(
    PromptedPolicy policy,
    ToyController controller,
    PromptControl.Bank bank,
    ResidualControl residual) {

  ControlledText say(int prompt, int length, RandomGenerator random) {
    ToyLanguage reference = policy.reference();
    int[] tokens = new int[length];
    int[] levels = new int[length];
    double[] attributeLogProbs = new double[length + 1];
    double[] behaviourLogProbs = new double[length];
    ToyController.Beginning beginning = controller.begin(prompt);
    attributeLogProbs[0] = beginning.attributeLogProb();
    int state = prompt;
    for (int t = 0; t < length; t++) {
      levels[t] = bank.level(Math.exp(attributeLogProbs[t]));
      double[] behaviour =
          residual.logProbs(policy.logProbs(levels[t], state), beginning.attributeLogProbs(state));
      tokens[t] = ToyLanguage.sample(behaviour, random);
      behaviourLogProbs[t] = behaviour[tokens[t]];
      beginning = beginning.and(state, tokens[t]);
      attributeLogProbs[t + 1] = beginning.attributeLogProb();
      state = reference.next(state, tokens[t]);
    }
    return new ControlledText(
        new ToyRow(reference, prompt, tokens), levels, attributeLogProbs, behaviourLogProbs);
  }
}
