/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Opinion.Comparison;
import dev.plumbline.datasets.Opinion.Thumbs;
import dev.plumbline.events.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a chosen label says of the candidates: that one of them is best, that none is, or that the
 * one which was asked about is liked. Labels are compared without case and punctuation.
 */
final class LabelWords {
  private static final Map<String, Answer> ANSWERS =
      words(
          Map.of(
              Answer.TIE,
              Stream.of(
                  "tie",
                  "tied",
                  "equal",
                  "equally good",
                  "same",
                  "the same",
                  "both",
                  "both good",
                  "no preference",
                  "no difference"),
              Answer.BOTH_BAD,
              Stream.of("both bad", "neither", "none", "equally bad", "both unacceptable"),
              Answer.CANT_TELL,
              Stream.of(
                  "can't tell",
                  "cannot tell",
                  "unsure",
                  "not sure",
                  "unclear",
                  "don't know",
                  "skip")));

  private static final Set<String> UP =
      plain(
          "up",
          "thumbs up",
          "like",
          "liked",
          "good",
          "positive",
          "yes",
          "true",
          "correct",
          "acceptable",
          "accept",
          "accepted",
          "pass",
          "helpful",
          "desirable",
          "👍");

  private static final Set<String> DOWN =
      plain(
          "down",
          "thumbs down",
          "dislike",
          "disliked",
          "bad",
          "negative",
          "no",
          "false",
          "incorrect",
          "wrong",
          "unacceptable",
          "reject",
          "rejected",
          "fail",
          "unhelpful",
          "undesirable",
          "👎");

  private LabelWords() {}

  /**
   * What a label says; nothing where it is about something else.
   *
   * @param shown the candidates
   * @param about the candidate that the question is about, if it is about one
   */
  static List<Opinion> read(String label, ShownFields shown, OptionalInt about) {
    String word = ShownFields.plain(label);
    int count = shown.candidates().size();
    if (count > 1) {
      OptionalInt best = best(label, shown);
      if (best.isPresent()) {
        List<Opinion> opinions = new ArrayList<>();
        for (int other = 0; other < count; other++) {
          if (other != best.getAsInt()) {
            opinions.add(preferred(best.getAsInt(), other));
          }
        }
        return opinions;
      }
      @Nullable Answer answer = ANSWERS.get(word);
      if (count == 2 && answer != null && about.isEmpty()) {
        return List.of(new Comparison(0, 1, answer));
      }
    }
    if (about.isPresent() && UP.contains(word)) {
      return List.of(new Thumbs(about.getAsInt(), true));
    }
    if (about.isPresent() && DOWN.contains(word)) {
      return List.of(new Thumbs(about.getAsInt(), false));
    }
    return List.of();
  }

  /** The better one of two, the one that stands first in the row as the one shown first. */
  static Comparison preferred(int better, int worse) {
    return better < worse
        ? new Comparison(better, worse, Answer.A)
        : new Comparison(worse, better, Answer.B);
  }

  private static OptionalInt best(String label, ShownFields shown) {
    OptionalInt named = shown.named(label);
    if (named.isPresent() || shown.candidates().size() != 2) {
      return named;
    }
    return switch (ShownFields.plain(label)) {
      case "left", "first", "a" -> OptionalInt.of(0);
      case "right", "second", "b" -> OptionalInt.of(1);
      default -> OptionalInt.empty();
    };
  }

  private static Map<String, Answer> words(Map<Answer, Stream<String>> answers) {
    return answers.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().map(word -> Map.entry(ShownFields.plain(word), entry.getKey())))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Set<String> plain(String... words) {
    return Stream.of(words)
        .map(word -> ShownFields.plain(word).isEmpty() ? word : ShownFields.plain(word))
        .collect(Collectors.toUnmodifiableSet());
  }
}
