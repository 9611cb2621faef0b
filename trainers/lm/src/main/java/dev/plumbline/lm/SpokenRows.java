/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.List;

/**
 * The rows that go on, as far as they have been spoken, numbered from 0. Valid during the call that
 * it is handed to.
 */
public interface SpokenRows {

  /** Number of rows. */
  int size();

  /** Which of the prompts that sampling was asked to continue row {@code i} continues. */
  int prompt(int i);

  /** Token ids of the row's prompt. */
  int[] promptIds(int i);

  /** Token ids that were drawn so far. */
  int[] completionIds(int i);

  /** The level of the soft prompt that acted, per token drawn so far. */
  int[] levels(int i);

  /**
   * Per row the mean of the frozen, unprompted model's final hidden states over all tokens of
   * prompt and completion: [size][hidden size]. Kept up token by token; where LoRA changes the
   * states, the frozen model reads along from the first call on.
   */
  double[][] pooledStates();

  /**
   * As {@link #pooledStates()}, as if one more token followed. One pass for all rows, that reads
   * what is kept.
   *
   * @param ids per row the tokens that might follow, none empty
   * @return [size][ids of the row][hidden size]
   */
  double[][][] pooledStatesAfter(List<int[]> ids);
}
