/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Requirements;

/**
 * A completion that somebody found desirable or not, in token ids.
 *
 * @param completion what was judged
 * @param belief probability that it is desirable; in [0, 1]
 * @param weight what the example counts for in the loss; at least 0
 */
public record EncodedUnpaired(EncodedCompletion completion, double belief, double weight)
    implements EncodedExample {
  public EncodedUnpaired {
    Requirements.belief(belief);
    Requirements.weight(weight);
  }
}
