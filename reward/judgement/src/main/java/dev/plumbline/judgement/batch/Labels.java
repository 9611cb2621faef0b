/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import java.util.List;
import java.util.Objects;

/**
 * Labels that annotators gave items; anybody may label an item repeatedly or not at all.
 *
 * @param items how many there are
 * @param annotators how many there are
 * @param classes how many labels there are to choose from, at least 2
 * @param given in any order
 */
public record Labels(int items, int annotators, int classes, List<Label> given) {
  /**
   * What one annotator said about one item.
   *
   * @param item from 0
   * @param annotator from 0
   * @param label from 0
   */
  public record Label(int item, int annotator, int label) {}

  public Labels {
    given = List.copyOf(given);
    if (classes < 2) {
      throw new IllegalArgumentException("there must be at least 2 classes, but were " + classes);
    }
    for (Label label : given) {
      Objects.checkIndex(label.item(), items);
      Objects.checkIndex(label.annotator(), annotators);
      Objects.checkIndex(label.label(), classes);
    }
  }

  /** Returns each item's shares of labels, evenly spread where an item has none. */
  public double[][] shares() {
    double[][] shares = new double[items][classes];
    for (Label label : given) {
      shares[label.item()][label.label()]++;
    }
    for (double[] item : shares) {
      Probabilities.normalise(item);
    }
    return shares;
  }
}
