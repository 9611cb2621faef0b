/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The newest of something, newest first. Owned by {@link LiveView}. */
final class Newest<T> {
  private final Deque<T> elements = new ArrayDeque<>();
  private final int capacity;

  Newest(int capacity) {
    this.capacity = capacity;
  }

  void add(T element) {
    elements.addFirst(element);
    if (elements.size() > capacity) {
      elements.removeLast();
    }
  }

  void removeIf(Predicate<T> condition) {
    elements.removeIf(condition);
  }

  List<T> list() {
    return List.copyOf(elements);
  }
}
