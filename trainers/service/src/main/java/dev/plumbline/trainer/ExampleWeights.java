/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.AgeDiscount;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is left of the weight of each example of a slice, by its age, the versions that wrote it,
 * and the share of its annotators: a pure function of slice, parent and settings.
 */
final class ExampleWeights {
  private final Map<String, Double> factors;
  private final Map<String, Double> metrics;

  private ExampleWeights(Map<String, Double> factors, Map<String, Double> metrics) {
    this.factors = factors;
    this.metrics = metrics;
  }

  static ExampleWeights of(Slice slice, Curriculum curriculum, LearningSettings settings) {
    Map<String, Double> factors = new HashMap<>();
    List<AnnotatorShares.Spoken> spoken = new ArrayList<>();
    for (TrainingExample example : slice.examples()) {
      double factor = byAge(example, slice, settings.ageDiscount()) * curriculum.factor(example);
      factors.put(example.exampleId(), factor);
      spoken.add(
          new AnnotatorShares.Spoken(
              Math.round(weightPpm(example) * factor),
              example.evidence().annotatorIds().stream().distinct().sorted().toList()));
    }
    Map<String, Double> metrics = new TreeMap<>();
    if (settings.annotatorShare() < 1) {
      AnnotatorShares shares = AnnotatorShares.of(spoken, settings.annotatorSharePpm());
      for (int i = 0; i < spoken.size(); i++) {
        double kept = shares.factor(spoken.get(i));
        factors.computeIfPresent(
            slice.examples().get(i).exampleId(), (id, factor) -> factor * kept);
      }
      metrics.put("annotators/capped", (double) shares.capped());
      metrics.put("annotators/largest_share", shares.largestShareBefore());
      metrics.put("annotators/weight_kept", shares.kept());
    }
    return new ExampleWeights(factors, metrics);
  }

  /** The factor on the weight of an example of the slice. */
  double factor(TrainingExample example) {
    return factors.get(example.exampleId());
  }

  /** What the bound on shares did, by name; nothing where there is none. */
  Map<String, Double> metrics() {
    return metrics;
  }

  private static double byAge(TrainingExample example, Slice slice, AgeDiscount discount) {
    Instant acceptedAt = example.evidence().newestAcceptedAt();
    Instant newest = slice.newestAcceptedAt() == null ? acceptedAt : slice.newestAcceptedAt();
    return discount.factor(Duration.between(acceptedAt, newest));
  }

  private static int weightPpm(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> pair.weightPpm();
      case UnpairedExample unpaired -> unpaired.weightPpm();
      case RankedGroup group -> group.weightPpm();
      case RolloutGroup group -> 1_000_000;
    };
  }
}
