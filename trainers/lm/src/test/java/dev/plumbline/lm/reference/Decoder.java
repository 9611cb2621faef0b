/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

/** A decoder's forward computation on one tape. */
sealed interface Decoder permits LlamaDecoder, Gpt2Decoder {

  /** One block: x [positions, width] to the same shape. */
  Variable block(int layer, Variable x);

  /** Logits [positions, vocabulary] of one row of ids. */
  Variable logits(int[] ids);

  static Decoder of(Architecture architecture, Tape tape, Weights weights) {
    return switch (architecture) {
      case Architecture.Llama llama -> new LlamaDecoder(llama, tape, weights);
      case Architecture.Gpt2 gpt2 -> new Gpt2Decoder(gpt2, tape, weights);
    };
  }
}
