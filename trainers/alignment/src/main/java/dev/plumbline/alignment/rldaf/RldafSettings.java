/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.base.settings.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What RLDAF's update reads, beside {@linkplain dev.plumbline.reward.control.ControlSettings what
 * speaks}. What isn't set has the default that the objective gives it; all are our reading.
 */
public record RldafSettings(
    @Setting(doc = "RLDAF: importance weights are cut to this (default: 2).")
        @Nullable Double largestImportanceWeight,
    @Setting(
            doc =
                "RLDAF: what the attribute weighs at first; fluency weighs the rest (default: 0.8).")
        @Nullable Double attributeWeight,
    @Setting(doc = "RLDAF: how fast the weights adjust; 0: not at all (default: 0.3).")
        @Nullable Double adjustmentRate,
    @Setting(doc = "RLDAF: what the moving averages keep at each update (default: 0.9).")
        @Nullable Double averaging,
    @Setting(doc = "RLDAF: the mean C(end) to reach (default: 0.99).")
        @Nullable Double targetAttainment,
    @Setting(
            doc =
                "RLDAF: KL from the reference that costs no weight, in nats per token (default: 0.15).")
        @Nullable Double targetDivergence) {

  /** Those that are set, by name. */
  public Map<String, Double> given() {
    Map<String, Double> given = new LinkedHashMap<>();
    put(given, "largest_importance_weight", largestImportanceWeight);
    put(given, "attribute_weight", attributeWeight);
    put(given, "adjustment_rate", adjustmentRate);
    put(given, "averaging", averaging);
    put(given, "target_attainment", targetAttainment);
    put(given, "target_divergence", targetDivergence);
    return given;
  }

  private static void put(Map<String, Double> given, String name, @Nullable Double value) {
    if (value != null) {
      given.put(name, value);
    }
  }
}
