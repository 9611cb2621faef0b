/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

/** What a judge writes of a task. */
public enum JudgeRecord {
  /** A reward for every candidate. */
  REWARD,
  /** Which of two is better, for every pair of candidates. */
  COMPARISON,
  /** Thumbs up or down for every candidate. */
  THUMBS,
  /** One order of all candidates. */
  RANKING
}
