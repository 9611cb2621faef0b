/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The record of a policy version and its only commit point: everything it names was durable before
 * it was written.
 *
 * @param id the version
 * @param lane the lane that wrote it
 * @param learned what follows from the feed, the settings and the base alone
 * @param observed what depends on when and where it ran
 */
public record PolicyVersion(PolicyVersionId id, String lane, Learned learned, Observed observed) {
  public PolicyVersion {
    Limits.requireId("lane", lane);
  }

  /** Returns the policy. */
  public String policy() {
    return id.policy();
  }

  /**
   * The deterministic part: equal for a lane that was killed at any moment and for one that never
   * was.
   *
   * @param parent the version it started from; absent for the base policy
   * @param artifactDigest SHA-256 of the artifact's sorted manifest, in hexadecimal
   * @param consumed the ranges of the feed it learned from
   * @param exampleHash running hash of the consumed example ids and revisions, from the base on
   * @param counts what became of the consumed examples
   * @param step optimizer steps since the base
   * @param metrics metrics of learning, by name
   * @param objective the objective it learned with
   * @param configHash SHA-256 of the lane's settings
   * @param base the frozen base model
   * @param engine what the bytes depend on: CPU features, thread count, libtorch
   * @param heldOutFrom offset of the oldest held-out example that was scored
   */
  public record Learned(
      @Nullable PolicyVersionId parent,
      String artifactDigest,
      List<ConsumedRange> consumed,
      String exampleHash,
      ExampleCounts counts,
      long step,
      Map<String, Double> metrics,
      String objective,
      String configHash,
      BaseModel base,
      String engine,
      long heldOutFrom) {
    public Learned {
      consumed = List.copyOf(consumed);
      metrics = java.util.Collections.unmodifiableMap(new TreeMap<>(metrics));
    }
  }

  /**
   * A range of one partition.
   *
   * @param topicId the topic's id in its cluster, which a re-created topic does not share
   * @param topic the topic's name
   * @param partition the partition
   * @param from first offset
   * @param to first offset after the range: last learned offset + 1
   * @param learnedOffsets the offsets of the examples that were learned from: the distance of each
   *     to the first offset or to what follows the one before it, as variable-length integers of 7
   *     bits, least significant first; absent where who wrote the record did not say
   */
  public record ConsumedRange(
      String topicId,
      String topic,
      int partition,
      long from,
      long to,
      @AddedLater @Nullable Bytes learnedOffsets) {
    public ConsumedRange {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException(
            "a range must not end before it starts, but was %d to %d".formatted(from, to));
      }
      if (learnedOffsets != null) {
        OffsetDistances.decode(from, to, learnedOffsets);
      }
    }

    /** A range of which is not said what was learned. */
    public ConsumedRange(String topicId, String topic, int partition, long from, long to) {
      this(topicId, topic, partition, from, to, null);
    }

    /**
     * The same range with what was learned of it.
     *
     * @param offsets within the range, in rising order
     */
    public ConsumedRange withLearned(List<Long> offsets) {
      return new ConsumedRange(
          topicId, topic, partition, from, to, OffsetDistances.encode(from, offsets));
    }

    /** The offsets of the examples that were learned from; empty where that is not said. */
    public Optional<List<Long>> learned() {
      return learnedOffsets == null
          ? Optional.empty()
          : Optional.of(OffsetDistances.decode(from, to, learnedOffsets));
    }
  }

  /**
   * What became of the examples in the consumed range.
   *
   * @param learned learned from
   * @param heldOut held out, only scored
   * @param superseded followed by a later revision within the range
   * @param skipped revisions of examples that an earlier version had learned
   * @param withdrawn withdrawn by their last revision
   * @param unusable of a kind the objective does not take, or sealed
   * @param parked by versions too old for what the lane accepts
   * @param relearned of the learned: revisions of examples of earlier versions
   * @param withdrawnTooLate of the skipped: withdrawals of examples of earlier versions, which
   *     can't be unlearned
   */
  public record ExampleCounts(
      int learned,
      int heldOut,
      int superseded,
      int skipped,
      int withdrawn,
      int unusable,
      int parked,
      int relearned,
      int withdrawnTooLate) {
    /** Counts of a range in which no example of an earlier version was relearned or withdrawn. */
    public ExampleCounts(
        int learned,
        int heldOut,
        int superseded,
        int skipped,
        int withdrawn,
        int unusable,
        int parked) {
      this(learned, heldOut, superseded, skipped, withdrawn, unusable, parked, 0, 0);
    }
  }

  /**
   * The frozen model that a lineage stands on.
   *
   * @param name its name
   * @param weightsSha256 digest of the weights
   * @param tokenizerSha256 digest of the tokenizer
   */
  public record BaseModel(String name, String weightsSha256, String tokenizerSha256) {}

  /**
   * The part that depends on when and where the lane ran.
   *
   * @param publishedAt when the version was published
   * @param newestAcceptedAt largest record time among the evidence; absent for the base policy
   * @param metrics timings and the like, by name
   */
  public record Observed(
      Instant publishedAt, @Nullable Instant newestAcceptedAt, Map<String, Double> metrics) {
    public Observed {
      metrics = java.util.Collections.unmodifiableMap(new TreeMap<>(metrics));
    }
  }
}
