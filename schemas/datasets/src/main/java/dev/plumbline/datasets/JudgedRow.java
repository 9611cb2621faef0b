/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Opinion.Comparison;
import dev.plumbline.datasets.Opinion.Thumbs;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A prompt, its candidates and all that annotators said of them.
 *
 * @param id the row's id in its file
 * @param candidates at least one
 * @param judgements none where nobody has judged yet
 * @param leftOut answers that say nothing about which candidate is better, such as a topic's name
 * @param subject whose text the prompt is, by the tool's name: perhaps a person's, so it must not
 *     travel; null where the file doesn't tell
 * @param extras what else the row has
 */
public record JudgedRow(
    String id,
    Content prompt,
    List<Content> candidates,
    List<Judgement> judgements,
    List<String> leftOut,
    @Nullable String subject,
    Extras extras) {
  public JudgedRow {
    candidates = List.copyOf(candidates);
    judgements = List.copyOf(judgements);
    leftOut = List.copyOf(leftOut);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("a judged row must have a candidate, but had none");
    }
  }

  JudgedRow withId(String other) {
    return new JudgedRow(other, prompt, candidates, judgements, leftOut, subject, extras);
  }

  /** Returns the prompt as plain text; message lists become paragraphs. */
  public String promptText() {
    return Conversation.prompt(prompt);
  }

  /** Returns a candidate as plain text. */
  public String candidateText(int candidate) {
    return Conversation.answer("candidate " + (candidate + 1), candidates.get(candidate));
  }

  /** What a row of a preference file says, as the judgement of one labeller or several. */
  static JudgedRow of(String id, Row row) {
    return switch (row) {
      case Row.Pair pair -> {
        Row.Pair explicit = pair.explicit();
        yield said(
            id,
            Held.present(explicit.prompt()),
            List.of(explicit.chosen(), explicit.rejected()),
            List.of(labelled("labeler", shown(id))),
            pair.extras());
      }
      case Row.Unpaired one ->
          said(
              id,
              one.prompt(),
              List.of(one.completion()),
              List.of(labelled("labeler", new Thumbs(0, one.label()))),
              one.extras());
      case Row.Ranking ranking ->
          said(
              id,
              ranking.prompt(),
              ranking.completions().stream().map(Row.Ranked::completion).toList(),
              List.of(
                  labelled(
                      "labeler",
                      Ranks.tiers(ranking.completions().stream().map(Row.Ranked::rank).toList()))),
              ranking.extras());
      case Row.Votes votes -> {
        List<Judgement> judgements = new ArrayList<>();
        for (Answer answer : votes.answers()) {
          judgements.add(
              labelled("annotator" + (judgements.size() + 1), new Comparison(0, 1, answer)));
        }
        yield said(
            id,
            new Content.Text(votes.prompt()),
            List.of(new Content.Text(votes.candidateA()), new Content.Text(votes.candidateB())),
            judgements,
            votes.extras());
      }
      case Row.PromptOnly other -> throw nothingSaid(other);
      case Row.Steps other -> throw nothingSaid(other);
    };
  }

  /**
   * Returns the row as one of a preference file.
   *
   * @throws RowProblem if it says more, or less, than one such row can
   */
  Row asRow() {
    if (judgements.isEmpty()) {
      throw new RowProblem(
          "row", "has no judgement that a preference row could hold", "leave the row out");
    }
    Judgement first = judgements.getFirst();
    if (judgements.stream().anyMatch(other -> !other.question().equals(first.question()))) {
      throw tooMuch("answers to several questions");
    }
    return switch (first.opinion()) {
      case Comparison compared -> compared(compared);
      case Opinion.Ranking ranking -> {
        requireOne("rankings");
        requireAll(ranking.tiers().stream().mapToInt(List::size).sum());
        List<Row.Ranked> ranked = new ArrayList<>();
        for (int rank = 0; rank < ranking.tiers().size(); rank++) {
          for (int candidate : ranking.tiers().get(rank)) {
            ranked.add(new Row.Ranked(rank, candidates.get(candidate)));
          }
        }
        yield new Row.Ranking(prompt, ranked, kept());
      }
      case Thumbs thumbs -> {
        requireOne("thumbs");
        requireAll(1);
        yield new Row.Unpaired(prompt, candidates.get(thumbs.candidate()), thumbs.up(), kept());
      }
      case Opinion.Rating rating -> throw tooMuch("ratings");
      case Opinion.Correction correction -> throw tooMuch("corrections");
    };
  }

  private Row compared(Comparison first) {
    requireAll(2);
    List<Answer> answers = new ArrayList<>();
    for (Judgement judgement : judgements) {
      if (!(judgement.opinion() instanceof Comparison one) || one.first() != first.first()) {
        throw tooMuch("several kinds of judgements");
      }
      answers.add(one.answer());
    }
    Content a = candidates.get(first.first());
    Content b = candidates.get(first.second());
    return switch (answers.size() == 1 ? first.answer() : Answer.TIE) {
      case A -> new Row.Pair(prompt, a, b, kept());
      case B -> new Row.Pair(prompt, b, a, kept());
      case TIE, BOTH_BAD, CANT_TELL ->
          new Row.Votes(
              Held.textPrompt(prompt).text(),
              Held.textCompletion("candidate 1", a).text(),
              Held.textCompletion("candidate 2", b).text(),
              answers,
              kept());
    };
  }

  /** The extra columns: the row's id, its own ones, and who judged. */
  private Extras kept() {
    SequencedMap<String, @Nullable Object> columns = new LinkedHashMap<>();
    if (!id.isEmpty()) {
      columns.put("id", id);
    }
    columns.putAll(extras.columns());
    columns.put("annotators", judgements.stream().map(Judgement::annotator).toList());
    return new Extras(extras.tools(), columns);
  }

  private void requireOne(String what) {
    if (judgements.size() > 1) {
      throw tooMuch(judgements.size() + " " + what);
    }
  }

  private void requireAll(int judged) {
    if (candidates.size() != judged) {
      throw tooMuch("a judgement of %d of %d candidates".formatted(judged, candidates.size()));
    }
  }

  private static RowProblem tooMuch(String what) {
    return new RowProblem(
        "row",
        "holds " + what + ", which no preference row can",
        "plumbline import takes them all");
  }

  private static RowProblem nothingSaid(Row row) {
    return new RowProblem(
        "row",
        "is %s: nobody says of it what is better".formatted(row.kind()),
        "give pairs, rankings, thumbs or votes");
  }

  /** Files put the better one first; half are turned round, for ever the same ones. */
  private static Comparison shown(String id) {
    boolean turned = Character.digit(Identity.hash("shown", id).charAt(0), 16) % 2 == 1;
    return turned ? new Comparison(1, 0, Answer.B) : new Comparison(0, 1, Answer.A);
  }

  private static JudgedRow said(
      String id,
      Content prompt,
      List<Content> candidates,
      List<Judgement> judgements,
      Extras extras) {
    return new JudgedRow(id, prompt, candidates, judgements, List.of(), null, extras);
  }

  private static Judgement labelled(String annotator, Opinion opinion) {
    return new Judgement("overall", annotator, AnnotatorKind.HUMAN, null, opinion);
  }
}
