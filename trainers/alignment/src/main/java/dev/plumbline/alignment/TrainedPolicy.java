/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.ScorePass;
import dev.plumbline.lm.ScoreRequest;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenScores;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.lm.TrainedAdapter;
import java.util.List;
import java.util.Optional;

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

  /** The critic that learns with it, if one does. */
  default Optional<Critic> critic() {
    return Optional.empty();
  }

  /** A value head on the policy's own hidden states: it says what is to be expected. */
  interface Critic {
    /** What it says of a batch, and the way back to the gradients of {@link #parameters}. */
    ScorePass forward(List<TokenRow> rows, ScoreRequest request);

    /** What it says of a batch, without keeping a graph; nothing is dropped. */
    TokenScores scores(List<TokenRow> rows);
  }

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
  record OfAdapter(CausalLanguageModel model, TrainedAdapter adapter, Adapter reference)
      implements TrainedPolicy {
    /** An adapter whose reference is the frozen model. */
    public OfAdapter(CausalLanguageModel model, TrainedAdapter adapter) {
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
      if (!(reference instanceof TrainedAdapter moving)) {
        throw new IllegalStateException("the reference is the frozen model: it doesn't move");
      }
      moving.parameters().moveToward(adapter.parameters(), fraction);
    }
  }

  /**
   * An adapter on a frozen model, with a critic that learns beside it.
   *
   * @param actor what speaks
   * @param head what values; above the adapter's hidden states, which it moves too
   * @param parameters the adapter's, then the head's: a view
   */
  record WithCritic(OfAdapter actor, ScalarHead head, Parameters parameters)
      implements TrainedPolicy {
    @Override
    public CausalLanguageModel model() {
      return actor.model();
    }

    @Override
    public ForwardPass forward(List<TokenRow> rows, ForwardRequest request) {
      return actor.forward(rows, request);
    }

    @Override
    public TokenStatistics score(List<TokenRow> rows, ForwardRequest request) {
      return actor.score(rows, request);
    }

    @Override
    public void moveReference(double fraction) {
      actor.moveReference(fraction);
    }

    @Override
    public Optional<Critic> critic() {
      return Optional.of(
          new Critic() {
            @Override
            public ScorePass forward(List<TokenRow> rows, ScoreRequest request) {
              return model().forwardScores(rows, actor.adapter(), head, request);
            }

            @Override
            public TokenScores scores(List<TokenRow> rows) {
              return model().scores(rows, actor.adapter(), head);
            }
          });
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
