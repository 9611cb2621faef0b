/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.PairScores;
import dev.plumbline.reward.RewardEncoder;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.RewardLearner;
import dev.plumbline.reward.RewardPair;
import dev.plumbline.reward.RewardPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a lane that teaches a reward model from preference pairs: their belief and weight
 * as the feed has them, without margin, because no one says by how much a completion is better.
 */
final class RewardMemory implements LaneMemory {
  private static final List<String> FILES =
      List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE, RewardLearner.OPTIMIZER_FILE);

  private final CausalLanguageModel model;
  private final LearningSettings settings;
  private final RewardPlan plan;
  private final RewardLearner learner;
  private final RewardEncoder encoder;

  private RewardMemory(
      CausalLanguageModel model,
      LearningSettings settings,
      RewardPlan plan,
      RewardLearner learner) {
    this.model = model;
    this.settings = settings;
    this.plan = plan;
    this.learner = learner;
    this.encoder = new RewardEncoder(model, settings.recipe().maxLength());
  }

  static RewardMemory atBase(
      CausalLanguageModel model, LearningSettings settings, RewardObjective objective) {
    RewardPlan plan = RewardRules.plan(objective, settings.recipe());
    return new RewardMemory(model, settings, plan, RewardLearner.start(model, plan));
  }

  static RewardMemory restore(
      CausalLanguageModel model,
      LearningSettings settings,
      RewardObjective objective,
      Artifact artifact)
      throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : FILES) {
      files.put(name, artifact.read(name));
    }
    RewardPlan plan = RewardRules.plan(objective, settings.recipe());
    return new RewardMemory(model, settings, plan, RewardLearner.restore(model, plan, files));
  }

  @Override
  public long steps() {
    return learner.steps();
  }

  @Override
  public Map<String, Double> learn(Slice slice, Curriculum curriculum, IntConsumer stepTaken) {
    var weights = ExampleWeights.of(slice, curriculum, settings);
    List<RewardPair> pairs =
        slice.examples().stream().map(example -> pair(example, weights.factor(example))).toList();
    List<PairScores> scored = new ArrayList<>();
    var tally = new StepTally();
    for (int epoch = 0; epoch < settings.recipe().numTrainEpochs(); epoch++) {
      for (int from = 0; from < pairs.size(); from += plan.batchSize()) {
        List<RewardPair> batch =
            pairs.subList(from, Math.min(from + plan.batchSize(), pairs.size()));
        RewardLearner.RewardStep step = learner.step(batch);
        tally.add(step.report(), tokens(batch));
        if (step.report() instanceof StepReport.Applied) {
          scored.addAll(step.scored());
        }
        stepTaken.accept(batch.size());
      }
    }
    Map<String, Double> metrics = new TreeMap<>(RewardMetrics.of(scored, plan.loss()));
    metrics.putAll(tally.metrics());
    metrics.putAll(weights.metrics());
    return metrics;
  }

  @Override
  public Map<String, Double> score(List<TrainingExample> heldOut) {
    List<RewardPair> pairs = heldOut.stream().map(example -> pair(example, 1)).toList();
    // The ensemble is a view: what it would close is the learner's.
    var alone = new RewardEnsemble(List.of(learner.reward()));
    return RewardMetrics.heldOut(alone.scorePairs(pairs, plan.pairsAtOnce()), plan.loss());
  }

  /** Nothing: a reward model says nothing that could win. */
  @Override
  public Map<String, Double> evaluate(PolicyEvaluator evaluator, PolicyVersionId version) {
    return Map.of();
  }

  @Override
  public Map<String, ArtifactContent> artifact(
      @Nullable String parentDigest, Slice slice, Map<String, Double> metrics) {
    return VersionArtifact.write(
        learner::files,
        settings,
        model.identity(),
        new VersionArtifact.Origin(parentDigest, slice, metrics, steps()));
  }

  @Override
  public void close() {
    learner.close();
  }

  private RewardPair pair(TrainingExample example, double factor) {
    if (!(example instanceof PreferencePair pair)) {
      throw new IllegalArgumentException(
          "a reward model learns from preference pairs, but was given " + example);
    }
    List<TokenRow> rows =
        encoder.texts(text(pair.prompt()), List.of(text(pair.a().text()), text(pair.b().text())));
    return new RewardPair(
        rows.getFirst(), rows.getLast(), pair.belief(), 0, pair.weight() * factor);
  }

  private static long tokens(List<RewardPair> pairs) {
    return pairs.stream().mapToLong(pair -> pair.a().length() + (long) pair.b().length()).sum();
  }

  private static String text(Text text) {
    return switch (text) {
      case Text.Plain plain -> plain.text();
      case Text.Sealed sealed ->
          throw new IllegalArgumentException("sealed text can't be learned from");
    };
  }
}
