/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

/** Which way a phrase speaks. */
enum Polarity {
  POSITIVE,
  NEGATIVE;

  Polarity opposite() {
    return this == POSITIVE ? NEGATIVE : POSITIVE;
  }
}
