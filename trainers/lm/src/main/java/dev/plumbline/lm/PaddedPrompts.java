/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts of several rows, each different one once, padded on the right.
 *
 * @param ids [prompts, width], row-major
 * @param width of the longest
 * @param lengths of each prompt
 * @param promptOfRow which of them a row continues
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the engine
record PaddedPrompts(long[] ids, int width, long[] lengths, long[] promptOfRow) {

  static PaddedPrompts of(List<int[]> rows) {
    Map<IntBuffer, Integer> different = new LinkedHashMap<>();
    long[] promptOfRow = new long[rows.size()];
    for (int row = 0; row < promptOfRow.length; row++) {
      IntBuffer prompt = IntBuffer.wrap(rows.get(row));
      different.putIfAbsent(prompt, different.size());
      promptOfRow[row] = different.get(prompt);
    }
    List<int[]> read = different.keySet().stream().map(IntBuffer::array).toList();
    int width = read.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    long[] ids = new long[read.size() * width];
    long[] lengths = new long[read.size()];
    for (int i = 0; i < lengths.length; i++) {
      int[] prompt = read.get(i);
      lengths[i] = prompt.length;
      for (int t = 0; t < width; t++) {
        // padding repeats the last token: then the padded row holds no other tokens than the prompt
        ids[i * width + t] = prompt[Math.min(t, prompt.length - 1)];
      }
    }
    return new PaddedPrompts(ids, width, lengths, promptOfRow);
  }

  /** Number of different prompts. */
  int prompts() {
    return lengths.length;
  }
}
