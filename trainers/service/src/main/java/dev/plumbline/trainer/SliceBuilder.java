/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.Split;
import dev.plumbline.events.TrainingExample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a feed record by record and says where a slice ends: after so many examples to learn from,
 * or at a boundary that has any before it. Nothing but the records decides, so that every reader of
 * the same feed makes the same slices.
 *
 * <p>Within a slice the last revision of an example counts. A revision above 1 of an example whose
 * first revision is not in the slice belongs to an earlier slice and is skipped.
 */
final class SliceBuilder {
  private enum Disposition {
    LEARN,
    HELD_OUT,
    SKIPPED,
    WITHDRAWN,
    UNUSABLE,
    PARKED
  }

  /** An example in its place; absent where it isn't learned from. */
  private record Placed(
      @Nullable TrainingExample learned, Disposition disposition, @Nullable Unusable reason) {}

  private final Curriculum curriculum;
  private final long from;
  private final int size;
  private final Map<String, Placed> latest = new LinkedHashMap<>();
  private String exampleHash;
  private long to;
  private int superseded;
  private int learnable;
  private boolean complete;

  /**
   * @param curriculum which examples are learned from
   * @param from where the slice starts
   * @param size how many examples to learn from make it complete
   * @param exampleHash the running hash up to {@code from}
   */
  SliceBuilder(Curriculum curriculum, long from, int size, String exampleHash) {
    this.curriculum = curriculum;
    this.from = from;
    this.to = from;
    this.size = size;
    this.exampleHash = exampleHash;
  }

  /** Takes the next record of the feed and returns whether the slice ends with it. */
  boolean add(long offset, ExampleRecord record) {
    if (complete || offset < to) {
      throw new IllegalStateException(
          "offset %d does not continue the slice %d to %d%s"
              .formatted(offset, from, to, complete ? ", which is complete" : ""));
    }
    to = offset + 1;
    complete =
        switch (record) {
          case Boundary boundary -> learnable > 0;
          case TrainingExample example -> {
            place(example);
            yield learnable == size;
          }
        };
    return complete;
  }

  /** How many examples to learn from the slice has so far. */
  int learnable() {
    return learnable;
  }

  /** The first offset that has not been read. */
  long to() {
    return to;
  }

  Slice build() {
    List<TrainingExample> examples = new ArrayList<>();
    for (Placed placed : latest.values()) {
      if (placed.learned != null) {
        examples.add(placed.learned);
      }
    }
    @Nullable Instant newest =
        examples.stream()
            .map(example -> example.evidence().newestAcceptedAt())
            .max(Comparator.naturalOrder())
            .orElse(null);
    ExampleCounts counts =
        new ExampleCounts(
            count(Disposition.LEARN),
            count(Disposition.HELD_OUT),
            superseded,
            count(Disposition.SKIPPED),
            count(Disposition.WITHDRAWN),
            count(Disposition.UNUSABLE),
            count(Disposition.PARKED));
    Map<Unusable, Integer> unusable = new EnumMap<>(Unusable.class);
    for (Placed placed : latest.values()) {
      if (placed.reason != null) {
        unusable.merge(placed.reason, 1, Integer::sum);
      }
    }
    return new Slice(from, to, examples, counts, exampleHash, unusable, newest);
  }

  private void place(TrainingExample example) {
    exampleHash = Identity.chained(exampleHash, example.exampleId(), example.revision());
    // Removed first, so that the place of an example is that of its last revision.
    @Nullable Placed earlier = latest.remove(example.exampleId());
    Disposition disposition = disposition(example, earlier);
    latest.put(
        example.exampleId(),
        new Placed(
            disposition == Disposition.LEARN ? example : null,
            disposition,
            disposition == Disposition.UNUSABLE
                ? curriculum.unusable(example).orElse(null)
                : null));
    if (earlier != null) {
      superseded++;
      learnable -= earlier.disposition == Disposition.LEARN ? 1 : 0;
    }
    learnable += disposition == Disposition.LEARN ? 1 : 0;
  }

  private Disposition disposition(TrainingExample example, @Nullable Placed earlier) {
    boolean ofEarlierSlice =
        earlier == null ? example.revision() > 1 : earlier.disposition == Disposition.SKIPPED;
    boolean withdrawn = example.evidence().isWithdrawn();
    if (example.split() == Split.HELD_OUT) {
      return withdrawn ? Disposition.WITHDRAWN : Disposition.HELD_OUT;
    } else if (ofEarlierSlice) {
      return Disposition.SKIPPED;
    } else if (withdrawn) {
      return Disposition.WITHDRAWN;
    } else if (!curriculum.takes(example)) {
      return Disposition.UNUSABLE;
    }
    return curriculum.parks(example) ? Disposition.PARKED : Disposition.LEARN;
  }

  private int count(Disposition disposition) {
    return (int)
        latest.values().stream().filter(placed -> placed.disposition == disposition).count();
  }
}
