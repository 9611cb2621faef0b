/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** What kind of annotator spoke. */
public enum AnnotatorKind {
  /** A person. */
  HUMAN,
  /** A model used as a judge. */
  MODEL,
  /** A program with a fixed rule. */
  PROGRAM
}
