/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.reward.EnsembleScore;
import dev.plumbline.reward.RewardEncoder;
import dev.plumbline.reward.RewardEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Judges by a reward model, or by several: the score is their mean, the spread their standard
 * deviation. The thread that judges uses their language model.
 */
public final class RewardModelJudge implements Judge {
  private final RewardEnsemble ensemble;
  private final RewardEncoder encoder;
  private final int batchSize;

  /**
   * @param ensemble closed with the judge
   * @param encoder of the same language model
   * @param batchSize completions scored together
   */
  public RewardModelJudge(RewardEnsemble ensemble, RewardEncoder encoder, int batchSize) {
    this.ensemble = ensemble;
    this.encoder = encoder;
    this.batchSize = batchSize;
  }

  @Override
  public AnnotatorKind kind() {
    return AnnotatorKind.MODEL;
  }

  @Override
  public CompletableFuture<List<Opinion>> judge(List<Judgeable> tasks) {
    return CompletableFuture.completedFuture(tasks.stream().map(this::opinion).toList());
  }

  /** A task is a batch of its own: what else is judged with it must not move its last bits. */
  private Opinion opinion(Judgeable task) {
    List<String> texts = task.candidates().stream().map(Shown::text).toList();
    List<EnsembleScore> scored = ensemble.scores(encoder.texts(task.prompt(), texts), batchSize);
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < scored.size(); i++) {
      EnsembleScore score = scored.get(i);
      scores.add(
          new Score(
              task.candidates().get(i).id(),
              score.mean(),
              ensemble.members().size() > 1 ? score.spread() : null,
              List.of()));
    }
    return Opinion.of(scores);
  }

  @Override
  public void close() {
    ensemble.close();
  }
}
