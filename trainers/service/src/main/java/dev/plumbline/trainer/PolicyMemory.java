/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.Learner;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.alignment.LearningStep;
import dev.plumbline.alignment.Recipe;
import dev.plumbline.alignment.TrainedPolicy;
import dev.plumbline.alignment.objectives.AdaptiveObjective;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TrainedAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The memory of a lane that teaches a policy. */
final class PolicyMemory implements LaneMemory {
  private final CausalLanguageModel model;
  private final LearningSettings settings;
  private final Recipe recipe;
  private final Learner learner;
  private final ExampleReader reader;

  private PolicyMemory(CausalLanguageModel model, LearningSettings settings, Learner learner) {
    this.model = model;
    this.settings = settings;
    this.recipe = settings.recipe();
    this.learner = learner;
    this.reader = new ExampleReader(learner.encoder(), recipe.marks(), settings.pairsFrom());
  }

  /** The base: an adapter that changes nothing yet. */
  static PolicyMemory atBase(CausalLanguageModel model, LearningSettings settings) {
    return new PolicyMemory(model, settings, Learner.start(model, settings.recipe()));
  }

  /** Continues from a version, bit by bit. */
  static PolicyMemory restore(
      CausalLanguageModel model, LearningSettings settings, Artifact artifact) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : Learner.filesNeeded(settings.recipe())) {
      files.put(name, artifact.read(name));
    }
    return new PolicyMemory(model, settings, Learner.restore(model, settings.recipe(), files));
  }

  @Override
  public long steps() {
    return learner.steps();
  }

  @Override
  public Map<String, Double> learn(Slice slice, Curriculum curriculum, IntConsumer stepTaken) {
    var weights = ExampleWeights.of(slice, curriculum, settings);
    List<EncodedExample> encoded =
        learner.begin(
            slice.examples().stream()
                .map(example -> reader.read(example, weights.factor(example)))
                .toList());
    List<ScoredExample> scored = new ArrayList<>();
    var tally = new StepTally();
    for (int epoch = 0; epoch < recipe.numTrainEpochs(); epoch++) {
      for (int from = 0; from < encoded.size(); from += recipe.batchSize()) {
        int to = Math.min(from + recipe.batchSize(), encoded.size());
        LearningStep<? extends ScoredExample> step = learner.step(encoded.subList(from, to));
        tally.add(step.report(), step.tokens());
        if (step.report() instanceof StepReport.Applied) {
          scored.addAll(step.scored());
        }
        stepTaken.accept(to - from);
      }
    }
    Map<String, Double> metrics = new TreeMap<>(LearningMetrics.of(scored));
    if (learner.objective() instanceof AdaptiveObjective adaptive) {
      metrics.putAll(adaptive.metrics());
    }
    metrics.putAll(tally.metrics());
    metrics.putAll(weights.metrics());
    return metrics;
  }

  @Override
  public Map<String, Double> score(List<TrainingExample> heldOut) {
    return learner.score(heldOut.stream().map(example -> reader.read(example, 1)).toList());
  }

  @Override
  public Map<String, Double> evaluate(PolicyEvaluator evaluator, PolicyVersionId version) {
    return evaluator.evaluate(model, adapter(), version);
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

  private TrainedAdapter adapter() {
    return switch (learner.policy()) {
      case TrainedPolicy.OfAdapter policy -> policy.adapter();
      case TrainedPolicy.WithCritic policy -> policy.actor().adapter();
      case TrainedPolicy.OfModel policy ->
          throw new IllegalStateException("a lane learns adapters, but this one learns a model");
    };
  }
}
