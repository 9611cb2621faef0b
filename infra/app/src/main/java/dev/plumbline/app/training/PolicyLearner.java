/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.Learner;
import dev.plumbline.app.models.InputException;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.lm.CausalLanguageModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A learner with the models that it needs beside the base: none for an adapter, whose reference is
 * the base without it; for all weights the model that moves, and the reference where that moves
 * too.
 */
final class PolicyLearner implements AutoCloseable {
  private final Learner learner;
  private final List<CausalLanguageModel> models;

  private PolicyLearner(Learner learner, List<CausalLanguageModel> models) {
    this.learner = learner;
    this.models = List.copyOf(models);
  }

  /**
   * Starts at the base, which is not closed here.
   *
   * @throws InvalidSettingsException when the model has no such modules to adapt
   */
  static PolicyLearner start(TrainSettings settings, CausalLanguageModel base) {
    if (settings.recipe().usePeft()) {
      try {
        return new PolicyLearner(Learner.start(base, settings.recipe()), List.of());
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingsException(List.of(String.valueOf(e.getMessage())));
      }
    }
    CausalLanguageModel moving =
        CausalLanguageModel.load(settings.modelNameOrPath(), settings.engine());
    return guarded(List.of(moving), () -> Learner.startFull(moving, base, settings.recipe()));
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param folder of the checkpoint
   * @param files of it
   */
  static PolicyLearner restore(
      TrainSettings settings, CausalLanguageModel base, Path folder, Map<String, byte[]> files) {
    if (settings.recipe().usePeft()) {
      return new PolicyLearner(Learner.restore(base, settings.recipe(), files), List.of());
    }
    byte[] optimizer = files.get(Learner.OPTIMIZER_FILE);
    if (optimizer == null) {
      throw new InputException(
          "resume_from_checkpoint", "%s has no %s".formatted(folder, Learner.OPTIMIZER_FILE));
    }
    List<CausalLanguageModel> models = new ArrayList<>();
    models.add(CausalLanguageModel.load(folder, settings.engine()));
    return guarded(
        models,
        () -> {
          if (settings.recipe().syncRefModel()) {
            models.add(
                CausalLanguageModel.load(
                    folder.resolve(Learner.REFERENCE_FOLDER), settings.engine()));
          }
          return Learner.restoreFull(
              models.getFirst(),
              models.size() > 1 ? models.getLast() : base,
              settings.recipe(),
              optimizer);
        });
  }

  private static PolicyLearner guarded(List<CausalLanguageModel> models, Supplier<Learner> start) {
    try {
      return new PolicyLearner(start.get(), models);
    } catch (RuntimeException e) {
      models.forEach(CausalLanguageModel::close);
      throw e;
    }
  }

  Learner learner() {
    return learner;
  }

  @Override
  public void close() {
    learner.close();
    models.forEach(CausalLanguageModel::close);
  }
}
