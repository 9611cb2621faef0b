/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.DropoutKey;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.ScorePass;
import dev.plumbline.lm.ScoreRequest;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TrainedAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A reward model that learns by a {@link RewardPlan}: its adapter and head, and what the optimizer
 * remembers. The same for a lane and for a file.
 *
 * <p>All that a later step depends on is in {@link #files}: a learner restored from them goes on
 * bit by bit. Owns the reward model and the optimizer, not the language model. Used by the thread
 * that uses the model.
 */
public final class RewardLearner implements AutoCloseable {
  /** AdamW's moments and step count, among {@link #files}. */
  public static final String OPTIMIZER_FILE = "optimizer.safetensors";

  private final RewardPlan plan;
  private final RewardModel reward;
  private final Parameters trained;
  private final AdamW optimizer;

  private RewardLearner(RewardPlan plan, RewardModel reward, Parameters trained, AdamW optimizer) {
    this.plan = plan;
    this.reward = reward;
    this.trained = trained;
    this.optimizer = optimizer;
  }

  /** Starts with a new head, and a new adapter where the plan has one. */
  public static RewardLearner start(CausalLanguageModel model, RewardPlan plan) {
    RewardModel reward =
        plan.lora() == null
            ? RewardModel.initialize(model, plan.seed())
            : RewardModel.initialize(model, plan.lora(), plan.seed());
    Parameters trained = trained(reward);
    return new RewardLearner(plan, reward, trained, AdamW.create(plan.adamW(), trained));
  }

  /**
   * Goes on from files, bit by bit.
   *
   * @param files {@link #files} of a learner with the same plan
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  public static RewardLearner restore(
      CausalLanguageModel model, RewardPlan plan, Map<String, byte[]> files) {
    byte[] state = files.get(OPTIMIZER_FILE);
    if (state == null) {
      throw new ModelLoadException(OPTIMIZER_FILE, "the file is missing");
    }
    RewardModel reward = RewardModel.read(model, files);
    Parameters trained = trained(reward);
    try {
      return new RewardLearner(plan, reward, trained, AdamW.restore(plan.adamW(), trained, state));
    } catch (RuntimeException e) {
      trained.close();
      reward.close();
      throw e;
    }
  }

  private static Parameters trained(RewardModel reward) {
    return switch (reward.adapter()) {
      case TrainedAdapter trained -> reward.head().after(trained.parameters());
      case Adapter.None none -> reward.head().alone();
    };
  }

  /** What learns. */
  public RewardModel reward() {
    return reward;
  }

  /** Optimizer steps since the start. */
  public long steps() {
    return optimizer.steps();
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were.
   *
   * @param batch 1 to {@link RewardPlan#batchSize} pairs; a short batch is still divided by the
   *     batch size
   */
  public RewardStep step(List<RewardPair> batch) {
    if (batch.isEmpty() || batch.size() > plan.batchSize()) {
      throw new IllegalArgumentException(
          "a batch holds 1 to %d pairs, but had %d".formatted(plan.batchSize(), batch.size()));
    }
    List<PairScores> scored = new ArrayList<>();
    int atOnce = plan.pairsAtOnce();
    try (Gradients gradients = accumulate(batch, 0, scored)) {
      for (int from = atOnce; from < batch.size(); from += atOnce) {
        try (Gradients more = accumulate(batch, from, scored)) {
          gradients.add(more);
        }
      }
      double loss = plan.loss().of(scored, plan.batchSize()).loss();
      return new RewardStep(scored, loss, optimizer.step(gradients));
    }
  }

  /**
   * One step, as it was scored before it.
   *
   * @param scored the batch's pairs
   * @param loss of the batch
   * @param report what became of the step
   */
  public record RewardStep(List<PairScores> scored, double loss, StepReport report) {
    public RewardStep {
      scored = List.copyOf(scored);
    }
  }

  /** Gradients of the share of the loss of the micro-batch that starts there. */
  private Gradients accumulate(List<RewardPair> batch, int from, List<PairScores> scored) {
    List<RewardPair> part = batch.subList(from, Math.min(from + plan.pairsAtOnce(), batch.size()));
    List<TokenRow> rows = new ArrayList<>();
    for (RewardPair pair : part) {
      rows.add(pair.a());
      rows.add(pair.b());
    }
    try (ScorePass pass = forward(rows)) {
      double[] scores = pass.scores().last();
      List<PairScores> ofPart = new ArrayList<>();
      for (int i = 0; i < part.size(); i++) {
        ofPart.add(part.get(i).scored(scores[2 * i], scores[2 * i + 1]));
      }
      BradleyTerryLoss.LossValue value = plan.loss().of(ofPart, plan.batchSize());
      double[] derivatives = new double[scores.length];
      for (int i = 0; i < part.size(); i++) {
        derivatives[2 * i] = value.ofA()[i];
        derivatives[2 * i + 1] = value.ofB()[i];
      }
      scored.addAll(ofPart);
      return pass.pullBackLast(derivatives);
    }
  }

  private ScorePass forward(List<TokenRow> rows) {
    CausalLanguageModel model = reward.model();
    ScoreRequest request = ScoreRequest.defaults().dropping(noise());
    return switch (reward.adapter()) {
      case TrainedAdapter trained -> model.forwardScores(rows, trained, reward.head(), request);
      case Adapter.None none -> model.forwardHead(rows, none, reward.head(), request);
    };
  }

  /** One noise per optimizer step: how the batch is cut doesn't change what is dropped. */
  private DropoutKey noise() {
    return new DropoutKey(plan.seed(), Math.toIntExact(optimizer.steps()));
  }

  /**
   * What the learner can be restored from, as files: the reward model's, with the optimizer's state
   * beside them.
   *
   * @param card what {@code README.md} says
   */
  public SortedMap<String, byte[]> files(String card) {
    SortedMap<String, byte[]> files = new TreeMap<>(reward.files(card));
    files.put(OPTIMIZER_FILE, optimizer.state());
    return files;
  }

  /** Hands the reward model over and closes the rest; whoever receives it closes it. */
  public RewardModel finish() {
    optimizer.close();
    trained.close();
    return reward;
  }

  @Override
  public void close() {
    finish().close();
  }
}
