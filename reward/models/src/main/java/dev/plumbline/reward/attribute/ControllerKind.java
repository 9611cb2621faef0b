/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import java.util.Locale;

/** The kinds of controllers that are learned here. */
public enum ControllerKind {
  /** A linear head on the policy's own hidden states: {@link PooledHeadScorer}. */
  HEAD,
  /** Two language models and Bayes' rule: {@link ClassConditionalScorer}. */
  CLASS_CONDITIONAL,
  /** Words and their weights: {@link LexiconScorer}. */
  LEXICON;

  /** As files and settings spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
