/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.feeds.judges.Opinion.Failure;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import dev.plumbline.feeds.judges.chat.ChatReply;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How probable it is that a text has an attribute, asked of a completion and of its beginnings
 * every few tokens: a language model as attribute controller. Scores are log C in nats. Between two
 * questions the earlier answer stands; before the first, one half. "Never" and "always" are taken
 * for one in two hundred, so that every logarithm is finite.
 */
final class AttributeQuestions implements Questions {
  private static final double LEAST = 0.005;

  private final Template template;
  private final ChatQuestion.Format format;
  private final String attribute;
  private final int everyTokens;
  private final Tokenizer tokenizer;

  /**
   * @param everyTokens tokens between two questions about the same completion
   * @param tokenizer of the policy
   */
  AttributeQuestions(
      Template template,
      ChatQuestion.Format format,
      String attribute,
      int everyTokens,
      Tokenizer tokenizer) {
    this.template = template;
    this.format = format;
    this.attribute = attribute;
    this.everyTokens = everyTokens;
    this.tokenizer = tokenizer;
  }

  @Override
  public List<ChatQuestion> about(Judgeable task) {
    List<ChatQuestion> questions = new ArrayList<>();
    for (Shown shown : task.candidates()) {
      for (int length : lengths(shown)) {
        questions.add(question(task, text(shown, length)));
      }
    }
    return questions;
  }

  @Override
  public Opinion opinion(Judgeable task, List<ChatReply> replies) {
    List<Score> scores = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    Iterator<ChatReply> reply = replies.iterator();
    for (Shown shown : task.candidates()) {
      NavigableMap<Integer, Double> logProbs = new TreeMap<>(Map.of(0, Math.log(0.5)));
      int failuresBefore = failures.size();
      for (int length : lengths(shown)) {
        String about = "%s after %d tokens".formatted(shown.id(), length);
        OptionalDouble percent = percent(about, reply.next(), failures);
        if (percent.isPresent()) {
          logProbs.put(length, logProb(percent.getAsDouble()));
        }
      }
      if (failures.size() == failuresBefore) {
        scores.add(score(shown, logProbs));
      }
    }
    return new Opinion(scores, List.of(), failures);
  }

  private static Score score(Shown shown, NavigableMap<Integer, Double> logProbs) {
    if (shown.tokenIds().isEmpty()) {
      return Score.of(shown.id(), logProbs.lastEntry().getValue());
    }
    double[] prefixes = new double[shown.tokenIds().size() + 1];
    Arrays.setAll(prefixes, length -> logProbs.floorEntry(length).getValue());
    return Score.ofPrefixes(shown.id(), prefixes);
  }

  /** The lengths asked about, in tokens: every few, and the whole. Of unknown tokens the whole. */
  private List<Integer> lengths(Shown shown) {
    int tokens = shown.tokenIds().size();
    List<Integer> lengths = new ArrayList<>();
    for (int length = everyTokens; length < tokens; length += everyTokens) {
      lengths.add(length);
    }
    lengths.add(Math.max(1, tokens));
    return lengths;
  }

  private String text(Shown shown, int length) {
    return length >= shown.tokenIds().size()
        ? shown.text()
        : tokenizer.decode(
            shown.tokenIds().stream().limit(length).mapToInt(Integer::intValue).toArray());
  }

  private ChatQuestion question(Judgeable task, String text) {
    return new ChatQuestion(
        template.fill(Map.of("prompt", task.prompt(), "completion", text, "attribute", attribute)),
        format);
  }

  private OptionalDouble percent(String about, ChatReply reply, List<Failure> failures) {
    return switch (reply) {
      case ChatReply.Answered(String text) -> {
        OptionalDouble percent = new AnswerText(text, format).score(0, 100);
        if (percent.isEmpty()) {
          failures.add(new Failure(about, "expected a number from 0 to 100", text));
        }
        yield percent;
      }
      case ChatReply.Unusable(String reason, String raw) -> {
        failures.add(new Failure(about, reason, raw));
        yield OptionalDouble.empty();
      }
    };
  }

  private static double logProb(double percent) {
    return Math.log(Math.clamp(percent / 100, LEAST, 1 - LEAST));
  }
}
