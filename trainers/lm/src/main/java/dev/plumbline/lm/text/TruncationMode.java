/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

/** Which end of a prompt with its completion is kept when they are too long together. */
public enum TruncationMode {
  /** The first tokens: completions lose their end. */
  KEEP_START,
  /** The last tokens: prompts lose their beginning. */
  KEEP_END
}
