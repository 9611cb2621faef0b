/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What an objective says about a batch of unpaired examples.
 *
 * @param values one per example, in order
 * @param referencePoint the log-ratio that counts as neither gain nor loss: KTO's z0, in nats; 0
 *     for objectives without one
 */
public record UnpairedBatchValue(List<UnpairedValue> values, double referencePoint) {
  public UnpairedBatchValue {
    values = List.copyOf(values);
  }
}
