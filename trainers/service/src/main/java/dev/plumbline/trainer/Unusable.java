/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import java.util.Locale;

/** Why a lane can't learn from an example. */
enum Unusable {
  /** Its objective learns from another kind. */
  OTHER_KIND,
  /** Its objective asks for completions by others than those who wrote these. */
  OTHER_ORIGIN,
  /** A candidate is a piece of recorded behaviour, and the lane learns a language model. */
  NO_TEXT,
  /** A text is sealed: a lane holds no keys. */
  SEALED,
  /** A completion came without its tokens, or without what the sampler said of them. */
  NO_SAMPLED_TOKENS,
  /** A completion came without what a controller said after each token, which is log C. */
  NO_PREFIX_SCORES,
  /** A prompt acted that the lane's policy doesn't have. */
  UNKNOWN_PROMPT_LEVEL;

  /** The reason as a word: {@code other_kind}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
