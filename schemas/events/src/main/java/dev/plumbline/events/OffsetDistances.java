/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Rising offsets in few bytes, for most feeds one each: the distance of each to the least it could
 * be, as a variable-length integer of 7 bits, least significant first (LEB128).
 */
final class OffsetDistances {
  private static final int MORE = 0x80;
  private static final int LONGEST = 63;

  private OffsetDistances() {}

  static Bytes encode(long from, List<Long> offsets) {
    var bytes = new ByteArrayOutputStream();
    long least = from;
    for (long offset : offsets) {
      if (offset < least) {
        throw new IllegalArgumentException(
            "offsets must rise from %d on, but were %s".formatted(from, offsets));
      }
      long distance = offset - least;
      while (distance >= MORE) {
        bytes.write((int) (distance | MORE));
        distance >>>= 7;
      }
      bytes.write((int) distance);
      least = offset + 1;
    }
    return Bytes.of(bytes.toByteArray());
  }

  static List<Long> decode(long from, long to, Bytes bytes) {
    List<Long> offsets = new ArrayList<>();
    long least = from;
    long distance = 0;
    int shift = 0;
    for (byte each : bytes.toArray()) {
      distance |= (long) (each & (MORE - 1)) << shift;
      shift += 7;
      if ((each & MORE) == 0) {
        long offset = least + distance;
        if (offset < least || offset >= to) {
          throw new IllegalArgumentException(
              "learned offsets must lie in %d to %d, but one was %d".formatted(from, to, offset));
        }
        offsets.add(offset);
        least = offset + 1;
        distance = 0;
        shift = 0;
      } else if (shift >= LONGEST) {
        throw new IllegalArgumentException("a distance between offsets takes at most 9 bytes");
      }
    }
    if (shift > 0) {
      throw new IllegalArgumentException("the last learned offset is cut off");
    }
    return List.copyOf(offsets);
  }
}
