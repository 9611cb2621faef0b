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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a feed record by record and says where a slice ends: after so many examples to learn from,
 * or at a boundary that has any before it. Nothing but the records decides, so that every reader of
 * the same feed makes the same slices.
 *
 * <p>Within a slice the last revision of an example counts. A revision above 1 of an example whose
 * first revision is not in the slice is of an earlier slice, and the {@link RevisionRule} says what
 * becomes of it.
 */
final class SliceBuilder {
  private enum Disposition {
    LEARN,
    HELD_OUT,
    SKIPPED,
    WITHDRAWN_TOO_LATE,
    WITHDRAWN,
    UNUSABLE,
    PARKED
  }

  /**
   * The last revision of an example so far, in its place. Only what is learned from is kept whole:
   * a slice may pass over any number of others.
   */
  private record Placed(
      long offset,
      boolean ofEarlierSlice,
      Disposition disposition,
      @Nullable Unusable reason,
      @Nullable TrainingExample learned) {}

  private final Curriculum curriculum;
  private final RevisionRule revisions;
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
   * @param revisions what becomes of revisions of examples of earlier slices
   * @param from where the slice starts
   * @param size how many examples to learn from make it complete
   * @param exampleHash the running hash up to {@code from}
   */
  SliceBuilder(
      Curriculum curriculum, RevisionRule revisions, long from, int size, String exampleHash) {
    this.curriculum = curriculum;
    this.revisions = revisions;
    this.from = from;
    this.to = from;
    this.size = size;
    this.exampleHash = exampleHash;
  }

  /**
   * Takes the next record of the feed and returns whether the slice ends with it.
   *
   * @throws RebuildDueException when the rule is to rebuild, and an example of an earlier slice is
   *     withdrawn
   */
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
            place(offset, example);
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
    List<Long> offsets = new ArrayList<>();
    Map<Unusable, Integer> unusable = new EnumMap<>(Unusable.class);
    for (Placed placed : latest.values()) {
      if (placed.learned != null) {
        examples.add(placed.learned);
        offsets.add(placed.offset);
      } else if (placed.reason != null) {
        unusable.merge(placed.reason, 1, Integer::sum);
      }
    }
    @Nullable Instant newest =
        examples.stream()
            .map(example -> example.evidence().newestAcceptedAt())
            .max(Comparator.naturalOrder())
            .orElse(null);
    return new Slice(from, to, examples, offsets, counts(), exampleHash, unusable, newest);
  }

  private ExampleCounts counts() {
    return new ExampleCounts(
        count(Disposition.LEARN),
        count(Disposition.HELD_OUT),
        superseded,
        count(Disposition.SKIPPED) + count(Disposition.WITHDRAWN_TOO_LATE),
        count(Disposition.WITHDRAWN),
        count(Disposition.UNUSABLE),
        count(Disposition.PARKED),
        count(placed -> placed.disposition == Disposition.LEARN && placed.ofEarlierSlice),
        count(Disposition.WITHDRAWN_TOO_LATE));
  }

  private void place(long offset, TrainingExample example) {
    exampleHash = Identity.chained(exampleHash, example.exampleId(), example.revision());
    // Removed first, so that the place of an example is that of its last revision.
    @Nullable Placed earlier = latest.remove(example.exampleId());
    boolean ofEarlierSlice = earlier == null ? example.revision() > 1 : earlier.ofEarlierSlice;
    Disposition disposition = disposition(example, ofEarlierSlice);
    if (disposition == Disposition.WITHDRAWN_TOO_LATE && revisions == RevisionRule.REBUILD) {
      throw new RebuildDueException(curriculum.parent(), example, offset);
    }
    latest.put(
        example.exampleId(),
        new Placed(
            offset,
            ofEarlierSlice,
            disposition,
            disposition == Disposition.UNUSABLE ? curriculum.unusable(example).orElse(null) : null,
            disposition == Disposition.LEARN ? example : null));
    if (earlier != null) {
      superseded++;
      learnable -= earlier.disposition == Disposition.LEARN ? 1 : 0;
    }
    learnable += disposition == Disposition.LEARN ? 1 : 0;
  }

  private Disposition disposition(TrainingExample example, boolean ofEarlierSlice) {
    boolean withdrawn = example.evidence().isWithdrawn();
    if (example.split() == Split.HELD_OUT) {
      return withdrawn ? Disposition.WITHDRAWN : Disposition.HELD_OUT;
    } else if (ofEarlierSlice && withdrawn) {
      return curriculum.takes(example) ? Disposition.WITHDRAWN_TOO_LATE : Disposition.SKIPPED;
    } else if (ofEarlierSlice && revisions != RevisionRule.RELEARN) {
      return Disposition.SKIPPED;
    } else if (withdrawn) {
      return Disposition.WITHDRAWN;
    } else if (!curriculum.takes(example)) {
      return Disposition.UNUSABLE;
    }
    return curriculum.parks(example) ? Disposition.PARKED : Disposition.LEARN;
  }

  private int count(Disposition disposition) {
    return count(placed -> placed.disposition == disposition);
  }

  private int count(Predicate<Placed> condition) {
    return (int) latest.values().stream().filter(condition).count();
  }
}
