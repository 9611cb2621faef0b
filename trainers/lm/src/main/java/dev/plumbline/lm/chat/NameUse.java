/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which names a template assigns, calls and reads: what can be refused before it is rendered. */
final class NameUse {
  private final Set<String> assigned = new HashSet<>(Set.of("loop", "caller"));
  private final Map<String, Integer> lineOfCall = new LinkedHashMap<>();
  private final Deque<Set<String>> readInBodies = new ArrayDeque<>();

  void assign(String name) {
    assigned.add(name);
  }

  void call(String name, int line) {
    lineOfCall.putIfAbsent(name, line);
  }

  void read(String name) {
    if (!readInBodies.isEmpty()) {
      readInBodies.peek().add(name);
    }
  }

  void beginBody() {
    readInBodies.push(new HashSet<>());
  }

  /** Names read since {@link #beginBody}. */
  Set<String> endBody() {
    return readInBodies.pop();
  }

  /** Lines of the first calls of names that are neither assigned nor functions known to us. */
  Map<String, Integer> unknownCalls() {
    Map<String, Integer> unknown = new LinkedHashMap<>(lineOfCall);
    unknown.keySet().removeAll(assigned);
    unknown.keySet().removeAll(Functions.NAMES);
    return unknown;
  }
}
