/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was said in one world.
 *
 * @param seed that world, controller and frozen policy were drawn with
 * @param controlAlone plug-and-play control of the frozen policy, per lambda; 0 is the policy
 *     without control
 * @param learnt what each method's policy says after its last update
 */
record RldafSeed(
    long seed, SortedMap<Double, RldafPoint> controlAlone, Map<RldafMethod, RldafPoint> learnt) {

  RldafSeed {
    controlAlone = Collections.unmodifiableSortedMap(new TreeMap<>(controlAlone));
    learnt = Map.copyOf(learnt);
  }

  /** The frozen policy, uncontrolled. */
  RldafPoint start() {
    return controlAlone(0);
  }

  RldafPoint controlAlone(double lambda) {
    return Objects.requireNonNull(controlAlone.get(lambda), () -> "lambda " + lambda);
  }

  RldafPoint learnt(RldafMethod method) {
    return Objects.requireNonNull(learnt.get(method), method::title);
  }

  /**
   * The perplexity at which control alone first reaches an accuracy, as lambda grows, linearly
   * between the two values of lambda around; empty where it never does.
   */
  OptionalDouble controlPerplexityAt(double accuracy) {
    RldafPoint before = start();
    for (RldafPoint after : controlAlone.values()) {
      if (after.accuracy() >= accuracy) {
        double rise = after.accuracy() - before.accuracy();
        double part = rise > 0 ? (accuracy - before.accuracy()) / rise : 1;
        return OptionalDouble.of(
            before.perplexity() + part * (after.perplexity() - before.perplexity()));
      }
      before = after;
    }
    return OptionalDouble.empty();
  }
}
