/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Set;

/** What an adapter is for, under PEFT's names of tasks. */
enum PeftTask {
  /** A policy. */
  CAUSAL_LM,
  /** A model with a scalar head in place of the output matrix, saved whole beside the adapter. */
  SEQ_CLS;

  /** The head's module. */
  static final String HEAD = "score";

  /** Modules that PEFT saves whole for this task, whether or not the model has them. */
  static final Set<String> HEADS = Set.of(HEAD, "classifier");
}
