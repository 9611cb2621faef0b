/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;

/**
 * A completion that was drawn under control. With pi the policy and s_t the text so far with the
 * soft prompt that acted on token t, the importance weight of a token is rho = exp(logProb -
 * behaviourLogProb) = pi(y_t | s_t) / mu(y_t).
 *
 * @param ids of the completion; the last one is the end-of-sequence token when it finished with
 *     {@link FinishReason#STOP}
 * @param logProbs per id log pi(y_t | s_t), in nats: of the policy itself at the level that acted,
 *     before any term, temperature and filter; what a {@link TokenRow} {@linkplain TokenRow#under
 *     under} these levels scores
 * @param behaviourLogProbs per id log mu(y_t), in nats: of what it was really drawn from, after
 *     repetition penalty, term, temperature and filters; 0 at temperature 0
 * @param promptLevels per id the level of the soft prompt that acted
 * @param finishReason why it ended
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record ControlledCompletion(
    int[] ids,
    double[] logProbs,
    double[] behaviourLogProbs,
    int[] promptLevels,
    FinishReason finishReason) {

  public ControlledCompletion {
    if (ids.length != logProbs.length
        || ids.length != behaviourLogProbs.length
        || ids.length != promptLevels.length) {
      throw new IllegalArgumentException(
          "two log-probabilities and a level per id expected, but %d ids had %d, %d and %d"
              .formatted(
                  ids.length, logProbs.length, behaviourLogProbs.length, promptLevels.length));
    }
    ids = ids.clone();
    logProbs = logProbs.clone();
    behaviourLogProbs = behaviourLogProbs.clone();
    promptLevels = promptLevels.clone();
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public double[] logProbs() {
    return logProbs.clone();
  }

  @Override
  public double[] behaviourLogProbs() {
    return behaviourLogProbs.clone();
  }

  @Override
  public int[] promptLevels() {
    return promptLevels.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlledCompletion that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(logProbs, that.logProbs)
        && Arrays.equals(behaviourLogProbs, that.behaviourLogProbs)
        && Arrays.equals(promptLevels, that.promptLevels)
        && finishReason == that.finishReason;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(ids) + Arrays.hashCode(promptLevels))
        + Arrays.hashCode(behaviourLogProbs);
  }

  @Override
  public String toString() {
    return "ControlledCompletion[ids=%s, logProbs=%s, behaviourLogProbs=%s, promptLevels=%s, finishReason=%s]"
        .formatted(
            Arrays.toString(ids),
            Arrays.toString(logProbs),
            Arrays.toString(behaviourLogProbs),
            Arrays.toString(promptLevels),
            finishReason);
  }
}
