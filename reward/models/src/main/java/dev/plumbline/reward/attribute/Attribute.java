/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import java.util.List;

/**
 * What a controller tells of texts.
 *
 * @param name of the attribute, for example {@code positive}
 * @param against the labels of texts that don't have it; empty for all others
 */
public record Attribute(String name, List<String> against) {

  public Attribute {
    if (name.isBlank()) {
      throw new IllegalArgumentException("attribute must name a label, but was '" + name + "'");
    }
    against = List.copyOf(against);
    if (against.contains(name)) {
      throw new IllegalArgumentException(
          "attribute '%s' can't be held against itself: against was %s".formatted(name, against));
    }
  }
}
