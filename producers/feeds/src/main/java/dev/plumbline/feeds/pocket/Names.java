/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.List;
import java.util.stream.Stream;

/** What the things reviewed are called, and when they were met. All invented. */
final class Names {
  static final List<String> PLACES =
      List.of(
          "Harbour",
          "Willow",
          "Station",
          "Corner",
          "Castle",
          "Garden",
          "River",
          "Market",
          "Bridge",
          "Lantern",
          "Orchard",
          "Mill",
          "Abbey",
          "Meadow",
          "Tower",
          "Anchor",
          "Maple",
          "Fountain",
          "Chapel",
          "Lake",
          "Park",
          "Windmill",
          "Rose",
          "Island");

  static final List<String> TIMES =
      List.of(
          "on Monday",
          "on Tuesday",
          "on Wednesday",
          "on Thursday",
          "on Friday",
          "on Saturday",
          "on Sunday",
          "yesterday",
          "last week",
          "last month",
          "in May",
          "in October");

  private Names() {}

  static List<String> films() {
    return pairs(
        "The %s %s",
        List.of("Silent", "Golden", "Hidden", "Last", "Distant", "Broken"),
        List.of("River", "Garden", "Letter", "Winter"));
  }

  static List<String> books() {
    return pairs(
        "The %s %s",
        List.of("Silent", "Golden", "Hidden", "Last", "Distant", "Broken"),
        List.of("Island", "Clock", "Harbour", "Promise"));
  }

  static List<String> bikes() {
    return pairs(
        "%s %s",
        List.of("Falcon", "Comet", "Breeze", "Nomad", "Arrow", "Thunder", "Willow", "Pebble"),
        List.of("City", "Tour", "Trail"));
  }

  private static List<String> pairs(String form, List<String> first, List<String> second) {
    return first.stream().flatMap(a -> pairsWith(form, a, second)).toList();
  }

  private static Stream<String> pairsWith(String form, String first, List<String> second) {
    return second.stream().map(b -> form.formatted(first, b));
  }
}
