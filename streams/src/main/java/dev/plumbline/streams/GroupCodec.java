/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;

/** Keys and values of the store of groups, in the manner of {@link StateCodec}. */
final class GroupCodec {
  private GroupCodec() {}

  static Bytes key(Group group) {
    return StateCodec.key(
        Stream.concat(Stream.of(group.itemId(), group.criterion()), group.candidateIds().stream())
            .toArray(String[]::new));
  }

  static byte[] value(GroupState state) {
    return StateCodec.formatted(
        out -> {
          out.writeInt(state.revision());
          StateCodec.writeOptional(out, state.contentHash());
        });
  }

  static GroupState state(byte[] value) {
    return StateCodec.readFormatted(
        value, in -> new GroupState(in.readInt(), StateCodec.readOptional(in)));
  }
}
