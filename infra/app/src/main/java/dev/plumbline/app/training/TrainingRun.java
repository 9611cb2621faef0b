/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.Learner;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.alignment.LearningStep;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.runs.RunLog;
import dev.plumbline.lm.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from examples, epoch after epoch, and writes down what happens. Used by one thread.
 *
 * <p>What a step learns from is a function of the settings, the examples and the step's number, so
 * a run that goes on from a checkpoint does what it would have done. After each step, in this
 * order: log, held-out evaluation, checkpoint.
 */
final class TrainingRun {
  private static final Logger log = LoggerFactory.getLogger(TrainingRun.class);

  private final TrainSettings settings;
  private final TrainingData data;
  private final StepCount steps;
  private final Learner learner;
  private final RunFolder folder;
  private final RunLog runLog;
  private final PolicyCard card;
  private final Window window = new Window();
  private RunState state;
  private Map<String, Double> heldOut = Map.of();

  /**
   * @param state where the run stands; the learner's weights are those of its step
   */
  TrainingRun(
      TrainSettings settings,
      TrainingData data,
      StepCount steps,
      Learner learner,
      RunState state,
      RunFolder folder,
      RunLog runLog,
      PolicyCard card) {
    this.settings = settings;
    this.data = data;
    this.steps = steps;
    this.learner = learner;
    this.state = state;
    this.folder = folder;
    this.runLog = runLog;
    this.card = card;
  }

  /**
   * Learns until all steps are done, or until {@code stop} says so; then a checkpoint of the last
   * step is there.
   *
   * @return where the run stands
   */
  RunState learn(Progress progress, BooleanSupplier stop) {
    if (state.step() == 0 && settings.evalOnStart()) {
      evaluate();
    }
    long saved = state.step();
    int[] order = {};
    long epochOfOrder = -1;
    while (state.step() < steps.total() && !stop.getAsBoolean()) {
      long epoch = state.step() / steps.perEpoch();
      if (epoch != epochOfOrder) {
        order = settings.order().of(epoch, data.train().size());
        epochOfOrder = epoch;
      }
      step(batch(order));
      progress.note(window.note());
      progress.advance(1);
      boolean last = state.step() == steps.total();
      boolean saves =
          settings.saveStrategy().isDue(state.step(), settings.saveSteps(), steps.perEpoch());
      if (last || saves || state.step() % settings.loggingSteps() == 0) {
        runLog.log(state.step(), window.drain(state, steps));
      }
      if (last
          || settings.evalStrategy().isDue(state.step(), settings.evalSteps(), steps.perEpoch())) {
        evaluate();
      }
      if (saves) {
        save();
        saved = state.step();
      }
    }
    if (saved < state.step()) {
      save();
    }
    if (heldOut.isEmpty()) {
      heldOut = score();
    }
    return state;
  }

  /** The newest metrics on held-out examples; empty when nothing is held out. */
  Map<String, Double> heldOut() {
    return heldOut;
  }

  private List<EncodedExample> batch(int[] order) {
    int from = Math.toIntExact(state.step() % steps.perEpoch()) * settings.recipe().batchSize();
    int to = Math.min(from + settings.recipe().batchSize(), order.length);
    List<EncodedExample> batch = new ArrayList<>();
    for (int i = from; i < to; i++) {
      batch.add(data.train().get(order[i]));
    }
    return batch;
  }

  private void step(List<EncodedExample> batch) {
    LearningStep<? extends ScoredExample> step = learner.step(batch);
    state = state.after(step.tokens());
    switch (step.report()) {
      case StepReport.Applied applied -> window.add(step.scored(), applied);
      case StepReport.Refused refused -> {
        log.warn("step {}: {}", state.step(), refused);
        window.refused++;
      }
    }
  }

  private void evaluate() {
    heldOut = score();
    if (heldOut.isEmpty()) {
      return;
    }
    runLog.log(state.step(), heldOut);
    log.info(
        "step {}: {} held out, eval_loss {}, eval_rewards/accuracies {}",
        state.step(),
        data.heldOut().size(),
        shown(heldOut.get("eval_loss")),
        shown(heldOut.get("eval_rewards/accuracies")));
  }

  private Map<String, Double> score() {
    if (data.heldOut().isEmpty() || settings.evalStrategy() == Cadence.NO) {
      return Map.of();
    }
    Map<String, Double> metrics = new TreeMap<>(learner.score(data.heldOut()));
    // What an objective that isn't on pairs can't say of its own examples, pairs of them say.
    if (!data.heldOutPairs().isEmpty()) {
      learner.score(data.heldOutPairs()).forEach(metrics::putIfAbsent);
    }
    if (settings.evalKl()) {
      new HeldOutDivergence(settings.recipe().perDeviceTrainBatchSize())
          .of(learner.policy(), data.heldOutAsPairs())
          .forEach(metrics::putIfAbsent);
    }
    metrics.put("epoch", steps.epochs(state.step()));
    return metrics;
  }

  private void save() {
    Map<String, byte[]> files = new TreeMap<>(learner.files(card.at(state)));
    files.put(RunState.FILE, state.toJson());
    folder.writeCheckpoint(
        state.step(),
        files,
        settings.saveTotalLimit() == null ? Integer.MAX_VALUE : settings.saveTotalLimit());
  }

  static String shown(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** What happened since the last line of the log. */
  private static final class Window {
    private final List<ScoredExample> scored = new ArrayList<>();
    private double gradNorms;
    private int applied;
    private int refused;
    private double learningRate;

    private void add(List<? extends ScoredExample> examples, StepReport.Applied report) {
      scored.addAll(examples);
      gradNorms += report.gradNorm();
      learningRate = report.learningRate();
      applied++;
    }

    private String note() {
      Map<String, Double> metrics = LearningMetrics.of(scored);
      return "loss %s, accuracy %s"
          .formatted(shown(metrics.get("loss")), shown(metrics.get("rewards/accuracies")));
    }

    private Map<String, Double> drain(RunState state, StepCount steps) {
      Map<String, Double> metrics = new TreeMap<>(LearningMetrics.of(scored));
      if (applied > 0) {
        metrics.put("grad_norm", gradNorms / applied);
        metrics.put("learning_rate", learningRate);
      }
      if (refused > 0) {
        metrics.put("steps_refused", (double) refused);
      }
      metrics.put("epoch", steps.epochs(state.step()));
      metrics.put("num_tokens", (double) state.tokens());
      scored.clear();
      gradNorms = 0;
      applied = 0;
      refused = 0;
      return metrics;
    }
  }
}
