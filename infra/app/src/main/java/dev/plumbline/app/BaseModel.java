/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.models.InputException;
import dev.plumbline.feeds.SamplerSettings;
import dev.plumbline.feeds.pocket.PocketPolicy;
import dev.plumbline.feeds.pocket.PocketWinRate;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.trainer.PolicyEvaluator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The base model that the settings name, or else the pocket policy. */
final class BaseModel {
  /** Measuring draws other noise than sampling, or it would judge by what was learned from. */
  private static final long MEASURING_SEED = 0x5EED_0F_3EA5L;

  private final AppSettings settings;

  BaseModel(AppSettings settings) {
    this.settings = settings;
  }

  /** Returns a model of its own; the caller closes it. */
  CausalLanguageModel load() {
    Path directory = settings.model();
    if (directory == null) {
      directory = settings.data().resolve("models").resolve("pocket");
      try {
        PocketPolicy.extractTo(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return CausalLanguageModel.load(directory, engine());
  }

  private EngineOptions engine() {
    try {
      return new EngineOptions(settings.engineThreads(), settings.engineDevice());
    } catch (IllegalArgumentException e) {
      throw new InputException("engine_device", e.getMessage());
    }
  }

  /** Measures versions by the pocket attribute, sampling as the loop does. */
  PolicyEvaluator winRate(CausalLanguageModel model, SamplerSettings sampler) {
    PocketWinRate winRate = measure(model, sampler);
    return (lane, adapter, version) -> winRate.measure(adapter);
  }

  static PocketWinRate measure(CausalLanguageModel model, SamplerSettings sampler) {
    return new PocketWinRate(
        model,
        new SamplingOptions(
            sampler.maxNewTokens(),
            sampler.temperature(),
            sampler.topK(),
            sampler.topP(),
            MEASURING_SEED));
  }
}
