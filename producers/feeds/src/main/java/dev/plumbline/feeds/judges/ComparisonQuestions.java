/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.Answer;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.feeds.judges.Opinion.Failure;
import dev.plumbline.feeds.judges.Opinion.Verdict;
import dev.plumbline.feeds.judges.QuestionSettings.Disagreement;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import dev.plumbline.feeds.judges.chat.ChatReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of two is better, asked of every pair in both orders: language models prefer a place (arXiv
 * 2306.05685, section 3.3). Only an answer that stays with the candidate when the places change is
 * a verdict; two different answers are a disagreement of the judge with itself.
 */
final class ComparisonQuestions implements Questions {
  private final Template template;
  private final Format format;
  private final Disagreement disagreement;

  ComparisonQuestions(Template template, Format format, Disagreement disagreement) {
    this.template = template;
    this.format = format;
    this.disagreement = disagreement;
  }

  private record Pair(Shown a, Shown b) {}

  @Override
  public List<ChatQuestion> about(Judgeable task) {
    List<ChatQuestion> questions = new ArrayList<>();
    for (Pair pair : pairs(task)) {
      questions.add(question(task, pair.a(), pair.b()));
      questions.add(question(task, pair.b(), pair.a()));
    }
    return questions;
  }

  @Override
  public Opinion opinion(Judgeable task, List<ChatReply> replies) {
    List<Verdict> verdicts = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    var reply = replies.iterator();
    for (Pair pair : pairs(task)) {
      Optional<Answer> first = answer(pair.a(), pair.b(), reply.next(), failures);
      Optional<Answer> swapped =
          answer(pair.b(), pair.a(), reply.next(), failures).map(ComparisonQuestions::swapped);
      if (first.isPresent() && swapped.isPresent()) {
        Answer answer = first.equals(swapped) ? first.get() : disagreement.answer();
        verdicts.add(new Verdict(pair.a().id(), pair.b().id(), answer));
      }
    }
    return new Opinion(List.of(), verdicts, failures);
  }

  private static List<Pair> pairs(Judgeable task) {
    List<Shown> candidates = task.candidates();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      for (int j = i + 1; j < candidates.size(); j++) {
        pairs.add(new Pair(candidates.get(i), candidates.get(j)));
      }
    }
    return pairs;
  }

  private ChatQuestion question(Judgeable task, Shown first, Shown second) {
    String text =
        template.fill(
            Map.of(
                "prompt", task.prompt(),
                "first", first.text(),
                "second", second.text(),
                "criterion", Questions.inWords(task.criterion())));
    return new ChatQuestion(text, format);
  }

  private Optional<Answer> answer(
      Shown first, Shown second, ChatReply reply, List<Failure> failures) {
    String about = "%s (first) and %s (second)".formatted(first.id(), second.id());
    return switch (reply) {
      case ChatReply.Answered(String text) -> {
        Optional<Answer> answer = new AnswerText(text, format).verdict();
        if (answer.isEmpty()) {
          failures.add(new Failure(about, expected(), text));
        }
        yield answer;
      }
      case ChatReply.Unusable(String reason, String raw) -> {
        failures.add(new Failure(about, reason, raw));
        yield Optional.empty();
      }
    };
  }

  private String expected() {
    return switch (format) {
      case PLAIN -> "expected one letter, A, B or C";
      case JSON -> "expected a JSON object such as {\"verdict\": \"A\"}, with A, B or C";
    };
  }

  private static Answer swapped(Answer answer) {
    return switch (answer) {
      case A -> Answer.B;
      case B -> Answer.A;
      case TIE, BOTH_BAD, CANT_TELL -> answer;
    };
  }
}
