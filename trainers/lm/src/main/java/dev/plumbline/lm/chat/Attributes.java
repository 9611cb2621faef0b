/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.LoopValue;
import dev.plumbline.lm.chat.Value.Namespace;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.List;
import java.util.Set;

/** {@code subject.name}: methods and fields first, then the item under that key. */
final class Attributes {
  private static final Set<String> MUTATORS =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private Attributes() {}

  static Value get(Value subject, String name) {
    Value own = own(subject, name);
    return own instanceof Undefined && subject instanceof Dict dict
        ? dict.get(new Text(name), own)
        : own;
  }

  /**
   * The method or field of that name, else undefined.
   *
   * @throws Failure when Python has it and we don't, or changing a value is asked for
   */
  static Value own(Value subject, String name) {
    if (subject instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    return switch (subject) {
      case Namespace namespace when namespace.fields().containsKey(name) ->
          namespace.fields().get(name);
      case LoopValue loop -> {
        Value value = loop.state().attribute(name);
        yield value == null ? missing(subject, new Text(name)) : value;
      }
      case Dict dict when DictMethods.has(name) -> DictMethods.method(dict, name);
      case ListValue list when MUTATORS.contains(name) -> throw mutation(subject, name);
      case Dict dict when MUTATORS.contains(name) -> throw mutation(subject, name);
      case ListValue list -> sequenceMethod(subject, list.items(), name);
      case Tuple tuple -> sequenceMethod(subject, tuple.items(), name);
      case Range range -> sequenceMethod(subject, Iteration.list(range), name);
      case Value.SafeText text -> throw unsupported(subject, name);
      case Text text when TextMethods.has(name) -> TextMethods.method(text.value(), name);
      case Text text when TextMethods.isUnsupported(name) -> throw unsupported(subject, name);
      case Int integer when isNumberAttribute(name) -> throw unsupported(subject, name);
      case Real real when isNumberAttribute(name) -> throw unsupported(subject, name);
      default -> missing(subject, new Text(name));
    };
  }

  private static boolean isNumberAttribute(String name) {
    return Set.of(
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "fromhex",
            "hex",
            "imag",
            "is_integer",
            "numerator",
            "real",
            "to_bytes")
        .contains(name);
  }

  private static Failure mutation(Value subject, String name) {
    return new Failure(
        "'%s' would change a %s, which a template may not do".formatted(name, subject.type()));
  }

  private static Failure unsupported(Value subject, String name) {
    return new Failure("'%s' of a %s is not supported".formatted(name, subject.type()));
  }

  private static Value sequenceMethod(Value subject, List<Value> items, String name) {
    if (name.equals("copy") && subject instanceof ListValue) {
      return new Function(
          name,
          arguments -> {
            arguments.bind("copy", 0);
            return subject;
          });
    }
    return switch (name) {
      case "index" -> new Function(name, arguments -> Int.of(index(items, arguments)));
      case "count" -> new Function(name, arguments -> Int.of(count(items, arguments)));
      default -> missing(subject, new Text(name));
    };
  }

  private static long count(List<Value> items, Arguments arguments) {
    Value sought = arguments.bind("count", 1, "value").get("value");
    return items.stream().filter(item -> Equality.equal(item, sought)).count();
  }

  private static int index(List<Value> items, Arguments arguments) {
    Value sought = arguments.bind("index", 1, "value").get("value");
    for (int i = 0; i < items.size(); i++) {
      if (Equality.equal(items.get(i), sought)) {
        return i;
      }
    }
    throw new Failure("%s is not in the list".formatted(Representation.repr(sought)));
  }

  static Undefined missing(Value subject, Value key) {
    String owner = subject == Value.None.NONE ? "None" : subject.type() + " object";
    return new Undefined(
        PythonText.isText(key)
            ? "'%s' has no attribute '%s'".formatted(owner, PythonText.text(key))
            : "%s has no element %s".formatted(owner, Representation.repr(key)));
  }
}
