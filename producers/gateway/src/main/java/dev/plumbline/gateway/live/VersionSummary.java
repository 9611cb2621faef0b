/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy version in a line.
 *
 * @param id the version
 * @param number its number
 * @param parent the version it started from; absent for the base policy
 * @param publishedAt when it was published
 * @param freshnessSeconds from the newest accepted feedback in it to its publication; absent where
 *     it learned from none
 * @param examples how many examples it learned from
 * @param heldOut how many examples were only scored
 * @param step optimizer steps since the base
 * @param objective what it learned with
 * @param metrics metrics of learning, by name
 */
record VersionSummary(
    PolicyVersionId id,
    int number,
    @Nullable PolicyVersionId parent,
    Instant publishedAt,
    @Nullable Double freshnessSeconds,
    int examples,
    int heldOut,
    long step,
    String objective,
    Map<String, Double> metrics) {

  static VersionSummary of(PolicyVersion version) {
    PolicyVersion.Learned learned = version.learned();
    return new VersionSummary(
        version.id(),
        version.id().number(),
        learned.parent(),
        version.observed().publishedAt(),
        freshnessSeconds(version.observed()),
        learned.counts().learned(),
        learned.counts().heldOut(),
        learned.step(),
        learned.objective(),
        learned.metrics());
  }

  private static @Nullable Double freshnessSeconds(PolicyVersion.Observed observed) {
    @Nullable Instant newest = observed.newestAcceptedAt();
    return newest == null
        ? null
        : Duration.between(newest, observed.publishedAt()).toMillis() / 1000.0;
  }
}
