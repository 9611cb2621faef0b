/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

/** The answer of one health check. */
public sealed interface Health {

  /** All is well. */
  Health HEALTHY = new Healthy();

  /** Something is wrong; the reason is for an operator to act on. */
  static Health unhealthy(String reason) {
    return new Unhealthy(reason);
  }

  /** See {@link #HEALTHY}. */
  record Healthy() implements Health {}

  /** See {@link #unhealthy}. */
  record Unhealthy(String reason) implements Health {}
}
