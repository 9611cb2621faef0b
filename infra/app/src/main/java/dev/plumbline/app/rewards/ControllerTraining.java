/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.training.EpochOrder;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.reward.attribute.ControllerFiles;
import dev.plumbline.reward.attribute.ControllerLearner;
import dev.plumbline.reward.attribute.LabelledRow;
import dev.plumbline.reward.attribute.PrefixScorer;
import dev.plumbline.reward.attribute.TrainedController;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * One run of {@code plumbline reward train --kind controller}. Equal settings and files give equal
 * bytes. Used by one thread.
 *
 * @param clock of the progress that is shown
 */
public record ControllerTraining(
    ControllerSettings settings, InstantSource clock, ProgressStyle style) {

  /**
   * Learns, calibrates, and writes what was learned.
   *
   * @return what happened, for people
   */
  public List<String> run() {
    RewardFiles.requireFree("output_dir", settings.outputDir());
    try (CausalLanguageModel model =
        CausalLanguageModel.load(settings.modelNameOrPath(), settings.engine())) {
      List<String> lines = new ArrayList<>();
      LabelledSentences.Content content = content();
      lines.add(
          "sentences  %d, of which %d are %s; %d left out"
              .formatted(
                  content.sentences().size(),
                  content.having(),
                  settings.attribute(),
                  content.leftOut()));
      int maxLength = Math.min(settings.recipe().maxLength(), model.config().maxPositions());
      List<LabelledRow> rows =
          LabelledSentences.rows(model.tokenizer(), content.sentences(), maxLength);
      try (TrainedController controller = learn(model, rows, lines)) {
        SortedMap<String, byte[]> files = ControllerFiles.write(controller);
        RewardFiles.write(settings.outputDir(), files);
        lines.add(
            String.format(
                Locale.ROOT,
                "calibrated slope %.3f, offset %.3f",
                controller.calibration().slope(),
                controller.calibration().offset()));
        lines.add("digest     " + RewardFiles.digest(files));
      }
      lines.add("written    " + settings.outputDir());
      return lines;
    }
  }

  private LabelledSentences.Content content() {
    LabelledSentences.Content content =
        new LabelledSentences(settings.textColumn(), settings.labelColumn())
            .read("data", settings.data(), settings.told());
    return settings.balanced() ? content.balanced(settings.recipe().seed()) : content;
  }

  /** Which rows calibrate follows from the seed. */
  private TrainedController learn(
      CausalLanguageModel model, List<LabelledRow> rows, List<String> lines) {
    int[] order = new EpochOrder(settings.recipe().seed()).of(-2, rows.size());
    int calibrating = Math.max(1, (int) Math.round(settings.calibrationFraction() * order.length));
    List<LabelledRow> heldOut = new ArrayList<>();
    List<LabelledRow> learned = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      (i < calibrating ? heldOut : learned).add(rows.get(order[i]));
    }
    PrefixScorer scorer = scorer(model, learned, lines);
    try {
      return TrainedController.calibrated(
          settings.told(), scorer, heldOut, settings.recipe().perDeviceTrainBatchSize());
    } catch (RuntimeException e) {
      scorer.close();
      throw e;
    }
  }

  private PrefixScorer scorer(
      CausalLanguageModel model, List<LabelledRow> rows, List<String> lines) {
    int size = settings.recipe().perDeviceTrainBatchSize();
    int epochs = settings.recipe().numTrainEpochs();
    long steps = (long) epochs * Math.ceilDiv(rows.size(), size);
    PrintStream out =
        settings.disableTqdm() ? new PrintStream(OutputStream.nullOutputStream()) : System.err;
    ControllerLearner learner = ControllerLearner.start(model, settings.recipe(), rows);
    try (Progress progress =
        Progress.start("controller", "steps", OptionalLong.of(steps), style, out, clock)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        int[] order = new EpochOrder(settings.recipe().seed()).of(epoch, rows.size());
        double sum = 0;
        for (int from = 0; from < order.length; from += size) {
          List<LabelledRow> batch = new ArrayList<>();
          for (int i = from; i < Math.min(from + size, order.length); i++) {
            batch.add(rows.get(order[i]));
          }
          double loss = learner.step(batch);
          sum += loss * batch.size();
          progress.note(String.format(Locale.ROOT, "loss %.3f", loss));
          progress.advance(1);
        }
        lines.add(
            String.format(Locale.ROOT, "epoch %-4d loss %.4f", epoch + 1, sum / order.length));
      }
    } catch (RuntimeException e) {
      learner.close();
      throw e;
    }
    return learner.finish();
  }
}
