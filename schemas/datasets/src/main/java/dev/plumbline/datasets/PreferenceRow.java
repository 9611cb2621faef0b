/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.List;

/**
 * A prompt, two candidates in the file's order, and what annotators said of them. Whichever layout
 * it was read from.
 *
 * @param id the row's id, unique within a well-made file
 * @param line the line it stands on, from 1
 * @param prompt the prompt's text
 * @param candidateA the first candidate: {@code chosen}, {@code preferred_output}, {@code
 *     response1}
 * @param candidateB the second candidate
 * @param votes at least one, each of another annotator
 */
public record PreferenceRow(
    String id, int line, String prompt, String candidateA, String candidateB, List<Vote> votes)
    implements DatasetRow {
  public PreferenceRow {
    votes = List.copyOf(votes);
    if (votes.isEmpty()) {
      throw new IllegalArgumentException(
          "row " + id + " must have at least one vote, but had none");
    }
  }
}
