/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.Learner;
import dev.plumbline.app.models.InputException;
import dev.plumbline.base.FailPoint;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.runs.RunLog;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineFingerprint;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of {@code plumbline train}: reads settings, model and data, begins a run or goes on
 * with one, and leaves its results in the folder. Everything that can be refused is refused before
 * the folder changes.
 */
final class TrainingSession {
  private static final Logger log = LoggerFactory.getLogger(TrainingSession.class);

  private final SettingsSource source;
  private final Clock clock;
  private final FailPoint failPoint;
  private final ProgressStyle progressStyle;

  TrainingSession(
      SettingsSource source, Clock clock, FailPoint failPoint, ProgressStyle progressStyle) {
    this.source = source;
    this.clock = clock;
    this.failPoint = failPoint;
    this.progressStyle = progressStyle;
  }

  /** Where a run goes on. */
  private record Checkpoint(Path folder, RunState state, SortedMap<String, byte[]> files) {}

  /**
   * Trains until all steps are done or {@code stop} says so.
   *
   * @return what happened, in lines for people
   */
  List<String> run(BooleanSupplier stop) {
    TrainSettings given = bind(source);
    RunFolder folder = RunFolder.open(given.outputDir(), failPoint);
    Checkpoint checkpoint = checkpoint(given, folder);
    Instant started =
        checkpoint == null ? clock.instant() : Instant.parse(checkpoint.state().startedAt());
    try (CausalLanguageModel model =
        CausalLanguageModel.load(given.modelNameOrPath(), given.engine())) {
      RowEncoder encoder = Encoders.of(given, model, Clock.fixed(started, clock.getZone()));
      TrainingData data = TrainingData.read(files(given, encoder), given);
      StepCount steps = StepCount.of(given, data.train().size());
      TrainSettings settings = resolved(given, steps);
      RunState state =
          new RunState(
              0,
              0,
              ExampleDigest.of(data.train()),
              what(settings, model),
              engine(model.fingerprint()),
              started.toString());
      if (checkpoint != null) {
        checkpoint.state().requireSame(state);
        warnOfAnotherEngine(checkpoint.state(), state);
        state = checkpoint.state();
        if (folder.isFinished() && state.step() == steps.total()) {
          return List.of(
              "finished   step %d of %d: nothing is left to learn"
                  .formatted(state.step(), steps.total()));
        }
      }
      try (PolicyLearner policy =
          checkpoint == null
              ? PolicyLearner.start(settings, model)
              : PolicyLearner.restore(settings, model, checkpoint.folder(), checkpoint.files())) {
        PolicyCard card = PolicyCard.of(settings, model.identity());
        return train(settings, folder, data, steps, policy.learner(), card, state, stop);
      }
    }
  }

  private static TrainSettings bind(SettingsSource source) {
    return Settings.bind(TrainSettings.class, source, ForeignKeys.reasons());
  }

  private @Nullable Checkpoint checkpoint(TrainSettings settings, RunFolder folder) {
    String from = settings.resumeFromCheckpoint();
    if (from == null || from.equals("false")) {
      requireFree(settings, folder);
      return null;
    }
    Path checkpoint =
        from.equals("true")
            ? folder
                .latestCheckpoint()
                .orElseThrow(
                    () ->
                        new InputException(
                            "resume_from_checkpoint",
                            "%s has no checkpoint to go on from".formatted(folder.root())))
            : Path.of(from);
    if (!Files.isDirectory(checkpoint)) {
      throw new InputException(
          "resume_from_checkpoint", "%s: there is no such directory".formatted(checkpoint));
    }
    SortedMap<String, byte[]> files = RunFolder.read(checkpoint);
    return new Checkpoint(checkpoint, RunState.of(checkpoint.toString(), files), files);
  }

  private static void requireFree(TrainSettings settings, RunFolder folder) {
    if (folder.isSameAs(settings.modelNameOrPath())) {
      throw new InputException(
          "output_dir", "%s is the model itself: choose another folder".formatted(folder.root()));
    }
    if (folder.isEmpty()) {
      return;
    }
    if (!folder.hasRun()) {
      throw new InputException(
          "output_dir",
          "%s has files that are not of a run: choose a folder that is empty or does not exist"
              .formatted(folder.root()));
    }
    if (!settings.overwriteOutputDir()) {
      throw new InputException(
          "output_dir",
          "%s has %s: resume_from_checkpoint=true goes on with it, overwrite_output_dir=true deletes it"
              .formatted(
                  folder.root(), folder.isFinished() ? "a finished run" : "an unfinished run"));
    }
  }

  private static ExampleFiles files(TrainSettings settings, RowEncoder encoder) {
    return new ExampleFiles(
        ExampleFiles.format(settings.datasetFormat()),
        settings.onBadRow(),
        RowKind.of(settings.recipe().objective()),
        String.join("+", settings.recipe().loss().lossType()),
        encoder);
  }

  /** The settings with what depends on the number of examples: where the learning rate ends. */
  private TrainSettings resolved(TrainSettings given, StepCount steps) {
    SettingsSource resolved = source;
    if (given.recipe().maxSteps() == null) {
      resolved = resolved.with("max_steps", Long.toString(steps.total()), "data");
    }
    if (given.warmupRatio() != null) {
      if (given.recipe().warmupSteps() > 0) {
        throw new InputException(
            "warmup_ratio",
            "says the same as warmup_steps, but they were %s and %d: give one"
                .formatted(given.warmupRatio(), given.recipe().warmupSteps()));
      }
      long warmup = (long) Math.ceil(steps.total() * given.warmupRatio());
      resolved = resolved.with("warmup_steps", Long.toString(warmup), "warmup_ratio");
    }
    return bind(resolved);
  }

  /** What the weights depend on besides the examples. */
  private static SortedMap<String, String> what(TrainSettings settings, CausalLanguageModel model) {
    SortedMap<String, String> what = new TreeMap<>(settings.recipe().asMap(model.identity()));
    what.put("base_weights_sha256", model.identity().weightsSha256());
    what.put("data_seed", Long.toString(settings.order().seed()));
    what.put("dataloader_drop_last", Boolean.toString(settings.dataloaderDropLast()));
    return what;
  }

  private static SortedMap<String, String> engine(EngineFingerprint fingerprint) {
    return new TreeMap<>(
        Map.of(
            "architecture", fingerprint.architecture(),
            "cpu_features", fingerprint.cpuFeatures(),
            "device", fingerprint.device(),
            "threads", Integer.toString(fingerprint.threads()),
            "precision", fingerprint.precision().name().toLowerCase(Locale.ROOT),
            "libtorch", fingerprint.libtorchVersion(),
            "djl", fingerprint.djlVersion()));
  }

  private static void warnOfAnotherEngine(RunState before, RunState now) {
    if (!before.engine().equals(now.engine())) {
      log.warn(
          "the run began with {} and goes on with {}: its last bits may come out otherwise",
          before.engine(),
          now.engine());
    }
  }

  private List<String> train(
      TrainSettings settings,
      RunFolder folder,
      TrainingData data,
      StepCount steps,
      Learner learner,
      PolicyCard card,
      RunState from,
      BooleanSupplier stop) {
    if (from.step() == 0 && !folder.isEmpty()) {
      folder.clear();
    }
    Instant begun = clock.instant();
    RunReport report = new RunReport(settings, data, steps, from);
    RunState state;
    try (RunLog runLog =
        from.step() == 0
            ? RunLog.start(folder.root(), clock)
            : RunLog.resume(folder.root(), from.step(), clock)) {
      TrainingRun run = new TrainingRun(settings, data, steps, learner, from, folder, runLog, card);
      try (Progress progress = progress(settings, steps.total() - from.step())) {
        state = run.learn(progress, stop);
        report.ended(state, run.heldOut(), Duration.between(begun, clock.instant()));
      } finally {
        report.write(folder.root());
      }
    }
    if (state.step() == steps.total()) {
      folder.finish(policyFiles(learner, card.at(state)), report.json());
    }
    return report.lines(folder.root());
  }

  /** What serves: without what only learning needs. */
  private static SortedMap<String, byte[]> policyFiles(Learner learner, String card) {
    SortedMap<String, byte[]> files = new TreeMap<>(learner.files(card));
    files
        .keySet()
        .removeIf(
            name ->
                name.startsWith(Learner.REFERENCE_FOLDER) || name.equals(Learner.OPTIMIZER_FILE));
    return files;
  }

  private Progress progress(TrainSettings settings, long steps) {
    PrintStream out =
        settings.disableTqdm() ? new PrintStream(OutputStream.nullOutputStream()) : System.err;
    return Progress.start("train", "steps", OptionalLong.of(steps), progressStyle, out, clock);
  }
}
