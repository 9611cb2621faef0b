/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.Answer;
import java.util.List;

/**
 * What a judge thinks of one task.
 *
 * @param scores what it thinks of candidates alone
 * @param verdicts what it thinks of pairs, where it was asked about pairs
 * @param failures what it gave no usable answer about
 */
public record Opinion(List<Score> scores, List<Verdict> verdicts, List<Failure> failures) {
  public Opinion {
    scores = List.copyOf(scores);
    verdicts = List.copyOf(verdicts);
    failures = List.copyOf(failures);
  }

  /** An opinion of every candidate alone. */
  static Opinion of(List<Score> scores) {
    return new Opinion(scores, List.of(), List.of());
  }

  /**
   * The same without what was answered where the answer was no usable one: it may quote the text,
   * and would be kept where nothing is sealed.
   */
  public Opinion withoutRawAnswers() {
    return new Opinion(
        scores,
        verdicts,
        failures.stream()
            .map(failure -> new Failure(failure.about(), failure.reason(), "(left out)"))
            .toList());
  }

  /**
   * Which of two candidates is better.
   *
   * @param candidateA one
   * @param candidateB the other
   * @param answer which
   */
  public record Verdict(String candidateA, String candidateB, Answer answer) {}

  /**
   * Nothing that could be used.
   *
   * @param about the candidates, in words
   * @param reason what was wrong, and what was expected
   * @param raw what was answered; empty where nothing was
   */
  public record Failure(String about, String reason, String raw) {}
}
