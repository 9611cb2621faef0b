/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Moves a policy while it speaks: before every token it says which soft prompt of the bank acts,
 * and what is added to the logits.
 *
 * <pre>
 *   mu(v) ~ pi(v | x, y_&lt;t, u_level) exp(term(v))
 * </pre>
 *
 * <p>Called on the thread that samples, once per token for all rows that still go on. What it says
 * of a row must not depend on which others there are.
 */
public interface TokenControl {

  /** The same soft prompt for every token, and nothing added: a policy that is prompted alone. */
  static TokenControl atLevel(int level) {
    return rows -> {
      int[] levels = new int[rows.size()];
      Arrays.fill(levels, level);
      return levels;
    };
  }

  /**
   * How many of a row's most probable tokens {@link #terms} is handed: at most the size of the
   * vocabulary. 0 where no token's term depends on its probability.
   */
  default int candidates() {
    return 0;
  }

  /** The level that acts on the next token of each row, in the order of the rows. */
  int[] levels(SpokenRows rows);

  /**
   * What is added to log pi of the next token of each row, in the order of the rows.
   *
   * @param candidates one per row; empty ones where {@link #candidates()} is 0
   */
  default List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
    return Collections.nCopies(rows.size(), new LogitTerm.None());
  }
}
