/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.reward.attribute.ControllerEvaluation;
import dev.plumbline.reward.attribute.ControllerEvaluation.Judged;
import dev.plumbline.reward.attribute.LabelledRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * What a controller is worth on labelled texts: the whole ones, and their beginnings by length.
 *
 * @param byPart evaluations by what was judged, the whole texts first
 */
record ControllerReport(SequencedMap<String, ControllerEvaluation> byPart) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Integer> LENGTHS = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);

  /**
   * Judges texts with all their beginnings.
   *
   * @param batchSize texts computed together
   */
  static ControllerReport of(
      AttributeController controller, List<LabelledRow> texts, int batchSize) {
    List<TokenRow> rows = texts.stream().map(LabelledRow::row).toList();
    double[][] logProbs = controller.prefixLogProbs(rows, batchSize);
    SequencedMap<String, List<Judged>> parts = new LinkedHashMap<>();
    for (int i = 0; i < logProbs.length; i++) {
      int all = logProbs[i].length - 1;
      boolean has = texts.get(i).has();
      parts
          .computeIfAbsent("whole texts", key -> new ArrayList<>())
          .add(new Judged(all, logProbs[i][all], has));
    }
    for (int length : LENGTHS) {
      for (int i = 0; i < logProbs.length; i++) {
        if (length < logProbs[i].length) {
          parts
              .computeIfAbsent("first " + length + " tokens", key -> new ArrayList<>())
              .add(new Judged(length, logProbs[i][length], texts.get(i).has()));
        }
      }
    }
    SequencedMap<String, ControllerEvaluation> evaluations = new LinkedHashMap<>();
    parts.forEach((part, judged) -> evaluations.put(part, ControllerEvaluation.of(judged)));
    return new ControllerReport(evaluations);
  }

  /** The table in Markdown. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("| texts | accuracy | 95 % interval | log-loss | calibration error |");
    lines.add("|---|---|---|---|---|");
    byPart.forEach(
        (part, evaluation) -> {
          WilsonInterval interval = WilsonInterval.of(evaluation.right(), evaluation.texts());
          lines.add(
              String.format(
                  Locale.ROOT,
                  "| %s, %d | %.3f | %.3f to %.3f | %.3f | %.3f |",
                  part,
                  evaluation.texts(),
                  evaluation.accuracy(),
                  interval.low(),
                  interval.high(),
                  evaluation.logLoss(),
                  evaluation.calibrationError()));
        });
    return lines;
  }

  /** One line of JSON per row of the table, with its bins. */
  List<String> json() {
    List<String> lines = new ArrayList<>();
    byPart.forEach((part, evaluation) -> lines.add(node(part, evaluation).toString()));
    return lines;
  }

  private static ObjectNode node(String part, ControllerEvaluation evaluation) {
    WilsonInterval interval = WilsonInterval.of(evaluation.right(), evaluation.texts());
    ObjectNode node =
        JSON.createObjectNode()
            .put("texts", part)
            .put("judged", evaluation.texts())
            .put("right", evaluation.right())
            .put("accuracy", evaluation.accuracy())
            .put("accuracy_low", interval.low())
            .put("accuracy_high", interval.high())
            .put("log_loss", evaluation.logLoss())
            .put("calibration_error", evaluation.calibrationError());
    for (ControllerEvaluation.Bin bin : evaluation.bins()) {
      node.withArray("bins")
          .addObject()
          .put("texts", bin.texts())
          .put("mean_prob", bin.texts() == 0 ? null : bin.meanProb())
          .put("share", bin.texts() == 0 ? null : bin.share());
    }
    return node;
  }
}
