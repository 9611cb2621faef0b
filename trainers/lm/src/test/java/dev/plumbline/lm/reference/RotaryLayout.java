/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

/** Which two elements of a head a rotary angle turns. */
public enum RotaryLayout {
  /** i and i + d/2: every checkpoint in Hugging Face's format. */
  HALF_SPLIT {
    @Override
    int first(int i, int half) {
      return i;
    }

    @Override
    int second(int i, int half) {
      return i + half;
    }
  },
  /** 2i and 2i + 1: Meta's files and llama2.c. */
  INTERLEAVED {
    @Override
    int first(int i, int half) {
      return 2 * i;
    }

    @Override
    int second(int i, int half) {
      return 2 * i + 1;
    }
  };

  abstract int first(int i, int half);

  abstract int second(int i, int half);
}
