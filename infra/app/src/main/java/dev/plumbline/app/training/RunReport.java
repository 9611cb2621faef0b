/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.runs.HtmlReport;
import dev.plumbline.base.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** What a run says at its end: a page to look at, results for programs, lines for people. */
final class RunReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final TrainSettings settings;
  private final TrainingData data;
  private final StepCount steps;
  private final RunState from;
  private RunState state;
  private Map<String, Double> heldOut = Map.of();
  private Duration took = Duration.ZERO;

  /**
   * @param from where this start of the run begins
   */
  RunReport(TrainSettings settings, TrainingData data, StepCount steps, RunState from) {
    this.settings = settings;
    this.data = data;
    this.steps = steps;
    this.from = from;
    this.state = from;
  }

  /**
   * The run has ended, or was stopped.
   *
   * @param heldOut metrics of the last evaluation
   * @param took since this start
   */
  void ended(RunState state, Map<String, Double> heldOut, Duration took) {
    this.state = state;
    this.heldOut = heldOut;
    this.took = took;
  }

  /** Writes the page into the folder of the run's log. */
  void write(Path folder) {
    SequencedMap<String, String> shown = new LinkedHashMap<>(Settings.asMap(settings));
    shown.put("objective", settings.recipe().objective().name());
    shown.put("examples learned from", Integer.toString(data.train().size()));
    shown.put("examples held out", Integer.toString(data.heldOut().size()));
    shown.put("steps", "%d of %d".formatted(state.step(), steps.total()));
    shown.put("examples, SHA-256", state.dataSha256());
    state.engine().forEach((name, value) -> shown.put("engine: " + name, value));
    shown.put("Java", Runtime.version().toString());
    shown.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    HtmlReport.write(folder, settings.title(), shown);
  }

  /** The results as JSON. */
  byte[] json() {
    SequencedMap<String, Object> results = new LinkedHashMap<>();
    results.put("global_step", state.step());
    results.put("epoch", steps.epochs(state.step()));
    results.put("num_tokens", state.tokens());
    results.put("train_examples", data.train().size());
    results.put("eval_examples", data.heldOut().size());
    results.put("data_sha256", state.dataSha256());
    results.put("train_runtime", took.toMillis() / 1e3);
    results.put("metrics", heldOut);
    try {
      return JSON.writeValueAsBytes(results);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values are always JSON", e);
    }
  }

  /** What happened, for people. */
  List<String> lines(Path folder) {
    List<String> lines = new ArrayList<>();
    double seconds = took.toMillis() / 1e3;
    long tokens = state.tokens() - from.tokens();
    lines.add(
        String.format(
            Locale.ROOT,
            "learned    step %d of %d, %.2f epochs of %d %s, %.1f s, %.0f tokens/s",
            state.step(),
            steps.total(),
            steps.epochs(state.step()),
            data.train().size(),
            RowKind.of(settings.recipe().objective()).plural(),
            seconds,
            seconds > 0 ? tokens / seconds : 0));
    if (!heldOut.isEmpty()) {
      lines.add(
          "held out   %d: loss %s, accuracy %s (%s to %s), margin %s"
              .formatted(
                  data.heldOut().size(),
                  TrainingRun.shown(heldOut.get("eval_loss")),
                  TrainingRun.shown(heldOut.get("eval_rewards/accuracies")),
                  TrainingRun.shown(heldOut.get("eval_rewards/accuracies_low")),
                  TrainingRun.shown(heldOut.get("eval_rewards/accuracies_high")),
                  TrainingRun.shown(heldOut.get("eval_rewards/margins"))));
    }
    lines.add("look at    " + folder.resolve(HtmlReport.FILE));
    if (state.step() < steps.total()) {
      lines.add("stopped    resume_from_checkpoint=true goes on with the same result");
    }
    return lines;
  }
}
