/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PolicyVersionId;
import org.jspecify.annotations.Nullable;

/** Who made a completion, as objectives ask. */
final class Origins {
  private Origins() {}

  /** Version 0 of a policy is its base: the reference. Later ones are the policy. */
  static CompletionOrigin of(ExampleCandidate candidate) {
    @Nullable PolicyVersionId version = candidate.version();
    if (version == null) {
      return CompletionOrigin.UNKNOWN;
    }
    return version.number() == 0 ? CompletionOrigin.REFERENCE : CompletionOrigin.POLICY;
  }
}
