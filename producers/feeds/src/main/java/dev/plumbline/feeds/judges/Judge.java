/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.chat.Condition;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody who judges completions without being a person. */
public sealed interface Judge extends AutoCloseable
    permits ChatJudge, ControllerJudge, ProgramJudge, RewardModelJudge {

  /** Model or program. */
  AnnotatorKind kind();

  /**
   * Judges tasks. To be called by one thread, which a judge may need for itself meanwhile.
   *
   * @return one opinion per task, in order, as soon as all are known; fails when somebody must act
   *     first, and may be cancelled, which ends the asking
   */
  CompletableFuture<List<Opinion>> judge(List<Judgeable> tasks);

  /** How whoever is asked fares. For any thread. */
  default Condition condition() {
    return Condition.WORKING;
  }

  @Override
  default void close() {}
}
