/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import dev.plumbline.events.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Strings to be found in bytes, many at once: by a hash of their first bytes (Rabin and Karp). */
final class Plants {
  private static final int START = 8;
  private static final long BASE = 0x9E3779B97F4A7C15L;

  private final Map<Long, List<Plant>> byStart = new HashMap<>();
  private final boolean[] firstBytes = new boolean[256];
  private long oldestFactor = 1;

  private record Plant(String text, Bytes utf8) {}

  /**
   * @param texts of eight bytes or more in UTF-8
   */
  Plants(Collection<String> texts) {
    for (int i = 1; i < START; i++) {
      oldestFactor *= BASE;
    }
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length < START) {
        throw new IllegalArgumentException("too short to be searched for: " + text);
      }
      byStart
          .computeIfAbsent(hash(bytes), start -> new ArrayList<>())
          .add(new Plant(text, Bytes.of(bytes)));
      firstBytes[bytes[0] & 0xFF] = true;
    }
  }

  void findIn(byte[] bytes, Consumer<String> found) {
    if (bytes.length < START) {
      return;
    }
    long hash = hash(bytes);
    for (int at = 0; ; at++) {
      if (firstBytes[bytes[at] & 0xFF]) {
        for (Plant plant : byStart.getOrDefault(hash, List.of())) {
          if (startsWith(bytes, at, plant.utf8().toArray())) {
            found.accept(plant.text());
          }
        }
      }
      if (at + START >= bytes.length) {
        return;
      }
      hash = (hash - bytes[at] * oldestFactor) * BASE + bytes[at + START];
    }
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] plant) {
    return at + plant.length <= bytes.length
        && Arrays.equals(bytes, at, at + plant.length, plant, 0, plant.length);
  }

  private static long hash(byte[] bytes) {
    long hash = 0;
    for (int i = 0; i < START; i++) {
      hash = hash * BASE + bytes[i];
    }
    return hash;
  }
}
