/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

/** The parts of the live view; each is sent whole when it has changed. */
public enum Section {
  /** Counts and rates by topic, votes by kind of annotator. */
  FLOW,
  /** The newest feedback. */
  SAID,
  /** Tasks that wait for a vote. */
  WAITING,
  /** The newest dead letters, and how many there are by reason. */
  DEAD_LETTERS,
  /** The judges, and how they do. */
  JUDGES,
  /** The versions of every policy. */
  VERSIONS,
  /** Where versions come from, each in a line. */
  LINEAGE
}
