/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * TR-DPO's rule: every so many optimizer steps the reference moves some of the way to the policy.
 *
 * <pre>
 *   theta_ref &lt;- a theta + (1 - a) theta_ref   after steps tau, 2 tau, ...
 * </pre>
 *
 * <p>Source: Gorbatovski et al., arXiv 2404.09656; TRL's {@code sync_ref_model} with {@code
 * ref_model_mixup_alpha} 0.6 and {@code ref_model_sync_steps} 512. a = 1 is the hard update.
 *
 * @param mixupAlpha a; in (0, 1]
 * @param syncSteps tau; at least 1
 */
public record ReferenceRefresh(double mixupAlpha, int syncSteps) {

  public ReferenceRefresh {
    if (!(mixupAlpha > 0 && mixupAlpha <= 1)) {
      throw new IllegalArgumentException(
          "ref_model_mixup_alpha must be in (0, 1], but was " + mixupAlpha + " (typical: 0.6)");
    }
    if (syncSteps < 1) {
      throw new IllegalArgumentException(
          "ref_model_sync_steps must be at least 1, but was " + syncSteps + " (typical: 512)");
    }
  }

  /** Whether the reference moves after this many optimizer steps. */
  public boolean isDueAfter(long steps) {
    return steps > 0 && steps % syncSteps == 0;
  }

  /** The reference's next value of one weight. */
  public double refreshed(double policy, double reference) {
    return mixupAlpha * policy + (1 - mixupAlpha) * reference;
  }
}
