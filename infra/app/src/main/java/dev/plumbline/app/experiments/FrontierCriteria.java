/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static dev.plumbline.app.experiments.FrontierMethod.DPO;
import static dev.plumbline.app.experiments.FrontierMethod.TDPO2_HALF;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What the comparison of TDPO2 (alpha 0.5) with DPO must show: a policy that learns, and stays much
 * nearer to the reference on the rows that it is taught to avoid.
 *
 * <p>It doesn't ask for a better reward at equal KL(policy || reference): at this learning rate
 * TDPO2's reward levels off early, and the experiment doesn't show that.
 */
final class FrontierCriteria {
  static final double EQUAL_GAIN = 0.3;

  private static final double MOST_OF_DPO = 1.0 / 3;
  private static final double LEAST_GAIN = 0.5;

  private FrontierCriteria() {}

  /** One sentence for each criterion that isn't met; empty where all are. */
  static List<String> failures(List<FrontierSeed> seeds) {
    List<String> failures = new ArrayList<>();
    for (FrontierSeed seed : seeds) {
      for (FrontierMethod method : List.of(DPO, TDPO2_HALF)) {
        double gain = seed.curve(method).gain();
        if (!(gain >= LEAST_GAIN)) {
          failures.add(
              String.format(
                  Locale.ROOT,
                  "seed %d: the reward of %s must rise by at least %.1f, but rose by %.3f",
                  seed.seed(),
                  method.title(),
                  LEAST_GAIN,
                  gain));
        }
      }
      double ratio = seed.curve(TDPO2_HALF).end().rejectedKl() / seed.curve(DPO).end().rejectedKl();
      if (!(ratio < MOST_OF_DPO)) {
        failures.add(
            String.format(
                Locale.ROOT,
                "seed %d: the KL of rejected rows under %s must end below 1/3 of that under %s, but"
                    + " was %.3f of it",
                seed.seed(),
                TDPO2_HALF.title(),
                DPO.title(),
                ratio));
      }
    }
    long lower = seeds.stream().filter(FrontierCriteria::isLowerAtEqualGain).count();
    // 7 of 8.
    int needed = (7 * seeds.size() + 7) / 8;
    if (lower < needed) {
      failures.add(
          String.format(
              Locale.ROOT,
              "at a gain of %.1f the KL of rejected rows under %s must be below that under %s in at"
                  + " least %d of %d seeds, but was in %d",
              EQUAL_GAIN,
              TDPO2_HALF.title(),
              DPO.title(),
              needed,
              seeds.size(),
              lower));
    }
    return failures;
  }

  /** A method that never gains as much is lower nowhere. */
  private static boolean isLowerAtEqualGain(FrontierSeed seed) {
    OptionalDouble tdpo2 = seed.curve(TDPO2_HALF).rejectedKlAt(EQUAL_GAIN);
    OptionalDouble dpo = seed.curve(DPO).rejectedKlAt(EQUAL_GAIN);
    return tdpo2.isPresent() && dpo.isPresent() && tdpo2.getAsDouble() < dpo.getAsDouble();
  }
}
