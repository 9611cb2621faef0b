/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What a {@link TokenControl} adds to log pi(v) of one row before the next token is drawn, in nats:
 * for example lambda log C(a | y_&lt;t, v). Negative infinity excludes a token; one must be left.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once
public sealed interface LogitTerm {

  /** Nothing. */
  record None() implements LogitTerm {}

  /**
   * A term for each of the row's {@link TokenCandidates}.
   *
   * @param terms in the order of the candidates
   * @param ofOthers the term of every other token: negative infinity to draw from the candidates
   *     alone, as FUDGE does (arXiv 2104.05218, section 3)
   */
  record OfCandidates(double[] terms, double ofOthers) implements LogitTerm {}

  /**
   * A term for every token.
   *
   * @param terms by token id
   */
  record OfVocabulary(double[] terms) implements LogitTerm {}
}
