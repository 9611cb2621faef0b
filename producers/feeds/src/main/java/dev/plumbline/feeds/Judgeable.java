/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import java.util.List;

/**
 * A task of completions with all that is needed to judge it.
 *
 * @param taskId the task
 * @param itemId the prompt's id
 * @param criterion what is asked
 * @param prompt the prompt's text
 * @param candidates the completions in the order shown
 */
public record Judgeable(
    String taskId, String itemId, String criterion, String prompt, List<Shown> candidates) {
  public Judgeable {
    candidates = List.copyOf(candidates);
  }

  /**
   * A completion as judges see it.
   *
   * @param id its id
   * @param text its text
   * @param tokenIds its tokens as sampled; empty where unknown
   */
  public record Shown(String id, String text, List<Integer> tokenIds) {
    public Shown {
      tokenIds = List.copyOf(tokenIds);
    }

    /** A completion of which the text alone is known. */
    public Shown(String id, String text) {
      this(id, text, List.of());
    }
  }
}
