/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.List;

/**
 * What can be said about one sort of thing: phrases that praise it and phrases that fault it. A
 * single word may carry an intensifier ("quite friendly"), a longer phrase may not.
 *
 * @param praise phrases that count as positive
 * @param fault phrases that count as negative
 */
record Trait(List<String> praise, List<String> fault) {
  static final Trait PEOPLE =
      new Trait(
          List.of("friendly", "helpful", "patient", "cheerful", "attentive", "polite", "warm"),
          List.of("rude", "careless", "impatient", "unhelpful", "grumpy", "bored", "cold"));

  static final Trait FOOD =
      new Trait(
          List.of("delicious", "fresh", "tasty", "generous", "full of flavour", "well seasoned"),
          List.of("stale", "bland", "greasy", "tasteless", "far too salty", "badly burnt"));

  static final Trait PLACE =
      new Trait(
          List.of("cosy", "spotless", "bright", "peaceful", "charming", "well kept"),
          List.of("dirty", "noisy", "gloomy", "cramped", "shabby", "badly lit"));

  static final Trait GEAR =
      new Trait(
          List.of("reliable", "sturdy", "smooth", "solid", "precise", "well made"),
          List.of("unreliable", "flimsy", "wobbly", "clunky", "squeaky", "badly made"));

  static final Trait STORY =
      new Trait(
          List.of("gripping", "moving", "clever", "memorable", "elegant", "full of surprises"),
          List.of("boring", "confusing", "predictable", "forgettable", "clumsy", "far too long"));

  static final List<Trait> ALL = List.of(PEOPLE, FOOD, PLACE, GEAR, STORY);

  List<String> phrases(Polarity polarity) {
    return switch (polarity) {
      case POSITIVE -> praise;
      case NEGATIVE -> fault;
    };
  }
}
