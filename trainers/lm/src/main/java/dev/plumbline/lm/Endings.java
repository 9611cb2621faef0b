/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.text.Tokenizer;
import java.util.List;

/**
 * What ends a completion.
 *
 * @param eosTokenIds tokens that end texts
 * @param stopSequences texts that do
 */
record Endings(List<Integer> eosTokenIds, List<String> stopSequences, Tokenizer tokenizer) {

  boolean isEnd(int id) {
    return eosTokenIds.contains(id);
  }

  boolean holdsStopSequence(int[] ids) {
    if (stopSequences.isEmpty()) {
      return false;
    }
    String text = tokenizer.decode(ids);
    return stopSequences.stream().anyMatch(text::contains);
  }
}
