/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/**
 * Something taken back as a whole, for good: what is said of it later is taken back as it arrives.
 */
sealed interface TakenBack {
  /** A candidate, with all that was said of it. */
  record Candidate(String itemId, String candidateId) implements TakenBack {}

  /** An item, with all that was said of it: its prompt is the text of a person who was erased. */
  record Item(String itemId) implements TakenBack {}

  /** A person, with all that this person contributed. */
  record Person(String personId) implements TakenBack {}
}
