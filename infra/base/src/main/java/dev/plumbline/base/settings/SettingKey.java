/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One component of a settings record under its dotted key.
 *
 * @param path the dotted key from the root record, for example {@code trainer.beta}
 */
record SettingKey(String path, RecordComponent component, Setting setting) {

  /** The components of one record, in order. */
  static List<SettingKey> of(Class<?> recordType, String prefix) {
    return Arrays.stream(recordType.getRecordComponents())
        .map(component -> of(component, prefix))
        .toList();
  }

  private static SettingKey of(RecordComponent component, String prefix) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          "%s.%s has no @Setting: every setting is documented"
              .formatted(component.getDeclaringRecord().getSimpleName(), component.getName()));
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
