/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.Serial;

/** What is wrong with a row; whoever knows the line makes a {@link DatasetException} of it. */
final class RowProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  RowProblem(String message) {
    super(message);
  }
}
