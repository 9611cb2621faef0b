/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import dev.plumbline.reward.BradleyTerryLoss;
import java.util.Set;

/**
 * The objective of a reward model on preference pairs. It reads the score after a completion's last
 * token and nothing of the tokens before, so that no policy learns by it: {@code
 * dev.plumbline.reward.RewardLearner} does.
 *
 * @param loss of a batch
 */
public record RewardObjective(BradleyTerryLoss loss) implements Objective {
  /** Its name in settings and version records. */
  public static final String NAME = "bradley_terry";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of();
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.SEPARABLE;
  }
}
