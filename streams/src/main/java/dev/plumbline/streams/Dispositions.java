/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * Reads what has become of events where streams themselves remember it: the changelog of the item
 * partitions' store, a compacted topic whose last record per key counts. No other topic repeats it.
 */
public final class Dispositions {
  private Dispositions() {}

  /** Returns the name of the changelog of an application id. */
  public static String topic(String applicationId) {
    return applicationId + "-" + StoredState.STORE + "-changelog";
  }

  /**
   * Returns the identity that a record of the changelog is about; empty if it is about something
   * else.
   *
   * @throws org.apache.kafka.streams.errors.ProcessorStateException if another version wrote it
   */
  public static Optional<EventIdentity> identity(byte[] key) {
    return Table.Name.IDENTITIES.rowKey(key).map(Dispositions::identity);
  }

  static EventIdentity identity(Bytes rowKey) {
    List<String> parts = StateCodec.parts(rowKey);
    return new EventIdentity(parts.getFirst(), parts.getLast());
  }

  /**
   * Returns the disposition that a record of the changelog about an identity holds.
   *
   * @throws org.apache.kafka.streams.errors.ProcessorStateException if another version wrote it
   */
  public static Disposition disposition(byte[] value) {
    return StateCodec.identifiedEvent(value).disposition();
  }
}
