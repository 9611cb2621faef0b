/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.Serial;

/**
 * What is wrong with one row. Whoever knows its place makes a {@link DatasetException} of it:
 * {@link DatasetReader} for rows that can't be read, {@link DatasetReader#at} for rows that can't
 * be written.
 */
public final class RowProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String field;
  private final String problem;
  private final String hint;

  /**
   * Says what is wrong.
   *
   * @param field path of the field, such as {@code prompt[0].role}
   * @param problem what was wrong with it, and its value
   * @param hint what would be right
   */
  RowProblem(String field, String problem, String hint) {
    super(field + ": " + problem + "; hint: " + hint);
    this.field = field;
    this.problem = problem;
    this.hint = hint;
  }

  /** Returns the path of the field, such as {@code prompt[0].role}. */
  public String field() {
    return field;
  }

  /** Returns what was wrong with it, and its value. */
  public String problem() {
    return problem;
  }

  /** Returns what would be right. */
  public String hint() {
    return hint;
  }

  /** The same problem with another hint. */
  RowProblem withHint(String other) {
    return new RowProblem(field, problem, other);
  }
}
