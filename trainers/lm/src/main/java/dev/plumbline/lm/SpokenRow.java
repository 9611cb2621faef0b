/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One row while it is drawn under control. Mutable, of the thread that samples. */
final class SpokenRow {
  private final int number;
  private final DrawnRow row;
  private final int[] levels;
  private final double[] behaviourLogProbs;

  /**
   * @param number of its prompt
   */
  SpokenRow(int number, DrawnRow row) {
    this.number = number;
    this.row = row;
    this.levels = new int[row.limit()];
    this.behaviourLogProbs = new double[row.limit()];
  }

  /**
   * @param room positions for prompt and completion
   */
  static List<SpokenRow> of(List<int[]> prompts, List<Long> noiseKeys, int maxNewTokens, int room) {
    List<SpokenRow> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] prompt = prompts.get(i).clone();
      int limit = Math.min(maxNewTokens, room - prompt.length);
      rows.add(new SpokenRow(i, new DrawnRow(prompt, noiseKeys.get(i), limit)));
    }
    return rows;
  }

  int number() {
    return number;
  }

  DrawnRow row() {
    return row;
  }

  /** Prompt and completion. */
  int[] text() {
    int[] text = Arrays.copyOf(row.prompt(), row.tokens());
    System.arraycopy(row.ids(), 0, text, row.prompt().length, row.length());
    return text;
  }

  int[] levels() {
    return Arrays.copyOf(levels, row.length());
  }

  void append(int id, int level, double logProb, double behaviourLogProb, Endings endings) {
    int t = row.length();
    levels[t] = level;
    behaviourLogProbs[t] = behaviourLogProb;
    row.append(id, logProb, endings);
    row.cutAtStopSequence(t, endings);
  }

  ControlledCompletion completion() {
    return new ControlledCompletion(
        row.ids(),
        row.logProbs(),
        Arrays.copyOf(behaviourLogProbs, row.length()),
        levels(),
        row.finishReason());
  }
}
