/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

/**
 * A part of what is reviewed.
 *
 * @param noun without article
 * @param was the verb that agrees with the noun
 * @param trait the sort of thing it is
 */
record Aspect(String noun, String was, Trait trait) {
  static Aspect one(String noun, Trait trait) {
    return new Aspect(noun, "was", trait);
  }

  static Aspect many(String noun, Trait trait) {
    return new Aspect(noun, "were", trait);
  }
}
