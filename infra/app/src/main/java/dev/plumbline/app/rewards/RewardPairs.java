/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.app.models.InputException;
import dev.plumbline.app.training.PairFiles.JudgedPair;
import dev.plumbline.reward.RewardPair;
import java.util.List;

/** Pairs of files as reward models read them. */
final class RewardPairs {
  private static final String MARGIN = "margin";

  private RewardPairs() {}

  static List<RewardPair> of(List<JudgedPair> pairs) {
    return pairs.stream().map(RewardPairs::of).toList();
  }

  /** The margin is column {@value #MARGIN}, as TRL has it; 0 where there is none. */
  private static RewardPair of(JudgedPair judged) {
    EncodedPair pair = judged.pair();
    Object margin = judged.extras().columns().get(MARGIN);
    if (margin != null && !(margin instanceof Number)) {
      throw new InputException(
          MARGIN,
          "must be a number, but was %s; hint: rename the column if it isn't meant for the loss"
              .formatted(margin));
    }
    return new RewardPair(
        pair.a().row(),
        pair.b().row(),
        pair.belief(),
        margin instanceof Number number ? number.doubleValue() : 0,
        pair.weight());
  }
}
