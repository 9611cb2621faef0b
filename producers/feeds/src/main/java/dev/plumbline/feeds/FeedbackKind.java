/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

/** What simulated annotators say about the candidates of a task. */
public enum FeedbackKind {
  /** Which of two is better, for every pair of candidates. */
  COMPARISON,
  /** Thumbs up or down for every candidate. */
  THUMBS,
  /** One order of all candidates. */
  RANKING
}
