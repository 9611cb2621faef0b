/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of an example as far as lineage goes.
 *
 * @param feed the partition of its feed
 * @param offset where it stands
 * @param exampleId the example
 * @param revision its number
 * @param itemId what it is about
 * @param trustEpoch the epoch whose reliabilities weighed it; absent where all counted alike
 * @param candidateIds what it compares
 * @param eventIds what it rests on; none in a withdrawal
 */
record Revision(
    int feed,
    long offset,
    String exampleId,
    int revision,
    String itemId,
    @Nullable Long trustEpoch,
    List<String> candidateIds,
    List<String> eventIds) {
  private static final long NO_EPOCH = Long.MIN_VALUE;

  static Revision of(int feed, long offset, TrainingExample example) {
    return new Revision(
        feed,
        offset,
        example.exampleId(),
        example.revision(),
        example.itemId(),
        example.evidence().trustEpoch(),
        candidates(example).stream().map(ExampleCandidate::candidateId).toList(),
        example.evidence().eventIds());
  }

  static Revision read(int feed, long offset, byte[] packed) {
    return Packed.read(
        packed,
        in -> {
          String exampleId = in.readUTF();
          int revision = in.readInt();
          String itemId = in.readUTF();
          long epoch = in.readLong();
          return new Revision(
              feed,
              offset,
              exampleId,
              revision,
              itemId,
              epoch == NO_EPOCH ? null : epoch,
              Packed.readTexts(in),
              Packed.readTexts(in));
        });
  }

  byte[] packed() {
    return Packed.write(
        out -> {
          out.writeUTF(exampleId);
          out.writeInt(revision);
          out.writeUTF(itemId);
          out.writeLong(trustEpoch == null ? NO_EPOCH : trustEpoch);
          Packed.writeTexts(out, candidateIds);
          Packed.writeTexts(out, eventIds);
        });
  }

  boolean isWithdrawn() {
    return eventIds.isEmpty();
  }

  private static List<ExampleCandidate> candidates(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> List.of(pair.a(), pair.b());
      case UnpairedExample unpaired -> List.of(unpaired.candidate());
      case RankedGroup group -> group.candidates();
      case RolloutGroup group ->
          group.rollouts().stream().map(RolloutGroup.Rollout::candidate).toList();
    };
  }
}
