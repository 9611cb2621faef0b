/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One pass of binding a tree of written values to a record; gathers all problems on the way. */
final class Binding {

  private final Set<String> knownPaths;
  private final Map<String, String> foreign;
  private final List<String> problems = new ArrayList<>();

  private Binding(Set<String> knownPaths, Map<String, String> foreign) {
    this.knownPaths = knownPaths;
    this.foreign = foreign;
  }

  static <R extends Record> R bind(Class<R> type, Node.Mapping root, Map<String, String> foreign) {
    Set<String> known =
        SettingKey.leaves(type, "")
            .map(SettingKey::path)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Binding binding = new Binding(known, foreign);
    Optional<Object> bound = binding.bindRecord(type, "", root);
    if (!binding.problems.isEmpty()) {
      throw new InvalidSettingsException(binding.problems);
    }
    return type.cast(bound.orElseThrow());
  }

  /** Empty after a problem, which has been noted. */
  private Optional<Object> bindRecord(Class<?> type, String prefix, Node.Mapping written) {
    refuseUnknown(SettingKey.of(type, prefix), prefix, written);
    return bindComponents(type, prefix, written);
  }

  private Optional<Object> bindComponents(Class<?> type, String prefix, Node.Mapping written) {
    int problemsBefore = problems.size();
    @Nullable Object[] values =
        Arrays.stream(type.getRecordComponents())
            .map(component -> bindComponent(component, prefix, written))
            .toArray();
    return problems.size() == problemsBefore
        ? construct(type, prefix, written, values)
        : Optional.empty();
  }

  private @Nullable Object bindComponent(
      RecordComponent component, String prefix, Node.Mapping written) {
    if (SettingKey.isInlined(component)) {
      return bindComponents(component.getType(), prefix, written).orElse(null);
    }
    SettingKey key = SettingKey.of(component, prefix);
    return bindValue(key, written.entries().get(key.name()));
  }

  private @Nullable Object bindValue(SettingKey key, @Nullable Node node) {
    boolean absent = node == null || (node instanceof Node.Scalar s && s.text() == null);
    if (!absent) {
      return key.isSection() ? bindSection(key, node) : bindLeaf(key, node);
    }
    if (key.isNullable()) {
      return null;
    }
    if (key.isSection()) {
      String origin = node == null ? "settings" : node.origin();
      return bindSection(key, new Node.Mapping(Map.of(), origin));
    }
    if (key.defaultText().isPresent()) {
      return bindLeaf(key, new Node.Scalar(key.defaultText().get(), "default"));
    }
    problems.add(
        "%s is required, but was not given: %s".formatted(key.path(), key.setting().doc()));
    return null;
  }

  private @Nullable Object bindSection(SettingKey key, Node node) {
    if (node instanceof Node.Mapping mapping) {
      return bindRecord(key.component().getType(), key.path() + ".", mapping).orElse(null);
    }
    problems.add(
        "%s: %s is a section, expected settings such as %s below it"
            .formatted(node.origin(), key.path(), firstLeaf(key)));
    return null;
  }

  private static String firstLeaf(SettingKey section) {
    return SettingKey.leaves(section.component().getType(), section.path() + ".")
        .map(SettingKey::path)
        .findFirst()
        .orElseThrow();
  }

  private @Nullable Object bindLeaf(SettingKey key, Node node) {
    if (!key.isList()) {
      return bindScalar(key, node);
    }
    List<Node> elements =
        switch (node) {
          case Node.Sequence sequence -> sequence.elements();
          case Node.Scalar scalar -> splitAtCommas(scalar);
          case Node.Mapping mapping -> List.of(mapping);
        };
    List<Object> values = new ArrayList<>();
    for (Node element : elements) {
      Object value = bindScalar(key, element);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private static List<Node> splitAtCommas(Node.Scalar scalar) {
    String text = scalar.text() == null ? "" : scalar.text();
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(element -> !element.isEmpty())
        .<Node>map(element -> new Node.Scalar(element, scalar.origin()))
        .toList();
  }

  private @Nullable Object bindScalar(SettingKey key, Node node) {
    if (!(node instanceof Node.Scalar scalar) || scalar.text() == null) {
      problems.add(
          "%s: %s expects a single value of type %s"
              .formatted(node.origin(), key.path(), ValueNotation.describe(key.valueType())));
      return null;
    }
    String shown = key.setting().secret() ? Settings.MASK : scalar.text();
    Object value;
    try {
      value = ValueNotation.parse(key.valueType(), scalar.text());
    } catch (IllegalArgumentException e) {
      problems.add(
          "%s: %s was '%s', which is %s"
              .formatted(scalar.origin(), key.path(), shown, e.getMessage()));
      return null;
    }
    if (!inRange(key, value)) {
      problems.add(
          "%s: %s must be %s, but was %s"
              .formatted(scalar.origin(), key.path(), key.range(), shown));
      return null;
    }
    return value;
  }

  private static boolean inRange(SettingKey key, Object value) {
    String min = key.setting().min();
    String max = key.setting().max();
    return (min.isEmpty() || compare(value, ValueNotation.parse(key.valueType(), min)) >= 0)
        && (max.isEmpty() || compare(value, ValueNotation.parse(key.valueType(), max)) <= 0);
  }

  @SuppressWarnings("unchecked") // both values were parsed as the same Comparable type
  private static int compare(Object left, Object right) {
    return ((Comparable<Object>) left).compareTo(right);
  }

  private void refuseUnknown(List<SettingKey> keys, String prefix, Node.Mapping written) {
    List<String> names = keys.stream().map(SettingKey::name).toList();
    written
        .entries()
        .forEach(
            (name, node) -> {
              if (!names.contains(name)) {
                problems.add(
                    "%s: unknown setting '%s%s'%s"
                        .formatted(node.origin(), prefix, name, suggestion(name, prefix, names)));
              }
            });
  }

  private String suggestion(String unknown, String prefix, List<String> siblings) {
    String reason = foreign.get(prefix + unknown);
    if (reason != null) {
      return ": " + reason;
    }
    return NearestName.of(unknown, siblings)
        .map(name -> prefix + name)
        .or(() -> inAnotherSection(unknown))
        .or(() -> NearestName.of(prefix + unknown, knownPaths))
        .map("; did you mean '%s'?"::formatted)
        .orElseGet(() -> "; known here: " + String.join(", ", siblings));
  }

  private Optional<String> inAnotherSection(String leafName) {
    return knownPaths.stream()
        .filter(path -> path.equals(leafName) || path.endsWith("." + leafName))
        .findFirst();
  }

  private Optional<Object> construct(
      Class<?> type, String prefix, Node.Mapping written, @Nullable Object[] values) {
    try {
      Class<?>[] parameters =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        String section = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ";
        problems.add("%s: %s%s".formatted(written.origin(), section, refusal.getMessage()));
        return Optional.empty();
      }
      throw new IllegalStateException("constructor of " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("record " + type.getName() + " can't be constructed", e);
    }
  }
}
