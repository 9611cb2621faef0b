/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one model's rows by a scalar head, and the way back. Holds nothing of its own; used by
 * the thread that uses the model.
 */
final class ScorePasses {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final Trunks trunks;

  ScorePasses(Trunks trunks) {
    this.engine = trunks.engine();
    this.program = trunks.program();
    this.trunks = trunks;
  }

  TokenScores scores(List<TokenRow> rows, Adapter adapter, ScalarHead head, BatchLayout layout) {
    TokenPlan plan = plan(rows, adapter, layout);
    return engine.compute(
        scope -> {
          ModelProgram.Batch batch = program.upload(scope, plan);
          return scores(scope, rows, plan, batch, trunks.hidden(scope, batch, adapter), head);
        });
  }

  ScorePass forwardHead(
      List<TokenRow> rows, Adapter adapter, ScalarHead head, ScoreRequest request) {
    return pass(
        rows, adapter, null, head, request, (kept, plan) -> trunks.frozen(kept, plan, adapter));
  }

  ScorePass forward(
      List<TokenRow> rows, TrainedAdapter adapter, ScalarHead head, ScoreRequest request) {
    return pass(
        rows,
        adapter,
        Trunks.bias(adapter),
        head,
        request,
        (kept, plan) ->
            trunks.ofAdapter(kept, plan, request.activations(), adapter, request.dropout()));
  }

  ScorePass forwardFull(
      List<TokenRow> rows, Parameters trained, ScalarHead head, ScoreRequest request) {
    return pass(
        rows,
        Adapter.none(),
        null,
        head,
        request,
        (kept, plan) -> trunks.ofWeights(kept, plan, request.activations(), trained));
  }

  private interface Below {
    Trunk make(NDManager kept, TokenPlan plan);
  }

  private ScorePass pass(
      List<TokenRow> rows,
      Adapter adapter,
      @Nullable NDArray bias,
      ScalarHead head,
      ScoreRequest request,
      Below below) {
    TokenPlan plan = plan(rows, adapter, request.layout());
    return trunks.keeping(
        (kept, scope) -> {
          Trunk trunk = below.make(kept, plan);
          return new TorchScorePass(
              engine,
              program,
              kept,
              request.activations(),
              plan,
              trunk,
              head,
              bias,
              scores(scope, rows, plan, trunk.batch(), trunk.hidden(), head));
        });
  }

  private TokenScores scores(
      NDManager scope,
      List<TokenRow> rows,
      TokenPlan plan,
      ModelProgram.Batch batch,
      NDArray hidden,
      ScalarHead head) {
    NDArray values = program.scores(scope, hidden, batch, head.weight());
    return new TokenScores(rows, plan.perRow(TensorEngine.values(values)));
  }

  /** A place-holder follows each row: a plan leaves out the last token, that predicts nothing. */
  private TokenPlan plan(List<TokenRow> rows, Adapter adapter, BatchLayout layout) {
    PromptBank bank = Trunks.bank(adapter);
    trunks.requireFit(rows, bank);
    List<TokenRow> followed = new ArrayList<>();
    for (TokenRow row : rows) {
      int[] ids = Arrays.copyOf(row.ids(), row.length() + 1);
      int[] levels = row.promptLevels();
      if (levels.length > 0) {
        levels = Arrays.copyOf(levels, levels.length + 1);
        levels[levels.length - 1] = levels[levels.length - 2];
      }
      followed.add(new TokenRow(ids, row.completionStart(), levels));
    }
    return TokenPlan.of(followed, bank, layout, LabelScope.ALL);
  }
}
