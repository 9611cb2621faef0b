/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.lm.EngineOptions;
import dev.plumbline.reward.attribute.ControllerKind;
import java.nio.file.Path;
import java.util.List;

/**
 * What all rows of an experiment share.
 *
 * @param model the policy, a Hugging Face directory
 * @param controllerData sentences with a column {@code sentiment} that controllers learn from
 * @param classifierData sentences with labels 0 and 1 that the independent classifier learns from
 * @param fluencyData paragraphs that the independent language model learns from
 * @param prefixData paragraphs whose beginnings are continued
 * @param controller kind of the controller, but for prompts that descend
 * @param controllerSettings of its training, {@code key=value}
 * @param candidates tokens that it is asked of in the logit form
 * @param generations texts per row
 * @param newTokens longest completion
 * @param updates of RLDAF under the bank
 * @param gradientUpdates of RLDAF with prompts that descend, which cost several times as much
 * @param engine of all models
 */
record ControlSetup(
    Path model,
    Path controllerData,
    Path classifierData,
    Path fluencyData,
    Path prefixData,
    ControllerKind controller,
    List<String> controllerSettings,
    int candidates,
    int generations,
    int newTokens,
    int updates,
    int gradientUpdates,
    EngineOptions engine) {

  ControlSetup {
    controllerSettings = List.copyOf(controllerSettings);
  }
}
