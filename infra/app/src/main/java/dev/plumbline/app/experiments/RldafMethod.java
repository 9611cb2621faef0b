/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.rldaf.TokenReward;
import dev.plumbline.alignment.rldaf.TrainedPart;
import java.util.Set;

/** What learns, all under the same control. */
enum RldafMethod {
  RLDAF("RLDAF"),
  BIAS_ONLY("bias only"),
  PROMPT_ONLY("prompt only"),
  WITHOUT_FLUENCY("no fluency term"),
  REFERENCE_REWARD("+ log pi_ref reward");

  private final String title;

  RldafMethod(String title) {
    this.title = title;
  }

  /** As tables and plots call it. */
  String title() {
    return title;
  }

  Set<TrainedPart> trained() {
    return switch (this) {
      case RLDAF, WITHOUT_FLUENCY, REFERENCE_REWARD -> Set.of(TrainedPart.PROMPT, TrainedPart.BIAS);
      case BIAS_ONLY -> Set.of(TrainedPart.BIAS);
      case PROMPT_ONLY -> Set.of(TrainedPart.PROMPT);
    };
  }

  TokenReward reward() {
    return switch (this) {
      case RLDAF, BIAS_ONLY, PROMPT_ONLY -> TokenReward.klShaped();
      case WITHOUT_FLUENCY -> (gain, logProb, referenceLogProb, weight) -> weight * gain;
      // A warning, not an option: it pays for what the reference finds probable.
      case REFERENCE_REWARD ->
          (gain, logProb, referenceLogProb, weight) ->
              weight * gain + (1 - weight) * referenceLogProb;
    };
  }
}
