/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

/** Kinds of judges. */
public enum JudgeKind {
  /** The pocket policy's attribute, computed exactly. */
  PROGRAM,
  /** The same program as a controller, which scores every prefix. */
  GRADED,
  /** An attribute controller that was trained. */
  CONTROLLER,
  /** A reward model, or an ensemble of them. */
  REWARD_MODEL,
  /** A language model behind an OpenAI-compatible endpoint. */
  CHAT
}
