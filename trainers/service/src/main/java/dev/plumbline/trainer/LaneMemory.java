/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.AgeDiscount;
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
import dev.plumbline.events.TrainingExample;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TrainedAdapter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of a lane: the learner at a version. It knows examples and files, no offsets. Dropped
 * and made anew from a version's artifact whenever the lane starts over. Used by one thread.
 */
final class LaneMemory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LaneMemory.class);

  private final CausalLanguageModel model;
  private final LearningSettings settings;
  private final Recipe recipe;
  private final Learner learner;
  private final ExampleReader reader;

  private LaneMemory(CausalLanguageModel model, LearningSettings settings, Learner learner) {
    this.model = model;
    this.settings = settings;
    this.recipe = settings.recipe();
    this.learner = learner;
    this.reader = new ExampleReader(learner.encoder(), recipe.marks(), settings.pairsFrom());
  }

  /** The base: an adapter that changes nothing yet. */
  static LaneMemory atBase(CausalLanguageModel model, LearningSettings settings) {
    return new LaneMemory(model, settings, Learner.start(model, settings.recipe()));
  }

  /** Continues from a version, bit by bit. */
  static LaneMemory restore(CausalLanguageModel model, LearningSettings settings, Artifact artifact)
      throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : Learner.filesNeeded(settings.recipe())) {
      files.put(name, artifact.read(name));
    }
    return new LaneMemory(model, settings, Learner.restore(model, settings.recipe(), files));
  }

  TrainedAdapter adapter() {
    return switch (learner.policy()) {
      case TrainedPolicy.OfAdapter policy -> policy.adapter();
      case TrainedPolicy.WithCritic policy -> policy.actor().adapter();
      case TrainedPolicy.OfModel policy ->
          throw new IllegalStateException("a lane learns adapters, but this one learns a model");
    };
  }

  /** Optimizer steps since the base. */
  long steps() {
    return learner.steps();
  }

  /**
   * Learns from a slice: one optimizer step per batch, in the order of the feed, as often as the
   * settings say.
   *
   * @param curriculum what old examples keep of their weight
   * @param stepTaken told after each step how many examples it saw; may throw to stop learning
   * @return metrics of learning, by name
   */
  Map<String, Double> learn(Slice slice, Curriculum curriculum, IntConsumer stepTaken) {
    List<EncodedExample> encoded =
        learner.begin(
            slice.examples().stream()
                .map(example -> reader.read(example, factor(example, slice, curriculum)))
                .toList());
    List<ScoredExample> scored = new ArrayList<>();
    Map<String, Double> metrics = new TreeMap<>();
    double gradNorms = 0;
    int applied = 0;
    int refused = 0;
    long tokens = 0;
    for (int epoch = 0; epoch < recipe.numTrainEpochs(); epoch++) {
      for (int from = 0; from < encoded.size(); from += recipe.batchSize()) {
        int to = Math.min(from + recipe.batchSize(), encoded.size());
        LearningStep<? extends ScoredExample> step = learner.step(encoded.subList(from, to));
        tokens += step.tokens();
        switch (step.report()) {
          case StepReport.Applied done -> {
            scored.addAll(step.scored());
            gradNorms += done.gradNorm();
            applied++;
            metrics.put("learning_rate", done.learningRate());
          }
          case StepReport.Refused notFinite -> {
            log.warn("{}", notFinite);
            refused++;
          }
        }
        stepTaken.accept(to - from);
      }
    }
    metrics.putAll(LearningMetrics.of(scored));
    if (learner.objective() instanceof AdaptiveObjective adaptive) {
      metrics.putAll(adaptive.metrics());
    }
    slice.unusable().forEach((reason, count) -> metrics.put("unusable/" + reason, (double) count));
    metrics.put("num_tokens", (double) tokens);
    metrics.put("steps_refused", (double) refused);
    if (applied > 0) {
      metrics.put("grad_norm", gradNorms / applied);
    }
    return metrics;
  }

  /** Metrics on held-out examples, by name. */
  Map<String, Double> score(List<TrainingExample> heldOut) {
    return learner.score(heldOut.stream().map(example -> reader.read(example, 1)).toList());
  }

  /**
   * The files of the version that the memory is at.
   *
   * @param parentDigest digest of the artifact that was learned on from; null for the base
   * @param metrics of learning, by name
   */
  Map<String, ArtifactContent> artifact(
      @Nullable String parentDigest, Slice slice, Map<String, Double> metrics) {
    return VersionArtifact.write(
        learner,
        settings,
        model.identity(),
        new VersionArtifact.Origin(parentDigest, slice, metrics, steps()));
  }

  @Override
  public void close() {
    learner.close();
  }

  /** What is left of an example's weight: a function of the slice and its parent. */
  private double factor(TrainingExample example, Slice slice, Curriculum curriculum) {
    AgeDiscount discount = settings.ageDiscount();
    Instant acceptedAt = example.evidence().newestAcceptedAt();
    Instant newest = slice.newestAcceptedAt() == null ? acceptedAt : slice.newestAcceptedAt();
    return discount.factor(Duration.between(acceptedAt, newest)) * curriculum.factor(example);
  }
}
