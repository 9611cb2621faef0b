/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import java.util.Map;
import java.util.SequencedMap;

/**
 * What a family of models is made of, beside its config: a tensor program and the names of its
 * weights.
 */
public sealed interface ModelFamily permits RotaryFamily, Gpt2Family {

  /** Name of the output matrix of a model that doesn't tie it. */
  String HEAD_WEIGHT = "lm_head.weight";

  static ModelFamily of(ModelConfig config) {
    return Families.of(config);
  }

  /**
   * The same {@code config.json}, for weights of this type.
   *
   * @param dtype torch's name of the type, for example {@code bfloat16}
   */
  static byte[] withDtype(byte[] configJson, String dtype) {
    return ConfigJson.parse(configJson).withDtype(configJson, dtype);
  }

  /** The family's name, as {@code model_type} of {@code config.json} says it. */
  String modelType();

  /** Name of the class in transformers, as {@code architectures} says it. */
  String architecture();

  /** Resource name of the program's own source. */
  String program();

  /** Values of the program's attributes: whole numbers and doubles. */
  Map<String, Number> constants();

  /** Hugging Face names and shapes of all weights; the order is the parameters' order. */
  SequencedMap<String, long[]> weights();

  /** The linear modules of the blocks that an adapter can target, under their whole path. */
  SequencedMap<String, LinearModule> linearModules();

  /** Path of the embedding module. */
  String embeddingModule();

  /** Name of the output matrix [vocabulary, hidden]: the embedding's when it is tied. */
  String headWeight();

  /** Angle per position of each pair of a head; empty when positions are learned. */
  double[] inverseFrequencies();

  /** Multiplies cosine and sine of the rotary angles. */
  double attentionFactor();

  /**
   * How far up a weight, or what an adapter adds to it, enters: -1 for the embeddings, the number
   * of its block, and the number of blocks for the final norm and an output matrix of its own.
   */
  int depthOf(String weight);

  /** The name in {@link #weights()} of a weight that a file holds under this name. */
  default String canonicalName(String nameInFile) {
    return nameInFile;
  }

  /** Whether a file may hold this tensor without use: a buffer that old checkpoints carry. */
  boolean isBuffer(String canonicalName);

  /** The bytes of {@code config.json}, for weights in 32-bit floats. */
  byte[] configJson();
}
