/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.Identity;
import dev.plumbline.events.TrainingExample;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The final view of examples: of each the latest revision, unless that withdraws it. Two views are
 * equal when they hold the same examples with the same contents: texts, beliefs, weight and set of
 * evidence. How many revisions it took, which depends on the order of reading, is left out. Used by
 * one thread.
 */
public final class FinalView {
  private final SortedMap<String, String> contents = new TreeMap<>();

  /** Takes the next revision of an example. */
  public void add(TrainingExample example) {
    if (example.evidence().isWithdrawn()) {
      contents.remove(example.exampleId());
    } else {
      contents.put(example.exampleId(), contentHash(example));
    }
  }

  /** Returns the hash of the content of each example that is not withdrawn, by id. */
  public SortedMap<String, String> contents() {
    return Collections.unmodifiableSortedMap(contents);
  }

  /** Returns the hash of the whole view. */
  public String hash() {
    return hash(contents);
  }

  /** Returns the hash of a view whose contents are given by id. */
  public static String hash(SortedMap<String, String> contents) {
    return Identity.hash(
        "final-view",
        contents.entrySet().stream()
            .flatMap(example -> Stream.of(example.getKey(), example.getValue()))
            .toArray(String[]::new));
  }

  /** Returns the hash of what an example says, whichever revision it is. */
  public static String contentHash(TrainingExample example) {
    return Identity.hash(
        "example",
        Stream.concat(
                Stream.of(Identity.contentHash((Record) example, "revision", "evidence")),
                example.evidence().eventIds().stream())
            .toArray(String[]::new));
  }
}
