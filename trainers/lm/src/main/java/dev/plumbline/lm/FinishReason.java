/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** Why a completion ended. */
public enum FinishReason {
  /** The end-of-sequence token was drawn; it is the completion's last id. */
  STOP,
  /** The token limit, or the model's longest row, was reached. */
  LENGTH
}
