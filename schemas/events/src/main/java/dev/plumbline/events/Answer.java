/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** What somebody answered when two candidates, a and b, were put up. Five different things. */
public enum Answer {
  /** The first candidate is better. */
  A,
  /** The second candidate is better. */
  B,
  /** Equally good: data about their difference. */
  TIE,
  /** Both unacceptable: data about the candidates, none about their difference. */
  BOTH_BAD,
  /** No judgement possible: an abstention. */
  CANT_TELL
}
