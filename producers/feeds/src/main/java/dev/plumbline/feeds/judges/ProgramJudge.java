/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Judges by a program: the score is its grade. */
public final class ProgramJudge implements Judge {
  private final Grader grader;

  public ProgramJudge(Grader grader) {
    this.grader = grader;
  }

  @Override
  public AnnotatorKind kind() {
    return AnnotatorKind.PROGRAM;
  }

  @Override
  public CompletableFuture<List<Opinion>> judge(List<Judgeable> tasks) {
    return CompletableFuture.completedFuture(tasks.stream().map(this::opinion).toList());
  }

  private Opinion opinion(Judgeable task) {
    return Opinion.of(
        task.candidates().stream()
            .map(shown -> Score.of(shown.id(), grader.grade(task.prompt(), shown.text())))
            .toList());
  }
}
