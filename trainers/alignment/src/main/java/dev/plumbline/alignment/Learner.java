/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.AdaptiveObjective;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TrainedAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** What an {@linkplain AdaptiveObjective adaptive} objective has become, among {@link #files}. */
  public static final String OBJECTIVE_FILE = "objective.txt";

  /** The implicit reward, by which policies of all objectives compare on pairs. */
  private static final PairObjective COMMON = new DpoObjective(0.1, 0);

  private final Recipe recipe;
  private final TrainedPolicy policy;
  private final AdamW optimizer;
  private final ObjectiveTrainer<?, ?> trainer;
  private final ObjectiveTrainer<?, ?> scorerOfPairs;

  private Learner(Recipe recipe, TrainedPolicy policy, AdamW optimizer, Objective objective) {
    this.recipe = recipe;
    this.policy = policy;
    this.optimizer = optimizer;
    StepPlan plan = recipe.plan(policy.model());
    this.trainer =
        switch (objective) {
          case PairObjective pairs -> ObjectiveTrainer.ofPairs(policy, optimizer, pairs, plan);
          case UnpairedObjective unpaired ->
              ObjectiveTrainer.ofUnpaired(policy, optimizer, unpaired, plan);
          case ListObjective lists -> ObjectiveTrainer.ofRankings(policy, optimizer, lists, plan);
          case RolloutObjective rollouts ->
              ObjectiveTrainer.ofRollouts(policy, optimizer, rollouts, plan);
          case RewardObjective reward -> throw refusal(reward);
        };
    this.scorerOfPairs =
        switch (objective) {
          case PairObjective pairs -> trainer;
          case UnpairedObjective unpaired ->
              ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
          case ListObjective lists -> ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
          case RolloutObjective rollouts ->
              ObjectiveTrainer.ofPairs(policy, optimizer, COMMON, plan);
          case RewardObjective reward -> throw refusal(reward);
        };
  }

  private static IllegalArgumentException refusal(RewardObjective reward) {
    return new IllegalArgumentException(
        "a policy can't learn by %s, which is a reward model's".formatted(reward.name()));
  }

  /** Starts at a model: with an adapter that changes nothing yet. */
  public static Learner start(CausalLanguageModel model, Recipe recipe) {
    TrainedAdapter adapter = AdapterFiles.initialize(model, recipe);
    // A reference that moves starts as the policy does: as the model.
    Adapter reference =
        recipe.syncRefModel() ? AdapterFiles.initialize(model, recipe) : Adapter.none();
    TrainedPolicy.OfAdapter actor = new TrainedPolicy.OfAdapter(model, adapter, reference);
    TrainedPolicy policy =
        recipe.objective().needsCritic()
            ? withCritic(actor, ScalarHead.initialize(model, recipe.seed()))
            : actor;
    return new Learner(
        recipe,
        policy,
        AdamW.create(recipe.adamW(), policy.parameters(), recipe::learningRateFactor),
        recipe.objective());
  }

  private static TrainedPolicy.WithCritic withCritic(
      TrainedPolicy.OfAdapter actor, ScalarHead head) {
    return new TrainedPolicy.WithCritic(actor, head, head.after(actor.parameters()));
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
        AdamW.create(recipe.adamW(), model.weights()),
        recipe.objective());
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
        AdamW.restore(recipe.adamW(), model.weights(), optimizerState),
        recipe.objective());
  }

  /**
   * Goes on from files, bit by bit.
   *
   * @param files {@link #filesNeeded} of a learner with the same recipe
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  public static Learner restore(
      CausalLanguageModel model, Recipe recipe, Map<String, byte[]> files) {
    TrainedPolicy policy = readPolicy(model, recipe, files);
    try {
      return new Learner(
          recipe,
          policy,
          AdamW.restore(
              recipe.adamW(),
              policy.parameters(),
              recipe::learningRateFactor,
              AdapterFiles.file(files, OPTIMIZER_FILE)),
          readObjective(recipe.objective(), files));
    } catch (RuntimeException e) {
      close(policy);
      throw e;
    }
  }

  private static TrainedPolicy readPolicy(
      CausalLanguageModel model, Recipe recipe, Map<String, byte[]> files) {
    TrainedAdapter adapter = AdapterFiles.read(model, recipe, "", files);
    Adapter reference = Adapter.none();
    try {
      if (recipe.syncRefModel()) {
        reference = AdapterFiles.read(model, recipe, REFERENCE_FOLDER, files);
      }
      var actor = new TrainedPolicy.OfAdapter(model, adapter, reference);
      return recipe.objective().needsCritic()
          ? withCritic(
              actor, ScalarHead.fromSafeTensors(model, AdapterFiles.file(files, ScalarHead.FILE)))
          : actor;
    } catch (RuntimeException e) {
      adapter.close();
      close(reference);
      throw e;
    }
  }

  private static Objective readObjective(Objective objective, Map<String, byte[]> files) {
    if (!(objective instanceof AdaptiveObjective adaptive)) {
      return objective;
    }
    try {
      return adaptive.at(
          new String(AdapterFiles.file(files, OBJECTIVE_FILE), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(OBJECTIVE_FILE, e.getMessage(), e);
    }
  }

  /** Names of the files that {@link #restore} reads. */
  public static List<String> filesNeeded(Recipe recipe) {
    List<String> needed = new ArrayList<>(AdapterFiles.names(recipe));
    needed.add(OPTIMIZER_FILE);
    if (recipe.syncRefModel()) {
      AdapterFiles.names(recipe).forEach(name -> needed.add(REFERENCE_FOLDER + name));
    }
    if (recipe.objective().needsCritic()) {
      needed.add(ScalarHead.FILE);
    }
    if (recipe.objective() instanceof AdaptiveObjective) {
      needed.add(OBJECTIVE_FILE);
    }
    return List.copyOf(needed);
  }

  /** What learns. */
  public TrainedPolicy policy() {
    return policy;
  }

  /** Optimizer steps since the start. */
  public long steps() {
    return optimizer.steps();
  }

  /** What is learned by from here on. */
  public Objective objective() {
    return trainer.objective();
  }

  /**
   * The examples as a version begins to learn from them: where a critic learns too, with what it
   * says of them now, which no step on them may leave too far behind. Asked for once, before the
   * first step; steps on examples as they were encoded are held to nothing but themselves.
   */
  public List<EncodedExample> begin(List<? extends EncodedExample> examples) {
    if (!recipe.objective().needsCritic()) {
      return List.copyOf(examples);
    }
    List<List<double[]>> said = trainer.criticise(examples);
    List<EncodedExample> begun = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      begun.add(
          switch (examples.get(i)) {
            case EncodedRolloutGroup group -> group.criticised(said.get(i));
            case EncodedPair pair -> pair;
            case EncodedUnpaired unpaired -> unpaired;
            case EncodedRanking ranking -> ranking;
          });
    }
    return begun;
  }

  /** Encodes examples as this policy learns from them. */
  public ExampleEncoder encoder() {
    return ExampleEncoder.of(policy.model(), recipe);
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
    switch (policy) {
      case TrainedPolicy.OfAdapter actor -> files.putAll(filesOf(actor, card));
      case TrainedPolicy.WithCritic(TrainedPolicy.OfAdapter actor, ScalarHead head, var view) -> {
        files.putAll(filesOf(actor, card));
        files.put(ScalarHead.FILE, head.toSafeTensors());
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
    if (objective() instanceof AdaptiveObjective adaptive) {
      files.put(OBJECTIVE_FILE, adaptive.state().getBytes(StandardCharsets.UTF_8));
    }
    return files;
  }

  private Map<String, byte[]> filesOf(TrainedPolicy.OfAdapter actor, String card) {
    String base = actor.model().identity().name();
    Map<String, byte[]> files = new TreeMap<>(AdapterFiles.write(actor.adapter(), base, card));
    if (actor.reference() instanceof TrainedAdapter moving) {
      Map<String, byte[]> all = AdapterFiles.write(moving, base, card);
      AdapterFiles.names(recipe)
          .forEach(name -> files.put(REFERENCE_FOLDER + name, AdapterFiles.file(all, name)));
    }
    return files;
  }

  @Override
  public void close() {
    optimizer.close();
    close(policy);
  }

  private static void close(TrainedPolicy policy) {
    switch (policy) {
      case TrainedPolicy.OfAdapter actor -> {
        actor.adapter().close();
        close(actor.reference());
      }
      case TrainedPolicy.WithCritic(var actor, ScalarHead head, Parameters view) -> {
        view.close();
        head.close();
        close(actor);
      }
      case TrainedPolicy.OfModel ofModel -> {}
    }
  }

  private static void close(Adapter reference) {
    if (reference instanceof TrainedAdapter moving) {
      moving.close();
    }
  }
}
