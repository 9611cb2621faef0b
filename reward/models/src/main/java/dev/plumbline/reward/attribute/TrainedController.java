/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.TokenRow;
import java.util.Arrays;
import java.util.List;

/**
 * A controller that was learned here: a scorer of prefixes and the calibration of its numbers.
 *
 * @param attribute what it tells
 * @param scorer what it reads off texts; closed with it
 * @param calibration of the scores
 */
public record TrainedController(Attribute attribute, PrefixScorer scorer, Calibration calibration)
    implements AttributeController {

  /**
   * Calibrates a scorer.
   *
   * @param heldOut texts that the scorer hasn't learned from, some with and some without the
   *     attribute
   * @param batchSize texts computed together
   */
  public static TrainedController calibrated(
      Attribute attribute, PrefixScorer scorer, List<LabelledRow> heldOut, int batchSize) {
    List<Boolean> has = heldOut.stream().map(LabelledRow::has).toList();
    if (!has.contains(true) || !has.contains(false)) {
      throw new IllegalArgumentException(
          "calibration needs texts with and without the attribute, but had %d with and %d without"
              .formatted(
                  has.stream().filter(one -> one).count(),
                  has.stream().filter(one -> !one).count()));
    }
    double[][] scores = scorer.scores(rows(heldOut), batchSize);
    return new TrainedController(attribute, scorer, Calibration.fit(Arrays.asList(scores), has));
  }

  /** What kind of controller it is. */
  public ControllerKind kind() {
    return switch (scorer) {
      case PooledHeadScorer head -> ControllerKind.HEAD;
      case ClassConditionalScorer two -> ControllerKind.CLASS_CONDITIONAL;
      case LexiconScorer lexicon -> ControllerKind.LEXICON;
    };
  }

  private static List<TokenRow> rows(List<LabelledRow> labelled) {
    return labelled.stream().map(LabelledRow::row).toList();
  }

  @Override
  public double[][] prefixLogProbs(List<TokenRow> rows, int batchSize) {
    double[][] values = scorer.scores(rows, batchSize);
    for (double[] ofRow : values) {
      for (int t = 0; t < ofRow.length; t++) {
        ofRow[t] = calibration.logProb(ofRow[t]);
      }
    }
    return values;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
