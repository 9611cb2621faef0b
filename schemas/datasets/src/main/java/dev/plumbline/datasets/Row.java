/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.events.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row of a preference file, in the words of no format. */
public sealed interface Row {
  /** Returns what the row has besides prompts and completions. */
  Extras extras();

  /**
   * Two completions, one of them preferred.
   *
   * @param prompt null where it is implicit: the beginning that chosen and rejected share
   */
  record Pair(@Nullable Content prompt, Content chosen, Content rejected, Extras extras)
      implements Row {
    /** Returns the pair with its prompt split off; one that has a prompt is as it was. */
    public Pair explicit() {
      return prompt == null ? ImplicitPrompt.split(this) : this;
    }
  }

  /** One completion, and whether it was liked. */
  record Unpaired(Content prompt, Content completion, boolean label, Extras extras)
      implements Row {}

  /** Two or more completions, the best with the lowest rank; equal ranks are a tie. */
  record Ranking(Content prompt, List<Ranked> completions, Extras extras) implements Row {
    public Ranking {
      completions = List.copyOf(completions);
      if (completions.size() < 2) {
        throw new IllegalArgumentException(
            "a ranking must have at least two completions, but had " + completions.size());
      }
    }

    /** Returns the same as a pair, where there are two completions, of rank 0 and rank 1. */
    public Optional<Pair> asPair() {
      List<Ranked> best =
          completions.stream().sorted(Comparator.comparingInt(Ranked::rank)).toList();
      return best.size() == 2 && best.getFirst().rank() == 0 && best.getLast().rank() == 1
          ? Optional.of(
              new Pair(prompt, best.getFirst().completion(), best.getLast().completion(), extras))
          : Optional.empty();
    }
  }

  /**
   * A completion and its rank.
   *
   * @param rank from 0, which is best
   */
  record Ranked(int rank, Content completion) {
    public Ranked {
      if (rank < 0) {
        throw new IllegalArgumentException("rank must be 0 (best) or above, but was " + rank);
      }
    }
  }

  /** A prompt alone. */
  record PromptOnly(Content prompt, Extras extras) implements Row {}

  /**
   * A completion in steps, each of them right or wrong.
   *
   * @param labels one for each completion
   */
  record Steps(String prompt, List<String> completions, List<Boolean> labels, Extras extras)
      implements Row {
    public Steps {
      completions = List.copyOf(completions);
      labels = List.copyOf(labels);
      if (completions.size() != labels.size()) {
        throw new IllegalArgumentException(
            "labels must be as many as completions (%d), but were %d"
                .formatted(completions.size(), labels.size()));
      }
    }
  }

  /**
   * Two candidates, and what each of several annotators said of them.
   *
   * @param answers those of annotator 1, 2, ...; at least one
   */
  record Votes(
      String prompt, String candidateA, String candidateB, List<Answer> answers, Extras extras)
      implements Row {
    public Votes {
      answers = List.copyOf(answers);
      if (answers.isEmpty()) {
        throw new IllegalArgumentException("votes must have at least one answer, but had none");
      }
    }
  }

  /** Returns what the row is, for messages. */
  default String kind() {
    return switch (this) {
      case Pair pair -> "a pair";
      case Unpaired unpaired -> "an unpaired example";
      case Ranking ranking -> "a ranking";
      case PromptOnly prompt -> "a prompt";
      case Steps steps -> "a completion in steps";
      case Votes votes -> "the votes of several annotators";
    };
  }

  /**
   * Returns the row with every prompt a user's and every completion an assistant's message.
   *
   * @throws RowProblem if a pair has no prompt and none can be split off
   */
  default Row inMessages() {
    return switch (this) {
      case Pair pair -> {
        Pair explicit = pair.explicit();
        yield new Pair(
            prompt(explicit.prompt()),
            completion(explicit.chosen()),
            completion(explicit.rejected()),
            pair.extras());
      }
      case Unpaired row ->
          new Unpaired(
              prompt(row.prompt()), completion(row.completion()), row.label(), row.extras());
      case Ranking row ->
          new Ranking(
              prompt(row.prompt()),
              row.completions().stream()
                  .map(one -> new Ranked(one.rank(), completion(one.completion())))
                  .toList(),
              row.extras());
      case PromptOnly row -> new PromptOnly(prompt(row.prompt()), row.extras());
      case Steps row -> row;
      case Votes row -> row;
    };
  }

  /**
   * Returns the row with texts only: the reverse of {@link #inMessages}.
   *
   * @throws RowProblem if a prompt is more than one user's, or a completion more than one
   *     assistant's message
   */
  default Row inTexts() {
    return switch (this) {
      case Pair row ->
          new Pair(
              row.prompt() == null ? null : Held.textPrompt(row.prompt()),
              Held.textCompletion("chosen", row.chosen()),
              Held.textCompletion("rejected", row.rejected()),
              row.extras());
      case Unpaired row ->
          new Unpaired(
              Held.textPrompt(row.prompt()),
              Held.textCompletion("completion", row.completion()),
              row.label(),
              row.extras());
      case Ranking row ->
          new Ranking(
              Held.textPrompt(row.prompt()),
              row.completions().stream()
                  .map(
                      one ->
                          new Ranked(
                              one.rank(), Held.textCompletion("completion", one.completion())))
                  .toList(),
              row.extras());
      case PromptOnly row -> new PromptOnly(Held.textPrompt(row.prompt()), row.extras());
      case Steps row -> row;
      case Votes row -> row;
    };
  }

  private static Content prompt(@Nullable Content prompt) {
    Messages messages = new Messages(Held.present(prompt).messages(Message.USER));
    if (messages.messages().isEmpty()) {
      throw new RowProblem(
          "prompt",
          "is missing, and chosen and rejected begin with different messages",
          "give the row a prompt of its own");
    }
    return messages;
  }

  private static Content completion(Content completion) {
    return new Messages(completion.messages(Message.ASSISTANT));
  }
}
