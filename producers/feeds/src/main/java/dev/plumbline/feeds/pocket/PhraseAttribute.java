/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.feeds.TruthScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graded attribute that can be computed exactly: the number of positive phrases in a text minus
 * the number of negative ones.
 *
 * <p>A phrase matches whole words, in any case, with no punctuation between them. The text is read
 * from left to right; at each word the longest phrase that fits is taken, and its words are used
 * up. A phrase counts once per text, however often it is said: repetition earns nothing.
 */
public final class PhraseAttribute implements TruthScore {
  private record Phrase(List<String> words, Polarity polarity) {}

  /** Phrases by their first word, longest first. */
  private final Map<String, List<Phrase>> phrasesByFirstWord = new HashMap<>();

  /**
   * @param positive phrases that count 1
   * @param negative phrases that count -1
   */
  public PhraseAttribute(Collection<String> positive, Collection<String> negative) {
    positive.forEach(phrase -> add(phrase, Polarity.POSITIVE));
    negative.forEach(phrase -> add(phrase, Polarity.NEGATIVE));
    phrasesByFirstWord
        .values()
        .forEach(
            phrases ->
                phrases.sort(
                    Comparator.comparingInt((Phrase phrase) -> phrase.words().size()).reversed()));
  }

  /** The attribute of {@link PocketReviews}: everything that they praise or fault with. */
  public static PhraseAttribute ofReviews() {
    return new PhraseAttribute(
        PocketReviews.phrases(Polarity.POSITIVE), PocketReviews.phrases(Polarity.NEGATIVE));
  }

  @Override
  public double score(String prompt, String completion) {
    return of(completion);
  }

  /** Positive minus negative phrases of the text. */
  public int of(String text) {
    List<String> words = Words.andMarks(text);
    Set<Phrase> found = new HashSet<>();
    int at = 0;
    while (at < words.size()) {
      at += take(words.subList(at, words.size()), found);
    }
    return found.stream().mapToInt(phrase -> value(phrase.polarity())).sum();
  }

  /** Notes the longest phrase that the words begin with; returns how many words are used up. */
  private int take(List<String> words, Set<Phrase> found) {
    for (Phrase phrase : phrasesByFirstWord.getOrDefault(words.getFirst(), List.of())) {
      int length = phrase.words().size();
      if (length <= words.size() && words.subList(0, length).equals(phrase.words())) {
        found.add(phrase);
        return length;
      }
    }
    return 1;
  }

  private static int value(Polarity polarity) {
    return switch (polarity) {
      case POSITIVE -> 1;
      case NEGATIVE -> -1;
    };
  }

  private void add(String text, Polarity polarity) {
    List<String> words = Words.andMarks(text);
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          "a phrase needs at least one word, but was '" + text + "'");
    }
    List<Phrase> phrases =
        phrasesByFirstWord.computeIfAbsent(words.getFirst(), word -> new ArrayList<>());
    if (phrases.stream().anyMatch(phrase -> phrase.words().equals(words))) {
      throw new IllegalArgumentException("phrase '" + text + "' was given twice, expected once");
    }
    phrases.add(new Phrase(words, polarity));
  }
}
