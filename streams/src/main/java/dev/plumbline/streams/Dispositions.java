/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/**
 * Reads what has become of events where streams themselves remember it: the changelog of the store
 * of identities, a compacted topic whose last record per key counts. No other topic repeats it.
 */
public final class Dispositions {
  private Dispositions() {}

  /** Returns the name of the changelog of an application id. */
  public static String topic(String applicationId) {
    return applicationId + "-" + StoredState.IDENTITIES + "-changelog";
  }

  /**
   * Returns the identity that a record of the changelog is about.
   *
   * @throws org.apache.kafka.streams.errors.ProcessorStateException if another version wrote it
   */
  public static EventIdentity identity(byte[] key) {
    List<String> parts = StateCodec.parts(Bytes.wrap(key));
    return new EventIdentity(parts.getFirst(), parts.getLast());
  }

  /**
   * Returns the disposition that a record of the changelog holds.
   *
   * @throws org.apache.kafka.streams.errors.ProcessorStateException if another version wrote it
   */
  public static Disposition disposition(byte[] value) {
    return StateCodec.identifiedEvent(value).disposition();
  }
}
