/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Map;
import java.util.SequencedMap;

/**
 * What a family of models is made of, beside its config: a tensor program and the names of its
 * weights.
 */
sealed interface ModelFamily permits LlamaFamily {

  static ModelFamily of(ModelConfig config) {
    return switch (config) {
      case LlamaConfig llama -> new LlamaFamily(llama);
    };
  }

  /** Resource name of the program's source. */
  String program();

  /** Name of the class in the source. */
  String programClass();

  /** Values of the class's attributes. */
  Map<String, Number> constants();

  /** Hugging Face names and shapes of all weights; the order is the parameters' order. */
  SequencedMap<String, long[]> weights();

  /**
   * Names and weight shapes [out, in] of the linear modules that an adapter can target, by block.
   */
  SequencedMap<String, long[]> linearModules();

  /** The bytes of {@code config.json}. */
  byte[] configJson();
}
