/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.StepReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A policy that learns by a {@link Recipe}: the weights that move, what the optimizer remembers,
 * and the reference where it moves too. The same for a lane and for a file.
 *
 * <p>All that a later step depends on is in {@link #files}: a learner restored from them goes on
 * bit by bit. It owns adapters and optimizer, not the models. Used by the thread that uses the
 * model.
 */
public final class Learner implements AutoCloseable {
  /** AdamW's moments and step count, among {@link #files}. */
  public static final String OPTIMIZER_FILE = "optimizer.safetensors";

  /** Where {@link #files} hold the reference, if it moves. */
  public static final String REFERENCE_FOLDER = "reference/";

  private static final List<String> ADAPTER_FILES =
      List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE);

  /** The implicit reward, by which policies of all objectives compare on pairs. */
  private static final PairObjective COMMON = new DpoObjective(0.1, 0);

  private final Recipe recipe;
  private final TrainedPolicy policy;
  private final AdamW optimizer;
  private final ObjectiveTrainer<?, ?> trainer;
  private final ObjectiveTrainer<?, ?> scorerOfPairs;

  private Learner(Recipe recipe, TrainedPolicy policy, AdamW optimizer) {
    this.recipe = recipe;
    this.policy = policy;
    this.optimizer = optimizer;
    StepPlan plan = recipe.plan(policy.model());
    Objective objective = recipe.objective();
    this.trainer =
        switch (objective) {
          case PairObjective pairs -> ObjectiveTrainer.ofPairs(policy, optimizer, pairs, plan);
          case UnpairedObjective unpaired ->
              ObjectiveTrainer.ofUnpaired(policy, optimizer, unpaired, plan);
          case ListObjective lists -> ObjectiveTrainer.ofRankings(policy, optimizer, lists, plan);
          case RolloutObjective rollouts ->
              ObjectiveTrainer.ofRollouts(policy, optimizer, rollouts, plan);
        };
    this.scorerOfPairs =
        switch (objective) {
          case PairObjective pairs -> trainer;
          case UnpairedObjective unpaired ->
              ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
          case ListObjective lists -> ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
          case RolloutObjective rollouts ->
              ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
        };
  }

  /** Starts at a model: with an adapter that changes nothing yet. */
  public static Learner start(CausalLanguageModel model, Recipe recipe) {
    LoraAdapter adapter = LoraAdapter.initialize(model, recipe.lora(), recipe.seed());
    // A reference that moves starts as the policy does: as the model.
    Adapter reference =
        recipe.syncRefModel()
            ? LoraAdapter.initialize(model, recipe.lora(), recipe.seed())
            : Adapter.none();
    return new Learner(
        recipe,
        new TrainedPolicy.OfAdapter(model, adapter, reference),
        AdamW.create(recipe.adamW(), adapter.parameters()));
  }

  /**
   * Starts at a model all of whose weights will move.
   *
   * @param reference the same model once more, which stays or follows; must differ from {@code
   *     model}
   */
  public static Learner startFull(
      CausalLanguageModel model, CausalLanguageModel reference, Recipe recipe) {
    return new Learner(
        recipe,
        new TrainedPolicy.OfModel(model, reference),
        AdamW.create(recipe.adamW(), model.weights()));
  }

  /**
   * Goes on with all weights of a model, bit by bit.
   *
   * @param model opened from {@link #files}
   * @param reference opened from the {@value #REFERENCE_FOLDER} folder of those files where it
   *     moves, else the model that learning started at
   * @param optimizerState what the files hold as {@value #OPTIMIZER_FILE}
   */
  public static Learner restoreFull(
      CausalLanguageModel model,
      CausalLanguageModel reference,
      Recipe recipe,
      byte[] optimizerState) {
    return new Learner(
        recipe,
        new TrainedPolicy.OfModel(model, reference),
        AdamW.restore(recipe.adamW(), model.weights(), optimizerState));
  }

  /**
   * Goes on from files, bit by bit.
   *
   * @param files {@link #filesNeeded} of a learner with the same recipe
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  public static Learner restore(
      CausalLanguageModel model, Recipe recipe, Map<String, byte[]> files) {
    LoraAdapter adapter = readAdapter(model, "", files);
    Adapter reference = Adapter.none();
    try {
      if (recipe.syncRefModel()) {
        reference = readAdapter(model, REFERENCE_FOLDER, files);
      }
      return new Learner(
          recipe,
          new TrainedPolicy.OfAdapter(model, adapter, reference),
          AdamW.restore(recipe.adamW(), adapter.parameters(), file(files, OPTIMIZER_FILE)));
    } catch (RuntimeException e) {
      adapter.close();
      close(reference);
      throw e;
    }
  }

  /** Names of the files that {@link #restore} reads. */
  public static List<String> filesNeeded(Recipe recipe) {
    Stream<String> reference =
        recipe.syncRefModel()
            ? ADAPTER_FILES.stream().map(name -> REFERENCE_FOLDER + name)
            : Stream.empty();
    return Stream.of(ADAPTER_FILES.stream(), Stream.of(OPTIMIZER_FILE), reference)
        .flatMap(names -> names)
        .toList();
  }

  /** What learns. */
  public TrainedPolicy policy() {
    return policy;
  }

  /** Optimizer steps since the start. */
  public long steps() {
    return optimizer.steps();
  }

  /** Encodes examples as this policy learns from them. */
  public ExampleEncoder encoder() {
    return ExampleEncoder.of(policy.model(), recipe.maxLength());
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were. Where the reference follows the policy, it moves after the step.
   *
   * @param batch 1 to {@link Recipe#batchSize} examples, of the kind that the objective learns
   *     from; a short batch is still divided by the batch size
   */
  public LearningStep<? extends ScoredExample> step(List<? extends EncodedExample> batch) {
    LearningStep<? extends ScoredExample> step = trainer.stepOn(batch);
    switch (step.report()) {
      case StepReport.Applied applied ->
          recipe
              .referenceRefresh()
              .filter(refresh -> refresh.isDueAfter(optimizer.steps()))
              .ifPresent(refresh -> policy.moveReference(refresh.mixupAlpha()));
      case StepReport.Refused refused -> {}
    }
    return step;
  }

  /**
   * Metrics on held-out examples: of the kind that the objective learns from, or pairs. An
   * objective that isn't on pairs scores them by the implicit reward, so that policies compare.
   *
   * @return by name; see {@link LearningMetrics#heldOut}. Of pairs scored for another objective
   *     without the loss, which would not be its own
   */
  public Map<String, Double> score(List<? extends EncodedExample> heldOut) {
    boolean pairs = !heldOut.isEmpty() && heldOut.stream().allMatch(EncodedPair.class::isInstance);
    ObjectiveTrainer<?, ?> scorer = pairs ? scorerOfPairs : trainer;
    Map<String, Double> metrics = new TreeMap<>(LearningMetrics.heldOut(scorer.scoreAny(heldOut)));
    if (scorer != trainer) {
      metrics.remove(LearningMetrics.EVAL + "loss");
    }
    return metrics;
  }

  /**
   * What the learner can be restored from, as files: a directory that PEFT reads, or a model's,
   * with the optimizer's state beside it.
   *
   * @param card what {@code README.md} says
   */
  public Map<String, byte[]> files(String card) {
    Map<String, byte[]> files = new TreeMap<>();
    String base = policy.model().identity().name();
    switch (policy) {
      case TrainedPolicy.OfAdapter(var model, LoraAdapter adapter, Adapter reference) -> {
        files.putAll(PeftDirectory.write(adapter, base, card));
        if (reference instanceof LoraAdapter moving) {
          Map<String, byte[]> all = PeftDirectory.write(moving, base, card);
          ADAPTER_FILES.forEach(name -> files.put(REFERENCE_FOLDER + name, all.get(name)));
        }
      }
      case TrainedPolicy.OfModel(CausalLanguageModel model, CausalLanguageModel reference) -> {
        files.putAll(model.files());
        files.put("README.md", card.getBytes(StandardCharsets.UTF_8));
        if (recipe.syncRefModel()) {
          reference.files().forEach((name, file) -> files.put(REFERENCE_FOLDER + name, file));
        }
      }
    }
    files.put(OPTIMIZER_FILE, optimizer.state());
    return files;
  }

  @Override
  public void close() {
    optimizer.close();
    switch (policy) {
      case TrainedPolicy.OfAdapter(var model, LoraAdapter adapter, Adapter reference) -> {
        adapter.close();
        close(reference);
      }
      case TrainedPolicy.OfModel policyOfModel -> {}
    }
  }

  private static LoraAdapter readAdapter(
      CausalLanguageModel model, String folder, Map<String, byte[]> files) {
    Map<String, byte[]> read = new TreeMap<>();
    ADAPTER_FILES.forEach(name -> read.put(name, file(files, folder + name)));
    return PeftDirectory.read(model, read);
  }

  private static byte[] file(Map<String, byte[]> files, String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new ModelLoadException(name, "missing: learning can't go on without it");
    }
    return content;
  }

  private static void close(Adapter reference) {
    if (reference instanceof LoraAdapter moving) {
      moving.close();
    }
  }
}
