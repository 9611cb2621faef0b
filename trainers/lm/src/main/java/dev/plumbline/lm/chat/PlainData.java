/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Data of the caller (maps, lists, strings, numbers, booleans, null) as values of a template. */
final class PlainData {
  private PlainData() {}

  /**
   * @throws IllegalArgumentException when it is of another type
   */
  static Value value(@Nullable Object data) {
    return switch (data) {
      case null -> Value.None.NONE;
      case String text -> new Text(text);
      case Boolean bool -> Bool.of(bool);
      case Integer integer -> Int.of(integer);
      case Long integer -> Int.of(integer);
      case BigInteger integer -> new Int(integer);
      case Double real -> new Real(real);
      case Float real -> new Real(real);
      case BigDecimal real -> new Real(real.doubleValue());
      case Map<?, ?> map -> dict(map);
      case List<?> list -> {
        List<Value> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(value(item)));
        yield new ListValue(items);
      }
      default ->
          throw new IllegalArgumentException(
              "a conversation is made of maps, lists, strings, numbers, booleans and null, but has a "
                  + data.getClass().getName());
    };
  }

  private static Dict dict(Map<?, ?> map) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(map.size());
    map.forEach((key, value) -> entries.add(Map.entry(value(key), value(value))));
    return Dict.of(entries);
  }
}
