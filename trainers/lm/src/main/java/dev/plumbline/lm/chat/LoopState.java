/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a loop stands: what {@code loop} tells. Moves on with the loop; one rendering owns it. */
final class LoopState {
  private final List<Value> items;
  private final int depth;
  private final Function.@Nullable Body recursion;
  private int index;
  private @Nullable List<Value> lastSeen;

  /**
   * @param depth nesting of a recursive loop, from 0
   * @param recursion what a call of {@code loop} does; null where the loop is not recursive
   */
  LoopState(List<Value> items, int depth, Function.@Nullable Body recursion) {
    this.items = List.copyOf(items);
    this.depth = depth;
    this.recursion = recursion;
  }

  int size() {
    return items.size();
  }

  int index() {
    return index;
  }

  void moveTo(int place) {
    index = place;
  }

  /** A field or method of {@code loop}, null where it has none of that name. */
  @Nullable Value attribute(String name) {
    return switch (name) {
      case "index" -> Int.of(index + 1);
      case "index0" -> Int.of(index);
      case "revindex" -> Int.of(items.size() - index);
      case "revindex0" -> Int.of(items.size() - index - 1);
      case "first" -> Bool.of(index == 0);
      case "last" -> Bool.of(index == items.size() - 1);
      case "length" -> Int.of(items.size());
      case "depth" -> Int.of(depth + 1);
      case "depth0" -> Int.of(depth);
      case "previtem" ->
          index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
      case "nextitem" ->
          index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
      case "cycle" -> new Function(name, this::cycle);
      case "changed" -> new Function(name, this::changed);
      default -> null;
    };
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw new Failure("loop.cycle needs at least one argument");
    }
    return values.get(index % values.size());
  }

  private Value changed(Arguments arguments) {
    List<Value> seen = arguments.positional();
    boolean same =
        lastSeen != null && Equality.equal(new Value.Tuple(seen), new Value.Tuple(lastSeen));
    lastSeen = seen;
    return Bool.of(!same);
  }

  Value recurse(Arguments arguments) {
    if (recursion == null) {
      throw new Failure("'loop' can only be called in a loop marked 'recursive'");
    }
    return recursion.call(arguments);
  }
}
