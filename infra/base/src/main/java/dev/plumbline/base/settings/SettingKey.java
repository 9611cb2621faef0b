/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One component of a settings record under its dotted key.
 *
 * @param path the dotted key from the root record, for example {@code trainer.beta}
 */
record SettingKey(String path, RecordComponent component, Setting setting) {

  /** The keys of one record, in order, those of {@link Inlined} components in their place. */
  static List<SettingKey> of(Class<?> recordType, String prefix) {
    List<SettingKey> keys =
        Arrays.stream(recordType.getRecordComponents())
            .flatMap(
                component ->
                    isInlined(component)
                        ? of(component.getType(), prefix).stream()
                        : Stream.of(of(component, prefix)))
            .toList();
    Map<String, SettingKey> byPath = new HashMap<>();
    for (SettingKey key : keys) {
      SettingKey earlier = byPath.put(key.path, key);
      if (earlier != null) {
        throw new IllegalStateException(
            "%s has two settings '%s': %s and %s"
                .formatted(
                    recordType.getSimpleName(), key.path, earlier.declared(), key.declared()));
      }
    }
    return keys;
  }

  /** Whether the component's own keys stand in its place. */
  static boolean isInlined(RecordComponent component) {
    if (!component.isAnnotationPresent(Inlined.class)) {
      return false;
    }
    if (!component.getType().isRecord()
        || component.isAnnotationPresent(Setting.class)
        || component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      throw new IllegalStateException(
          "%s is @Inlined, so it is a settings record, never null, and has no @Setting"
              .formatted(declared(component)));
    }
    return true;
  }

  /** The key of a component that is not inlined. */
  static SettingKey of(RecordComponent component, String prefix) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          "%s has no @Setting: every setting is documented".formatted(declared(component)));
    }
    return new SettingKey(prefix + snakeCase(component.getName()), component, setting);
  }

  /** All settings below a record that hold a value, nested records unfolded. */
  static Stream<SettingKey> leaves(Class<?> recordType, String prefix) {
    return of(recordType, prefix).stream()
        .flatMap(
            key ->
                key.isSection() ? leaves(key.component.getType(), key.path + ".") : Stream.of(key));
  }

  private String declared() {
    return declared(component);
  }

  private static String declared(RecordComponent component) {
    return component.getDeclaringRecord().getSimpleName() + "." + component.getName();
  }

  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  boolean isSection() {
    return component.getType().isRecord();
  }

  boolean isList() {
    return component.getType() == List.class;
  }

  boolean isNullable() {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** The type of the value, or of the elements of a list. */
  Class<?> valueType() {
    if (!isList()) {
      return component.getType();
    }
    Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    return (Class<?>) element;
  }

  Optional<String> defaultText() {
    return setting.defaultValue().equals(Setting.REQUIRED)
        ? Optional.empty()
        : Optional.of(setting.defaultValue());
  }

  /** The allowed range in words, or empty when there is no bound. */
  String range() {
    String min = setting.min();
    String max = setting.max();
    if (min.isEmpty()) {
      return max.isEmpty() ? "" : "at most " + max;
    }
    return max.isEmpty() ? "at least " + min : min + " to " + max;
  }

  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
