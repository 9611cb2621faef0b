/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlDirectory;
import dev.plumbline.lm.ControlledCompletion;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlledSampler;
import dev.plumbline.reward.control.PromptControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A language model as completion source: the base model at first, then with the adapter of the
 * version in use. Every byte of an adapter is checked against the version's digest before it is
 * used. Owns the adapter, not the model.
 *
 * <p>The model tells the log-probability of a token before temperature and filters. Where these
 * change anything, the one that the token was drawn with is unknown, and left out. A version that
 * learned to speak under a controller does so here too, by the settings that it names.
 */
public final class LanguageModelCompletions implements CompletionSource {
  private final CausalLanguageModel model;
  private final ArtifactStore artifacts;
  private final SamplingOptions options;
  private final boolean knowsLogProbs;
  private final int controlCandidates;
  private final @Nullable AttributeController controller;
  private Adapter adapter = Adapter.none();

  /** What control the version in use speaks under; null for none. */
  private @Nullable ControlledSampler control;

  /**
   * @param model the base model; stays the caller's
   * @param artifacts where versions' adapters are found
   */
  public LanguageModelCompletions(
      CausalLanguageModel model, ArtifactStore artifacts, SamplerSettings settings) {
    this(model, artifacts, settings, null);
  }

  /**
   * @param controller under which versions speak that have learned to; stays the caller's
   */
  public LanguageModelCompletions(
      CausalLanguageModel model,
      ArtifactStore artifacts,
      SamplerSettings settings,
      @Nullable AttributeController controller) {
    this.model = model;
    this.artifacts = artifacts;
    this.controller = controller;
    this.controlCandidates = settings.controlCandidates();
    this.options =
        new SamplingOptions(
            settings.maxNewTokens(),
            settings.temperature(),
            settings.topK(),
            settings.topP(),
            settings.seed());
    this.knowsLogProbs = settings.drawsFromThePolicyItself();
  }

  @Override
  public void use(PolicyVersion version) {
    requireSameBase(version, model.identity());
    try {
      Artifact artifact = artifacts.open(new ArtifactDigest(version.learned().artifactDigest()));
      @Nullable ControlledSampler nextControl =
          LearnedControl.of(artifact).map(settings -> control(version, settings)).orElse(null);
      TrainedAdapter next = read(artifact);
      close();
      adapter = next;
      control = nextControl;
    } catch (IOException e) {
      throw new UncheckedIOException("the files of " + version.id() + " can't be read", e);
    }
  }

  @Override
  public boolean fits(String prompt) {
    return model.tokenizer().encodePrompt(prompt).length < model.config().maxPositions();
  }

  @Override
  public List<DrawnCompletion> draw(List<Draw> draws) {
    List<int[]> prompts =
        draws.stream().map(draw -> model.tokenizer().encodePrompt(draw.prompt())).toList();
    List<Long> noiseKeys = draws.stream().map(Draw::noiseKey).toList();
    if (control == null) {
      return model.sample(prompts, adapter, options, noiseKeys).stream().map(this::drawn).toList();
    }
    return control.speak(model, adapter, prompts, options, noiseKeys).stream()
        .map(this::drawn)
        .toList();
  }

  @Override
  public void close() {
    switch (adapter) {
      case TrainedAdapter trained -> trained.close();
      case Adapter.None none -> {}
    }
    adapter = Adapter.none();
    control = null;
  }

  private ControlledSampler control(PolicyVersion version, ControlSettings settings) {
    if (controller == null) {
      throw new IllegalArgumentException(
          "%s speaks under a controller, but the sampler has none: judge.kind must be graded or controller"
              .formatted(version.id()));
    }
    return switch (settings.promptControl()) {
      case PromptControl.Bank bank ->
          new ControlledSampler(controller, bank, settings.residualControl(), controlCandidates);
      case PromptControl.Gradient gradient ->
          throw new IllegalArgumentException(
              "%s moves its prompt by gradients, which no topic carries: control_form must be bank"
                  .formatted(version.id()));
    };
  }

  private TrainedAdapter read(Artifact artifact) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    if (LearnedControl.hasFile(artifact, ControlDirectory.FILE)) {
      byte[] parts = artifact.read(ControlDirectory.FILE);
      for (String name : ControlDirectory.filesNeeded(parts)) {
        files.put(name, artifact.read(name));
      }
      return ControlDirectory.read(model, files);
    }
    for (String name : List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE)) {
      files.put(name, artifact.read(name));
    }
    return PeftDirectory.read(model, files);
  }

  private DrawnCompletion drawn(ControlledCompletion spoken) {
    int[] ids = spoken.ids();
    return new DrawnCompletion(
        model.tokenizer().decode(ids),
        IntStream.of(ids).boxed().toList(),
        floats(spoken.behaviourLogProbs()),
        IntStream.of(spoken.promptLevels()).boxed().toList());
  }

  private static List<Float> floats(double[] values) {
    return DoubleStream.of(values).mapToObj(value -> (float) value).toList();
  }

  private DrawnCompletion drawn(SampledCompletion sampled) {
    int[] ids = sampled.ids();
    return new DrawnCompletion(
        model.tokenizer().decode(ids),
        IntStream.of(ids).boxed().toList(),
        knowsLogProbs ? floats(sampled.logProbs()) : List.of());
  }

  private static void requireSameBase(PolicyVersion version, ModelIdentity given) {
    BaseModel base = version.learned().base();
    if (!base.weightsSha256().equals(given.weightsSha256())
        || !base.tokenizerSha256().equals(given.tokenizerSha256())) {
      throw new OtherBaseModelException(
          "%s stands on base model '%s' (weights %.12s, tokenizer %.12s), but the sampler was given '%s' (weights %.12s, tokenizer %.12s)"
              .formatted(
                  version.id(),
                  base.name(),
                  base.weightsSha256(),
                  base.tokenizerSha256(),
                  given.name(),
                  given.weightsSha256(),
                  given.tokenizerSha256()));
    }
  }
}
