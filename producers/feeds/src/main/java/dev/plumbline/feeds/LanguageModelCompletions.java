/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.TrainedAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A language model as completion source: the base model at first, then with the adapter of the
 * version in use. Every byte of an adapter is checked against the version's digest before it is
 * used. Owns the adapter, not the model.
 *
 * <p>The model tells the log-probability of a token before temperature and filters. Where these
 * change anything, the one that the token was drawn with is unknown, and left out.
 */
public final class LanguageModelCompletions implements CompletionSource {
  private final CausalLanguageModel model;
  private final ArtifactStore artifacts;
  private final SamplingOptions options;
  private final boolean knowsLogProbs;
  private Adapter adapter = Adapter.none();

  /**
   * @param model the base model; stays the caller's
   * @param artifacts where versions' adapters are found
   */
  public LanguageModelCompletions(
      CausalLanguageModel model, ArtifactStore artifacts, SamplerSettings settings) {
    this.model = model;
    this.artifacts = artifacts;
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
    LoraAdapter next = read(new ArtifactDigest(version.learned().artifactDigest()));
    close();
    adapter = next;
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
    return model.sample(prompts, adapter, options, noiseKeys).stream().map(this::drawn).toList();
  }

  @Override
  public void close() {
    switch (adapter) {
      case TrainedAdapter trained -> trained.close();
      case Adapter.None none -> {}
    }
    adapter = Adapter.none();
  }

  private LoraAdapter read(ArtifactDigest digest) {
    try {
      Artifact artifact = artifacts.open(digest);
      Map<String, byte[]> files = new TreeMap<>();
      for (String name : List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE)) {
        files.put(name, artifact.read(name));
      }
      return PeftDirectory.read(model, files);
    } catch (IOException e) {
      throw new UncheckedIOException("adapter " + digest + " can't be read", e);
    }
  }

  private DrawnCompletion drawn(SampledCompletion sampled) {
    int[] ids = sampled.ids();
    List<Float> tokenLogProbs = new ArrayList<>();
    if (knowsLogProbs) {
      for (double logProb : sampled.logProbs()) {
        tokenLogProbs.add((float) logProb);
      }
    }
    return new DrawnCompletion(
        model.tokenizer().decode(ids), IntStream.of(ids).boxed().toList(), tokenLogProbs);
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
