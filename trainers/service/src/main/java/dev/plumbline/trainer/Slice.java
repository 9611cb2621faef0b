/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.TrainingExample;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one version learns from: a range of a feed and what is in it.
 *
 * @param from first offset
 * @param to first offset after it
 * @param examples the last revision of each example to learn from, in the order of the feed
 * @param offsets where each of them stands
 * @param counts what became of all examples of the range
 * @param exampleHash running hash of all example ids and revisions up to {@code to}
 * @param unusable how many examples were unusable, by reason
 * @param newestAcceptedAt largest accepted time among the evidence of {@code examples}
 */
record Slice(
    long from,
    long to,
    List<TrainingExample> examples,
    List<Long> offsets,
    ExampleCounts counts,
    String exampleHash,
    Map<Unusable, Integer> unusable,
    @Nullable Instant newestAcceptedAt) {
  Slice {
    examples = List.copyOf(examples);
    offsets = List.copyOf(offsets);
    unusable = Collections.unmodifiableMap(new TreeMap<>(unusable));
  }
}
