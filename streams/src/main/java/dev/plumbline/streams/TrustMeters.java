/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.Standing;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustEstimate;
import dev.plumbline.judgement.trust.TrustLedger;
import dev.plumbline.judgement.trust.TrustPolicy;
import dev.plumbline.judgement.trust.TrustSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * What is shown of whom to believe, as of the last epoch that was closed while this process had the
 * trust task. Written by one stream thread, read by any.
 */
final class TrustMeters {
  private static final Closed NOTHING =
      new Closed(TrustEstimate.of(TrustLedger.EMPTY, TrustPolicy.DEFAULT), TrustCounts.NONE);

  private record Closed(TrustSnapshot snapshot, TrustCounts counts) {}

  private volatile Closed last = NOTHING;

  TrustMeters(MeterRegistry registry) {
    Gauge.builder("plumbline.trust.epoch", this, meters -> meters.last.snapshot().epoch())
        .description("last epoch after which it was computed whom to believe")
        .register(registry);
    Gauge.builder(
            "plumbline.trust.annotators", this, meters -> meters.last.snapshot().standings().size())
        .description("annotators of whom something is known")
        .register(registry);
    Gauge.builder(
            "plumbline.trust.quarantined",
            this,
            meters ->
                meters.last.snapshot().standings().values().stream()
                    .filter(Standing::quarantined)
                    .count())
        .description("annotators whose votes are set aside")
        .register(registry);
    for (Alphabet alphabet : List.of(Alphabet.PAIR, Alphabet.THUMBS)) {
      Gauge.builder(
              "plumbline.trust.agreement",
              this,
              meters -> OverlapAgreement.alpha(alphabet, meters.last.counts().overlaps()))
          .description("Krippendorff's alpha of the answers that met in the last epoch")
          .tag("questions", alphabet.name())
          .register(registry);
    }
  }

  void closed(TrustSnapshot snapshot, TrustCounts counts) {
    last = new Closed(snapshot, counts);
  }
}
