/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How one format lays out a row. */
interface RowLayout {
  /**
   * Reads a row.
   *
   * @param dataset name of the data set, after which its annotators are named
   * @throws RowProblem naming the field, its value and what was expected
   */
  Content read(JsonNode row, String dataset);

  /** What every layout says in its own words. */
  record Content(String prompt, String candidateA, String candidateB, List<Vote> votes) {}
}
