/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * Who said it.
 *
 * @param id a random pseudonym, never derived from personal data
 * @param kind person, model or program
 * @param simulated true for annotators that a simulation invents; shown wherever the annotator is
 */
public record Annotator(String id, AnnotatorKind kind, boolean simulated) {
  public Annotator {
    Limits.requireId("annotator.id", id);
  }

  /** Returns a person. */
  public static Annotator human(String id) {
    return new Annotator(id, AnnotatorKind.HUMAN, false);
  }
}
