/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static dev.plumbline.app.experiments.RldafMethod.REFERENCE_REWARD;
import static dev.plumbline.app.experiments.RldafMethod.RLDAF;
import static dev.plumbline.app.experiments.RldafMethod.WITHOUT_FLUENCY;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What RLDAF must show against plug-and-play control alone: more of the attribute than with the
 * same lambda, at less cost in fluency than more lambda has, without saying less; and that its
 * fluency term is what keeps text diverse, while the term that looks like it destroys it.
 */
final class RldafCriteria {
  static final double LAMBDA = 1;

  private static final double LEAST_GAIN = 0.08;
  private static final double LEAST_DISTINCT = 0.72;
  private static final double COLLAPSED = 0.5;

  private RldafCriteria() {}

  /** One sentence for each criterion that isn't met; empty where all are. */
  static List<String> failures(List<RldafSeed> seeds) {
    List<String> failures = new ArrayList<>();
    double gain =
        mean(seeds, seed -> seed.learnt(RLDAF).accuracy() - seed.controlAlone(LAMBDA).accuracy());
    if (!(gain >= LEAST_GAIN)) {
      failures.add(
          String.format(
              Locale.ROOT,
              "accuracy: RLDAF must be more accurate than control alone by at least %.2f in the"
                  + " mean, but was by %.3f",
              LEAST_GAIN,
              gain));
    }
    count(
        failures,
        "perplexity: RLDAF's must be below that of control alone at equal accuracy, or its accuracy"
            + " beyond the reach of control alone,",
        seeds,
        RldafCriteria::isCheaper,
        6);
    double distinct = relativeDistinct(seeds, RLDAF);
    if (!(distinct >= LEAST_DISTINCT)) {
      failures.add(
          String.format(
              Locale.ROOT,
              "diversity: distinct-3 of RLDAF must be at least %.2f of the frozen policy's in the"
                  + " mean, but was %.3f of it",
              LEAST_DISTINCT,
              distinct));
    }
    count(
        failures,
        "fluency term: distinct-3 must be lower without it",
        seeds,
        seed -> seed.learnt(WITHOUT_FLUENCY).distinct3() < seed.learnt(RLDAF).distinct3(),
        7);
    double collapsed = relativeDistinct(seeds, REFERENCE_REWARD);
    if (!(collapsed < COLLAPSED)) {
      failures.add(
          String.format(
              Locale.ROOT,
              "collapse: under a reward with + log pi_ref, distinct-3 must fall below %.2f of the"
                  + " frozen policy's in the mean, but was %.3f of it",
              COLLAPSED,
              collapsed));
    }
    return failures;
  }

  /** A perplexity below that of control alone, or an accuracy that it never reaches. */
  static boolean isCheaper(RldafSeed seed) {
    RldafPoint rldaf = seed.learnt(RLDAF);
    OptionalDouble perplexity = seed.controlPerplexityAt(rldaf.accuracy());
    return perplexity.isEmpty() || rldaf.perplexity() < perplexity.getAsDouble();
  }

  private static double relativeDistinct(List<RldafSeed> seeds, RldafMethod method) {
    return mean(seeds, seed -> seed.learnt(method).distinct3())
        / mean(seeds, seed -> seed.start().distinct3());
  }

  private static void count(
      List<String> failures,
      String criterion,
      List<RldafSeed> seeds,
      Predicate<RldafSeed> holds,
      int ofEight) {
    long held = seeds.stream().filter(holds).count();
    int needed = (ofEight * seeds.size() + 7) / 8;
    if (held < needed) {
      failures.add(
          "%s in at least %d of %d seeds, but was in %d"
              .formatted(criterion, needed, seeds.size(), held));
    }
  }

  private static double mean(List<RldafSeed> seeds, ToDoubleFunction<RldafSeed> value) {
    return seeds.stream().mapToDouble(value).average().orElseThrow();
  }
}
