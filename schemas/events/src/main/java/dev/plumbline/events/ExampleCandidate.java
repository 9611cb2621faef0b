/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import org.jspecify.annotations.Nullable;

/**
 * A candidate as an example carries it.
 *
 * @param candidateId its id
 * @param text its text
 * @param version the policy version that gave it; absent for answers from elsewhere
 */
public record ExampleCandidate(String candidateId, Text text, @Nullable PolicyVersionId version) {
  public ExampleCandidate {
    Limits.requireId("candidateId", candidateId);
  }
}
