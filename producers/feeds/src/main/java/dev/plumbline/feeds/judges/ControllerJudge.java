/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.attribute.AttributeController;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Judges by an attribute controller: the score is log C of the completion, and of every prefix of
 * it where its tokens are known. The prompt does not count. The thread that judges uses the
 * controller's language model, if it has one.
 */
public final class ControllerJudge implements Judge {
  private final AttributeController controller;
  private final AnnotatorKind kind;
  private final Tokenizer tokenizer;
  private final int maxLength;
  private final int batchSize;

  /**
   * @param controller of the policy's tokens; closed with the judge
   * @param kind model or program
   * @param tokenizer of the policy; stays the caller's
   * @param maxLength what a text without tokens is cut to
   * @param batchSize completions scored together
   */
  public ControllerJudge(
      AttributeController controller,
      AnnotatorKind kind,
      Tokenizer tokenizer,
      int maxLength,
      int batchSize) {
    this.controller = controller;
    this.kind = kind;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.batchSize = batchSize;
  }

  @Override
  public AnnotatorKind kind() {
    return kind;
  }

  @Override
  public CompletableFuture<List<Opinion>> judge(List<Judgeable> tasks) {
    return CompletableFuture.completedFuture(tasks.stream().map(this::opinion).toList());
  }

  /** A task is a batch of its own: what else is judged with it must not move its last bits. */
  private Opinion opinion(Judgeable task) {
    List<TokenRow> rows = task.candidates().stream().map(this::row).toList();
    double[][] logProbs = controller.prefixLogProbs(rows, batchSize);
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < logProbs.length; i++) {
      Shown shown = task.candidates().get(i);
      scores.add(
          shown.tokenIds().isEmpty()
              ? Score.of(shown.id(), logProbs[i][logProbs[i].length - 1])
              : Score.ofPrefixes(shown.id(), logProbs[i]));
    }
    return Opinion.of(scores);
  }

  private TokenRow row(Shown shown) {
    int[] ids = shown.tokenIds().stream().mapToInt(Integer::intValue).toArray();
    if (ids.length == 0) {
      int[] all = tokenizer.encode(shown.text());
      ids = Arrays.copyOf(all, Math.min(all.length, maxLength));
    }
    return TokenRow.of(tokenizer.encodePrompt(""), ids);
  }

  @Override
  public void close() {
    controller.close();
  }
}
