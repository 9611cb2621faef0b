/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.SpokenRows;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.reward.attribute.Calibration;
import dev.plumbline.reward.attribute.PooledHeadScorer;
import dev.plumbline.reward.attribute.RemoteController;
import dev.plumbline.reward.attribute.TrainedController;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How log C of rows that are being spoken is known, now and with one more token. */
sealed interface AttributeReader {

  /** log C of each row so far. */
  double[] now(SpokenRows rows);

  /**
   * log C of each row as if one more token followed.
   *
   * @param ids per row the tokens that might
   * @return per row, in the order of its ids
   */
  double[][] ahead(SpokenRows rows, List<int[]> ids);

  /** The cheapest way for a controller of what a model speaks. */
  static AttributeReader of(AttributeController controller, CausalLanguageModel model) {
    return switch (controller) {
      case TrainedController trained
          when trained.scorer() instanceof PooledHeadScorer head
              && head.model().identity().equals(model.identity()) ->
          new OfStates(head.weights(), trained.calibration());
      case TrainedController trained -> new OfTexts(trained);
      case RemoteController remote -> new OfTexts(remote);
    };
  }

  /** A head reads the states that sampling keeps of the very model it was learned on. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfStates(double[] weights, Calibration calibration) implements AttributeReader {

    @Override
    public double[] now(SpokenRows rows) {
      return Arrays.stream(rows.pooledStates()).mapToDouble(this::logProb).toArray();
    }

    @Override
    public double[][] ahead(SpokenRows rows, List<int[]> ids) {
      return Arrays.stream(rows.pooledStatesAfter(ids))
          .map(ofRow -> Arrays.stream(ofRow).mapToDouble(this::logProb).toArray())
          .toArray(double[][]::new);
    }

    private double logProb(double[] state) {
      double score = 0;
      for (int i = 0; i < state.length; i++) {
        score += weights[i] * state[i];
      }
      return calibration.logProb(score);
    }
  }

  /** Any other controller reads the texts anew. */
  record OfTexts(AttributeController controller) implements AttributeReader {
    private static final int ROWS_AT_ONCE = 512;

    @Override
    public double[] now(SpokenRows rows) {
      List<TokenRow> texts = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        texts.add(lastAsCompletion(text(rows, i)));
      }
      double[][] prefixes = controller.prefixLogProbs(texts, ROWS_AT_ONCE);
      double[] now = new double[prefixes.length];
      for (int i = 0; i < now.length; i++) {
        now[i] = prefixes[i][text(rows, i).length == 1 ? 0 : 1];
      }
      return now;
    }

    /** A row needs a completion: behind a text of one token anything may stand. */
    private static TokenRow lastAsCompletion(int[] text) {
      return text.length == 1
          ? TokenRow.of(text, new int[] {text[0]})
          : new TokenRow(text, text.length - 1);
    }

    @Override
    public double[][] ahead(SpokenRows rows, List<int[]> ids) {
      List<TokenRow> texts = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        int[] spoken = text(rows, i);
        for (int id : ids.get(i)) {
          texts.add(TokenRow.of(spoken, new int[] {id}));
        }
      }
      double[] logProbs = controller.logProbs(texts, ROWS_AT_ONCE);
      double[][] ahead = new double[rows.size()][];
      int from = 0;
      for (int i = 0; i < ahead.length; i++) {
        ahead[i] = Arrays.copyOfRange(logProbs, from, from + ids.get(i).length);
        from += ids.get(i).length;
      }
      return ahead;
    }

    private static int[] text(SpokenRows rows, int i) {
      int[] prompt = rows.promptIds(i);
      int[] completion = rows.completionIds(i);
      int[] text = Arrays.copyOf(prompt, prompt.length + completion.length);
      System.arraycopy(completion, 0, text, prompt.length, completion.length);
      return text;
    }
  }
}
