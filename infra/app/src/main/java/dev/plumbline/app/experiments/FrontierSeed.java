/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.Map;
import java.util.Objects;

/**
 * The curves of all methods in one world.
 *
 * @param seed that world, reference, pairs and order of batches were drawn with
 */
record FrontierSeed(long seed, Map<FrontierMethod, FrontierCurve> curves) {
  FrontierSeed {
    curves = Map.copyOf(curves);
  }

  FrontierCurve curve(FrontierMethod method) {
    return Objects.requireNonNull(curves.get(method), method::title);
  }
}
