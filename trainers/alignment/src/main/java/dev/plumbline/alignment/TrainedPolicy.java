/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import java.util.List;

/**
 * The weights that learn, with the reference that drift is measured from. Owns nothing; used by the
 * thread that uses the model.
 */
public sealed interface TrainedPolicy {
  /** The model whose tokenizer and shape the policy has. */
  CausalLanguageModel model();

  /** What the optimizer moves. */
  Parameters parameters();

  /** Scores a batch for gradients of {@link #parameters}. */
  ForwardPass forward(List<TokenRow> rows, ForwardRequest request);

  /** Scores a batch without keeping a graph; nothing is dropped. */
  TokenStatistics score(List<TokenRow> rows, ForwardRequest request);

  /**
   * Moves the reference some of the way to the policy, where it can move.
   *
   * @param fraction of the way; in (0, 1]
   */
  void moveReference(double fraction);

  /**
   * An adapter on a frozen model.
   *
   * @param reference the same model without adapter, unless the reference moves
   */
  record OfAdapter(CausalLanguageModel model, LoraAdapter adapter, Adapter reference)
      implements TrainedPolicy {
    /** An adapter whose reference is the frozen model. */
    public OfAdapter(CausalLanguageModel model, LoraAdapter adapter) {
      this(model, adapter, Adapter.none());
    }

    @Override
    public Parameters parameters() {
      return adapter.parameters();
    }

    @Override
    public ForwardPass forward(List<TokenRow> rows, ForwardRequest request) {
      return model.forward(rows, adapter, request.against(reference));
    }

    @Override
    public TokenStatistics score(List<TokenRow> rows, ForwardRequest request) {
      return model.score(rows, adapter, request.against(reference));
    }

    @Override
    public void moveReference(double fraction) {
      if (!(reference instanceof LoraAdapter moving)) {
        throw new IllegalStateException("the reference is the frozen model: it doesn't move");
      }
      moving.parameters().moveToward(adapter.parameters(), fraction);
    }
  }

  /**
   * All weights of a model.
   *
   * @param model whose weights move
   * @param reference another model of the same shape, frozen but for {@link #moveReference}
   */
  record OfModel(CausalLanguageModel model, CausalLanguageModel reference)
      implements TrainedPolicy {
    @Override
    public Parameters parameters() {
      return model.weights();
    }

    @Override
    public ForwardPass forward(List<TokenRow> rows, ForwardRequest request) {
      return model.forwardFull(rows, model.weights(), request.against(reference));
    }

    @Override
    public TokenStatistics score(List<TokenRow> rows, ForwardRequest request) {
      return model.score(rows, Adapter.none(), request.against(reference));
    }

    @Override
    public void moveReference(double fraction) {
      reference.weights().moveToward(model.weights(), fraction);
    }
  }
}
