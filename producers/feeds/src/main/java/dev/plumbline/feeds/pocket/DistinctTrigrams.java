/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * distinct-3 (Li et al., arXiv 1510.03055, with n = 3): different word triples divided by all word
 * triples, over many texts together. It falls when a policy says the same things again and again.
 */
final class DistinctTrigrams {
  private DistinctTrigrams() {}

  /** A share in [0, 1]; 0 where no text has three words. */
  static double share(List<String> texts) {
    Set<List<String>> distinct = new HashSet<>();
    long all = 0;
    for (String text : texts) {
      List<String> words = Words.of(text);
      for (int i = 0; i + 3 <= words.size(); i++) {
        distinct.add(List.copyOf(words.subList(i, i + 3)));
        all++;
      }
    }
    return all == 0 ? 0 : (double) distinct.size() / all;
  }
}
