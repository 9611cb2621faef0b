/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.lm.ControlledCompletion;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.attribute.AttributeController;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A completion that was spoken under control, with what the controller says of all its beginnings:
 * what RLDAF learns from.
 *
 * @param completion token ids, log pi, log mu and levels
 * @param attributeLogProbs log C before the first token and after each one: one more than tokens,
 *     in nats
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record ControlledRollout(ControlledCompletion completion, double[] attributeLogProbs) {
  private static final int SCORED_AT_ONCE = 64;

  public ControlledRollout {
    if (attributeLogProbs.length != completion.ids().length + 1) {
      throw new IllegalArgumentException(
          "%d tokens need %d values of log C, but there were %d"
              .formatted(
                  completion.ids().length, completion.ids().length + 1, attributeLogProbs.length));
    }
    attributeLogProbs = attributeLogProbs.clone();
  }

  /**
   * Lets a controller judge completions.
   *
   * @param prompts one per completion
   */
  public static List<ControlledRollout> of(
      AttributeController controller, List<int[]> prompts, List<ControlledCompletion> completions) {
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < completions.size(); i++) {
      rows.add(TokenRow.of(prompts.get(i), completions.get(i).ids()));
    }
    double[][] logProbs = controller.prefixLogProbs(rows, SCORED_AT_ONCE);
    List<ControlledRollout> rollouts = new ArrayList<>();
    for (int i = 0; i < logProbs.length; i++) {
      rollouts.add(new ControlledRollout(completions.get(i), logProbs[i]));
    }
    return rollouts;
  }

  @Override
  public double[] attributeLogProbs() {
    return attributeLogProbs.clone();
  }

  /** log C of the whole text. */
  public double endLogProb() {
    return attributeLogProbs[attributeLogProbs.length - 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlledRollout that
        && completion.equals(that.completion)
        && Arrays.equals(attributeLogProbs, that.attributeLogProbs);
  }

  @Override
  public int hashCode() {
    return 31 * completion.hashCode() + Arrays.hashCode(attributeLogProbs);
  }

  @Override
  public String toString() {
    return "ControlledRollout[completion=%s, attributeLogProbs=%s]"
        .formatted(completion, Arrays.toString(attributeLogProbs));
  }
}
