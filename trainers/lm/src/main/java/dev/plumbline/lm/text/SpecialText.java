/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

/** What the text of a special token, such as {@code </s>}, means where it is written in a text. */
public enum SpecialText {
  /** The token, as transformers reads texts: for text that a chat template rendered. */
  TOKENS,
  /** Its characters: what people write can't end a completion or begin a turn. */
  LITERAL
}
