/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.models.InputException;
import dev.plumbline.feeds.SamplerSettings;
import dev.plumbline.feeds.pocket.PocketPolicy;
import dev.plumbline.feeds.pocket.PocketWinRate;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlledSampler;
import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.ResidualControl;
import dev.plumbline.trainer.LaneSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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

  /**
   * Measures versions by the pocket attribute, sampling as the loop does. A version with soft
   * prompts speaks under them, but with lambda 0: what is measured is what it has learned.
   *
   * @param controller that chooses among soft prompts; null for none
   */
  static PocketWinRate measure(
      CausalLanguageModel model,
      SamplerSettings sampler,
      LaneSettings lane,
      @Nullable AttributeController controller) {
    SamplingOptions options =
        new SamplingOptions(
            sampler.maxNewTokens(),
            sampler.temperature(),
            sampler.topK(),
            sampler.topP(),
            MEASURING_SEED);
    return new PocketWinRate(
        model,
        options,
        lane.learning()
            .recipe()
            .speech()
            .filter(speech -> controller != null)
            .map(speech -> withoutResidual(speech, controller))
            .orElse(null));
  }

  private static ControlledSampler withoutResidual(
      ControlSettings speech, AttributeController controller) {
    return new ControlledSampler(
        controller, new PromptControl.Bank(speech.bankThresholds()), new ResidualControl(0), 1);
  }
}
