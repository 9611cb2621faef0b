/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task of completions with all texts at hand, candidates in the order shown.
 *
 * @param origin where the task stands
 * @param subject whose the texts are, if they are somebody's
 */
public record Judgeable(
    String taskId,
    String itemId,
    String criterion,
    String prompt,
    List<Shown> candidates,
    Origin origin,
    @Nullable String subject) {
  public Judgeable {
    candidates = List.copyOf(candidates);
  }

  /** A task about texts that are nobody's in particular. */
  public Judgeable(
      String taskId,
      String itemId,
      String criterion,
      String prompt,
      List<Shown> candidates,
      Origin origin) {
    this(taskId, itemId, criterion, prompt, candidates, origin, null);
  }

  /**
   * A completion as annotators see it.
   *
   * @param id the completion's
   * @param text the readable text
   * @param tokenIds the tokens as sampled; empty where unknown
   */
  public record Shown(String id, String text, List<Integer> tokenIds) {
    public Shown {
      tokenIds = List.copyOf(tokenIds);
    }
  }

  /**
   * A task as it stands on its topic.
   *
   * @param partition the partition
   * @param offset its place there
   * @param value the record's value, byte for byte
   */
  public record Origin(int partition, long offset, Bytes value) {}
}
