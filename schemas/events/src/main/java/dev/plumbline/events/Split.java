/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Which items are learned from. Decided by the item's id alone, for ever. */
public enum Split {
  /** Learned from. */
  TRAIN,
  /** Never learned from, only scored. */
  HELD_OUT;

  /** One item in this many is held out. */
  public static final int HELD_OUT_ONE_IN = 20;

  /** Returns the split of an item: held out where CRC-32C of its id is 0 modulo 20. */
  public static Split of(String itemId) {
    CRC32C crc = new CRC32C();
    crc.update(itemId.getBytes(StandardCharsets.UTF_8));
    return crc.getValue() % HELD_OUT_ONE_IN == 0 ? HELD_OUT : TRAIN;
  }
}
