/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds, prints and documents settings records.
 *
 * <p>A settings record has a {@link Setting} on every component. Components are {@code String},
 * {@code int}, {@code long}, {@code double}, {@code boolean}, {@code Duration}, {@code Path}, an
 * enum, a {@code List} of these, or a nested settings record (a section); any may be
 * {@code @Nullable}. A component that is {@link Inlined} has its settings without a section. A rule
 * that needs more than one bound belongs into the record's compact constructor, as an {@link
 * IllegalArgumentException}.
 */
public final class Settings {

  /** What stands for the value of a setting that has none. */
  public static final String NOT_SET = "(not set)";

  static final String MASK = "****";

  private Settings() {}

  /**
   * Binds a source to a record.
   *
   * @throws InvalidSettingsException naming every unknown key (with the nearest known name), every
   *     value of the wrong form or out of range, and every required value that is missing
   */
  public static <R extends Record> R bind(Class<R> type, SettingsSource source) {
    return bind(type, source, Map.of());
  }

  /**
   * Binds a source that people may have written for another program.
   *
   * @param foreign keys of that program that are no settings here, each with what to say instead of
   *     the nearest known name
   * @throws InvalidSettingsException as {@link #bind(Class, SettingsSource)} does
   */
  public static <R extends Record> R bind(
      Class<R> type, SettingsSource source, Map<String, String> foreign) {
    return Binding.bind(type, source.root(), foreign);
  }

  /** All resolved values, one {@code key = value} per line, secrets masked. */
  public static String describe(Record settings) {
    return asMap(settings).entrySet().stream()
        .map(entry -> entry.getKey() + " = " + entry.getValue())
        .collect(Collectors.joining("\n"));
  }

  /** All resolved values as text, by key, in the order of the record, secrets masked. */
  public static SequencedMap<String, String> asMap(Record settings) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    collect(settings, "", values);
    return values;
  }

  /** A Markdown table of all settings of a record: key, type, default, range and meaning. */
  public static String reference(Class<? extends Record> type) {
    return SettingKey.leaves(type, "")
        .map(Settings::row)
        .collect(
            Collectors.joining(
                "\n", "| key | type | default | range | meaning |\n|---|---|---|---|---|\n", "\n"));
  }

  private static String row(SettingKey key) {
    String type = ValueNotation.describe(key.valueType());
    String byDefault =
        key.defaultText()
            .map(text -> text.isEmpty() ? "empty" : "`" + text + "`")
            .orElse(key.isNullable() ? "not set" : "required");
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            key.path(),
            key.isList() ? "list of " + type : type,
            byDefault,
            key.range(),
            key.setting().doc().replace("|", "\\|"));
  }

  private static void collect(Record settings, String prefix, Map<String, String> values) {
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = value(settings, component);
      if (SettingKey.isInlined(component) && value instanceof Record inlined) {
        collect(inlined, prefix, values);
      } else {
        SettingKey key = SettingKey.of(component, prefix);
        if (value instanceof Record section) {
          collect(section, key.path() + ".", values);
        } else {
          values.put(key.path(), shown(key, value));
        }
      }
    }
  }

  private static String shown(SettingKey key, @Nullable Object value) {
    if (value == null) {
      return NOT_SET;
    }
    return key.setting().secret() ? MASK : ValueNotation.format(value);
  }

  private static @Nullable Object value(Record settings, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(settings);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("setting %s can't be read".formatted(component.getName()), e);
    }
  }
}
