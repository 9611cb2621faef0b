/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.datasets.Row;
import java.io.Serial;

/** A well-formed row says something that the objective can't learn from. */
final class UnfitRowException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final RowKind wanted;
  private final String found;
  private final String hint;

  /**
   * @param hint what to do instead
   */
  UnfitRowException(RowKind wanted, Row found, String hint) {
    super("%s where %s are wanted".formatted(found.kind(), wanted.plural()));
    this.wanted = wanted;
    this.found = found.kind();
    this.hint = hint;
  }

  /** Why a file of a format can't be learned from. */
  String because(String format, String lossType) {
    return "is %s (%s), but loss_type %s learns from %s; hint: %s"
        .formatted(found, format, lossType, wanted.plural(), hint);
  }
}
