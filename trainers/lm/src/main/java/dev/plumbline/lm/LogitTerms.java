/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;
import java.util.List;

/** What a control adds to the logits of all rows, checked and spread over the vocabulary. */
final class LogitTerms {
  private LogitTerms() {}

  /**
   * @param prompts number of each row's prompt, for messages
   * @return [rows, vocabulary], row-major; empty when nothing is added to any row
   * @throws IllegalArgumentException when a term is not a number, or none of a row's tokens is left
   */
  static double[] dense(
      List<LogitTerm> terms, List<TokenCandidates> candidates, int[] prompts, int vocabulary) {
    if (terms.size() != prompts.length) {
      throw new IllegalArgumentException(
          "a control must say one term per row, but said %d for %d rows"
              .formatted(terms.size(), prompts.length));
    }
    if (terms.stream().allMatch(LogitTerm.None.class::isInstance)) {
      return new double[0];
    }
    double[] dense = new double[Math.multiplyExact(prompts.length, vocabulary)];
    for (int row = 0; row < prompts.length; row++) {
      int from = row * vocabulary;
      spread(terms.get(row), candidates.get(row), dense, from, vocabulary);
      requireSomeLeft(dense, from, vocabulary, prompts[row]);
    }
    return dense;
  }

  private static void spread(
      LogitTerm term, TokenCandidates candidates, double[] dense, int from, int vocabulary) {
    switch (term) {
      case LogitTerm.None none -> {}
      case LogitTerm.OfCandidates some -> {
        requireLength("candidate", some.terms().length, candidates.ids().length);
        Arrays.fill(dense, from, from + vocabulary, some.ofOthers());
        for (int i = 0; i < some.terms().length; i++) {
          dense[from + candidates.ids()[i]] = some.terms()[i];
        }
      }
      case LogitTerm.OfVocabulary all -> {
        requireLength("token of the vocabulary", all.terms().length, vocabulary);
        System.arraycopy(all.terms(), 0, dense, from, vocabulary);
      }
    }
  }

  private static void requireLength(String of, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "a control must say one number per %s, but said %d for %d"
              .formatted(of, found, expected));
    }
  }

  private static void requireSomeLeft(double[] terms, int from, int vocabulary, int prompt) {
    boolean left = false;
    for (int i = from; i < from + vocabulary; i++) {
      if (Double.isNaN(terms[i]) || terms[i] == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "a term must be a number or negative infinity, but that of token %d for prompt %d was %s"
                .formatted(i - from, prompt, terms[i]));
      }
      left |= terms[i] > Double.NEGATIVE_INFINITY;
    }
    if (!left) {
      throw new IllegalArgumentException(
          "a control must leave at least one token, but excluded all for prompt " + prompt);
    }
  }
}
