/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/** What a snapshot of trust that is still to come will weigh. */
sealed interface Weighable {
  /** Returns the item that it is about. */
  String itemId();

  /** The votes on a question. */
  record OfVotes(Question question) implements Weighable {
    @Override
    public String itemId() {
      return question.itemId();
    }
  }

  /** The marks on a candidate. */
  record OfMarks(String itemId, String candidateId) implements Weighable {}
}
