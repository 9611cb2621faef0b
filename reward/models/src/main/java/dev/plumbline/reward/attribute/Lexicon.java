/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What words say about an attribute, learned or written by hand. A word is a run of letters with
 * apostrophes inside, in lower case; said twice it counts once, so that nothing is gained by
 * repeating it.
 *
 * <p>As text, one line {@code word TAB weight} per word; lines that begin with # are remarks.
 *
 * @param weights by word
 */
public record Lexicon(SortedMap<String, Double> weights) {
  private static final Pattern WORD = Pattern.compile("\\p{L}+(?:['\u2019]\\p{L}+)*");

  public Lexicon {
    weights.forEach(
        (word, weight) -> {
          if (!WORD.matcher(word).matches() || !word.equals(word.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                "a word must be letters in lower case, but was '%s'".formatted(word));
          }
          if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                "the weight of '%s' must be finite, but was %s".formatted(word, weight));
          }
        });
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
  }

  /**
   * Reads the text of a lexicon.
   *
   * @throws IllegalArgumentException naming the line that is none
   */
  public static Lexicon parse(String text) {
    SortedMap<String, Double> weights = new TreeMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split("\t", -1);
      if (fields.length != 2 || weights.containsKey(fields[0])) {
        throw new IllegalArgumentException(
            "line %d must be a new word, a tab and its weight, but was '%s'"
                .formatted(i + 1, line));
      }
      try {
        weights.put(fields[0], Double.valueOf(fields[1].strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "line %d must have a number as weight, but had '%s'".formatted(i + 1, fields[1]), e);
      }
    }
    return new Lexicon(weights);
  }

  /** The lexicon as text, the heaviest words first. */
  public String text() {
    StringBuilder text = new StringBuilder("# word\tweight: above 0 speaks for the attribute\n");
    weights.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            entry ->
                text.append(entry.getKey()).append('\t').append(entry.getValue()).append('\n'));
    return text.toString();
  }

  byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /** Sum of the weights of the text's different words. */
  public double score(String text) {
    double score = 0;
    for (String word : words(text)) {
      score += weights.getOrDefault(word, 0.0);
    }
    return score;
  }

  /** The different words of a text, in the order in which they come. */
  static Set<String> words(String text) {
    return new LinkedHashSet<>(wordList(text));
  }

  private static List<String> wordList(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group().replace('\u2019', '\'').toLowerCase(Locale.ROOT));
    }
    return words;
  }

  /** How many texts have each word. */
  static Map<String, Integer> textsWithWord(List<String> texts) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      for (String word : new HashSet<>(wordList(text))) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    return counts;
  }
}
