/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;

/** A policy version where it stands. */
record VersionRecord(String place, PolicyVersion version) {
  PolicyVersionId id() {
    return version.id();
  }

  PolicyVersion.Learned learned() {
    return version.learned();
  }
}
