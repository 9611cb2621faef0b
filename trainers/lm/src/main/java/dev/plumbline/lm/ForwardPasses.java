/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelFamily;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forward passes of one model: rows to statistics, and the graph that leads back. Holds nothing of
 * its own; used by the thread that uses the model.
 */
final class ForwardPasses {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final Trunks trunks;
  private final String headName;

  ForwardPasses(Trunks trunks) {
    this.engine = trunks.engine();
    this.program = trunks.program();
    this.trunks = trunks;
    this.headName = ModelFamily.of(trunks.config()).headWeight();
  }

  /**
   * @param other model that the statistics compare with, held by the caller; null when they compare
   *     with this one or with nothing
   */
  TokenStatistics score(
      List<TokenRow> rows, Adapter adapter, ForwardRequest request, @Nullable OtherModel other) {
    TokenPlan plan = plan(rows, adapter, request);
    return engine.compute(
        scope -> {
          ModelProgram.Batch batch = program.upload(scope, plan);
          NDArray hidden = trunks.hidden(scope, batch, adapter);
          ModelProgram.ReferenceStates reference =
              request.reference() == adapter ? null : reference(scope, plan, batch, request, other);
          return statistics(scope, plan, batch, request, hidden, Trunks.bias(adapter), reference);
        });
  }

  /**
   * @param other as in {@link #score}
   */
  ForwardPass forward(
      List<TokenRow> rows,
      TrainedAdapter adapter,
      ForwardRequest request,
      @Nullable OtherModel other) {
    return pass(
        rows,
        adapter,
        request,
        other,
        (kept, plan) ->
            trunks.ofAdapter(kept, plan, request.activations(), adapter, request.dropout()));
  }

  /**
   * @param other as in {@link #score}
   */
  ForwardPass forwardFull(
      List<TokenRow> rows, Parameters trained, ForwardRequest request, @Nullable OtherModel other) {
    if (request.needsReference() && other == null) {
      throw new IllegalArgumentException(
          "full fine-tuning moves the weights that would be the reference: compare with another model, or train an adapter; asked for were "
              + request.statistics());
    }
    return pass(
        rows,
        Adapter.none(),
        request,
        other,
        (kept, plan) -> trunks.ofWeights(kept, plan, request.activations(), trained));
  }

  private interface Below {
    Trunk make(NDManager kept, TokenPlan plan);
  }

  private ForwardPass pass(
      List<TokenRow> rows,
      Adapter adapter,
      ForwardRequest request,
      @Nullable OtherModel other,
      Below below) {
    TokenPlan plan = plan(rows, adapter, request);
    return trunks.keeping(
        (kept, scope) -> {
          Trunk trunk = below.make(kept, plan);
          NDArray bias = Trunks.bias(adapter);
          ModelProgram.ReferenceStates reference =
              reference(kept, plan, trunk.batch(), request, other);
          return new TorchForwardPass(
              engine,
              program,
              kept,
              request,
              plan,
              trunk,
              new TorchForwardPass.OutputHead(headName, bias),
              new TorchForwardPass.Comparison(other, reference),
              statistics(scope, plan, trunk.batch(), request, trunk.hidden(), bias, reference));
        });
  }

  /** The other model is of the same shape: this one's program computes both. */
  private ModelProgram.@Nullable ReferenceStates reference(
      NDManager owner,
      TokenPlan plan,
      ModelProgram.Batch batch,
      ForwardRequest request,
      @Nullable OtherModel other) {
    if (!request.needsReference()) {
      return null;
    }
    Adapter adapter =
        switch (request.reference()) {
          case Adapter own -> own;
          case CausalLanguageModel model -> Adapter.none();
        };
    ModelProgram.Batch read = batch;
    NDArray at = null;
    if (!plan.bank().equals(Trunks.bank(adapter))
        && plan.rows().stream().anyMatch(TokenRow::isPrompted)) {
      TokenPlan itsPlan = plan(plan.rows(), adapter, request);
      read = program.upload(owner, itsPlan);
      at = engine.create(owner, plan.atIn(itsPlan), plan.entries());
    }
    if (other != null) {
      Map<String, NDArray> theirs = other.weights().current();
      return new ModelProgram.ReferenceStates(
          program.hidden(owner, read, theirs, Map.of()), theirs.get(headName), null, at);
    }
    return new ModelProgram.ReferenceStates(
        trunks.hidden(owner, read, adapter), null, Trunks.bias(adapter), at);
  }

  private TokenStatistics statistics(
      NDManager scope,
      TokenPlan plan,
      ModelProgram.Batch batch,
      ForwardRequest request,
      NDArray hidden,
      @Nullable NDArray bias,
      ModelProgram.@Nullable ReferenceStates reference) {
    List<Statistic> wanted = List.copyOf(request.statistics());
    double[] values =
        TensorEngine.values(
            program.statistics(
                scope,
                hidden,
                bias,
                reference,
                batch,
                program.options(scope, wanted, request.chunkLabels()),
                trunks.weights().current()));
    Map<Statistic, double[][]> perRow = new EnumMap<>(Statistic.class);
    int entries = plan.entries();
    for (int i = 0; i < wanted.size(); i++) {
      perRow.put(
          wanted.get(i), plan.perRow(Arrays.copyOfRange(values, i * entries, (i + 1) * entries)));
    }
    return new TokenStatistics(plan.rows(), perRow);
  }

  private TokenPlan plan(List<TokenRow> rows, Adapter adapter, ForwardRequest request) {
    PromptBank bank = Trunks.bank(adapter);
    trunks.requireFit(rows, bank);
    return TokenPlan.of(rows, bank, request.layout(), request.labels());
  }
}
