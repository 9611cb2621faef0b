/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.app.trust.CrowdLabels.Vote;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A seeded crowd: {@value #ITEMS} questions of two equally likely answers, {@value #VOTES} votes
 * each, by {@value #ANNOTATORS} annotators who come up equally often. {@value #SPAMMERS} of them
 * are spammers: half of these flip a coin, half take what is shown first, which is the same for
 * everybody and right half of the time. Each honest one is right with a probability of its own,
 * even between 0.6 and 0.9.
 */
final class SyntheticCrowd {
  static final int ITEMS = 5000;
  static final int VOTES = 5;
  static final int ANNOTATORS = 100;
  static final int SPAMMERS = 30;

  private static final double LEAST_RELIABLE = 0.6;
  private static final double RANGE = 0.3;

  private SyntheticCrowd() {}

  /** Returns the crowd's labels; 0 is what was shown first. */
  static CrowdLabels of(long seed) {
    Random random = new Random(seed);
    double[] reliability = new double[ANNOTATORS];
    for (int a = 0; a < ANNOTATORS; a++) {
      reliability[a] = LEAST_RELIABLE + RANGE * random.nextDouble();
    }
    List<Vote> votes = new ArrayList<>();
    Map<String, Integer> truth = new HashMap<>();
    List<Integer> everybody = new ArrayList<>(IntStream.range(0, ANNOTATORS).boxed().toList());
    for (int i = 0; i < ITEMS; i++) {
      int right = random.nextInt(2);
      truth.put("i" + i, right);
      Collections.shuffle(everybody, random);
      for (int annotator : everybody.subList(0, VOTES)) {
        int label;
        if (annotator < SPAMMERS / 2) {
          label = random.nextInt(2);
        } else if (annotator < SPAMMERS) {
          label = 0;
        } else {
          label = random.nextDouble() < reliability[annotator] ? right : 1 - right;
        }
        votes.add(new Vote("a" + annotator, "i" + i, label));
      }
    }
    return new CrowdLabels("synthetic", List.of("first", "second"), votes, truth);
  }
}
