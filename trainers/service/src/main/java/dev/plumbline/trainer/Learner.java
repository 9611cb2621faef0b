/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.PairEncoder;
import dev.plumbline.alignment.PreferenceMetrics;
import dev.plumbline.alignment.PreferenceStep;
import dev.plumbline.alignment.PreferenceTrainer;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Text;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.StepReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of a lane: adapter and optimizer. It knows pairs and files, no offsets. Dropped and
 * made anew from a version's artifact whenever the lane starts over. Used by one thread.
 */
final class Learner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Learner.class);

  private final CausalLanguageModel model;
  private final LearningSettings settings;
  private final PairEncoder encoder;
  private final LoraAdapter adapter;
  private final AdamW optimizer;
  private final PreferenceTrainer trainer;

  private Learner(
      CausalLanguageModel model, LearningSettings settings, LoraAdapter adapter, AdamW optimizer) {
    this.model = model;
    this.settings = settings;
    this.adapter = adapter;
    this.optimizer = optimizer;
    this.encoder = PairEncoder.of(model, settings.maxLength());
    this.trainer =
        new PreferenceTrainer(
            model,
            adapter,
            optimizer,
            settings.objective(),
            settings.batchSize(),
            settings.perDeviceTrainBatchSize(),
            settings.seed());
  }

  /** The base: an adapter that changes nothing yet. */
  static Learner atBase(CausalLanguageModel model, LearningSettings settings) {
    LoraAdapter adapter = LoraAdapter.initialize(model, settings.lora(), settings.seed());
    return new Learner(
        model, settings, adapter, AdamW.create(settings.adamW(), adapter.parameters()));
  }

  /** Continues from a version, bit by bit. */
  static Learner restore(CausalLanguageModel model, LearningSettings settings, Artifact artifact)
      throws IOException {
    LoraAdapter adapter = VersionArtifact.readAdapter(model, artifact);
    try {
      byte[] state = artifact.read(VersionArtifact.OPTIMIZER_FILE);
      return new Learner(
          model, settings, adapter, AdamW.restore(settings.adamW(), adapter.parameters(), state));
    } catch (IOException | RuntimeException e) {
      adapter.close();
      throw e;
    }
  }

  LoraAdapter adapter() {
    return adapter;
  }

  /** Optimizer steps since the base. */
  long steps() {
    return optimizer.steps();
  }

  /**
   * Learns from pairs: one optimizer step per batch, in the order given, as often as the settings
   * say.
   *
   * @param stepTaken told after each step how many pairs it saw; may throw to stop learning
   * @return metrics of learning, by name
   */
  Map<String, Double> learn(List<PreferencePair> pairs, IntConsumer stepTaken) {
    List<EncodedPair> encoded = pairs.stream().map(this::encode).toList();
    List<ScoredPair> scored = new ArrayList<>();
    Map<String, Double> metrics = new TreeMap<>();
    double gradNorms = 0;
    int applied = 0;
    int refused = 0;
    long tokens = 0;
    for (int epoch = 0; epoch < settings.numTrainEpochs(); epoch++) {
      for (int from = 0; from < encoded.size(); from += settings.batchSize()) {
        int to = Math.min(from + settings.batchSize(), encoded.size());
        PreferenceStep step = trainer.step(encoded.subList(from, to));
        tokens += step.tokens();
        switch (step.report()) {
          case StepReport.Applied done -> {
            scored.addAll(step.pairs());
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
    metrics.putAll(PreferenceMetrics.of(scored));
    metrics.put("num_tokens", (double) tokens);
    metrics.put("steps_refused", (double) refused);
    if (applied > 0) {
      metrics.put("grad_norm", gradNorms / applied);
    }
    return metrics;
  }

  /** Metrics on held-out pairs, by name. */
  Map<String, Double> score(List<PreferencePair> heldOut) {
    return PreferenceMetrics.heldOut(trainer.score(heldOut.stream().map(this::encode).toList()));
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
        adapter,
        optimizer.state(),
        settings,
        model.identity(),
        new VersionArtifact.Origin(parentDigest, slice, metrics, steps()));
  }

  @Override
  public void close() {
    optimizer.close();
    adapter.close();
  }

  private EncodedPair encode(PreferencePair pair) {
    return encoder.encode(
        text(pair.prompt()),
        text(pair.a().text()),
        text(pair.b().text()),
        pair.belief(),
        pair.weight());
  }

  private static String text(Text text) {
    return switch (text) {
      case Text.Plain plain -> plain.text();
      case Text.Sealed sealed ->
          throw new IllegalArgumentException("sealed text can't be learned from");
    };
  }
}
