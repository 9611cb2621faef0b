/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.events.Answer;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a model's answer: the letter or number alone, or in a JSON object under {@code verdict} or
 * {@code score}. Marks around it are passed over ({@code **A**}, {@code [[A]]}, {@code Answer:
 * A.}), and so is what a model thinks aloud before it ({@code <think>...</think>}). Anything else
 * is no answer: a guess would be worse.
 */
final class AnswerText {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern THOUGHT = Pattern.compile("(?s)\\A\\s*<think>.*?</think>");
  private static final Pattern FENCED = Pattern.compile("(?s)\\A```(?:json)?\\s*(.*?)\\s*```\\z");
  private static final Pattern LETTER =
      Pattern.compile("(?i)\\A\\W*(?:(?:answer|verdict)\\W+)?([A-C])\\W*\\z");
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?i)\\A[^\\w.-]*(?:(?:answer|score|rating)[^\\w.-]+)?(-?\\d+(?:\\.\\d+)?)(?:\\s*/\\s*(\\d+))?\\W*\\z");

  private final String text;
  private final Format format;

  AnswerText(String answer, Format format) {
    this.text = THOUGHT.matcher(answer).replaceFirst("").strip();
    this.format = format;
  }

  /** Which is better: A for the first, B for the second, C or tie for neither. */
  Optional<Answer> verdict() {
    return plain("verdict")
        .flatMap(
            plain -> {
              if (plain.equalsIgnoreCase("tie")) {
                return Optional.of(Answer.TIE);
              }
              Matcher letter = LETTER.matcher(plain);
              return letter.matches() ? Optional.of(answer(letter.group(1))) : Optional.empty();
            });
  }

  /** A score from {@code min} to {@code max}; also as a fraction of {@code max}: 7/10. */
  OptionalDouble score(double min, double max) {
    return plain("score")
        .map(NUMBER::matcher)
        .filter(Matcher::matches)
        .filter(number -> number.group(2) == null || Double.parseDouble(number.group(2)) == max)
        .map(number -> Double.parseDouble(number.group(1)))
        .filter(score -> score >= min && score <= max)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private Optional<String> plain(String field) {
    return switch (format) {
      case PLAIN -> Optional.of(text);
      case JSON -> field(field);
    };
  }

  private Optional<String> field(String name) {
    Matcher fenced = FENCED.matcher(text);
    try {
      JsonNode value = JSON.readTree(fenced.matches() ? fenced.group(1) : text).path(name);
      return value.isValueNode() ? Optional.of(value.asText().strip()) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Answer answer(String letter) {
    return switch (letter.toUpperCase(Locale.ROOT)) {
      case "A" -> Answer.A;
      case "B" -> Answer.B;
      default -> Answer.TIE;
    };
  }
}
