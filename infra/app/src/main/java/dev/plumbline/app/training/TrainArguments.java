/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.SettingsSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of {@code plumbline train} as settings: {@code --config FILE}, {@code --key
 * value ...} and {@code key=value}. The file comes first, what stands on the command line wins over
 * it, and of two for one key the later one.
 *
 * <p>A flag without value is true. Several values are a list: {@code --data a.jsonl b.jsonl}. The
 * words of a key may be joined by dashes.
 */
public final class TrainArguments {
  private static final String FLAG = "--";
  private static final String CONFIG = "config";

  private TrainArguments() {}

  /**
   * @throws InvalidSettingsException when an argument is neither a flag nor an assignment, or the
   *     file can't be read
   */
  public static SettingsSource source(List<String> arguments) {
    SettingsSource file = SettingsSource.empty();
    SettingsSource flags = SettingsSource.empty();
    for (int i = 0; i < arguments.size(); ) {
      String argument = arguments.get(i++);
      int equals = argument.indexOf('=');
      String key = key(argument, equals);
      String origin = argument.startsWith(FLAG) ? FLAG + key : key + "=";
      List<String> values = new ArrayList<>();
      if (equals >= 0) {
        values.add(argument.substring(equals + 1));
      } else {
        while (i < arguments.size() && isValue(arguments.get(i))) {
          values.add(arguments.get(i++));
        }
      }
      if (key.equals(CONFIG)) {
        file = config(values);
      } else {
        flags =
            switch (values.size()) {
              case 0 -> flags.with(key, "true", origin);
              case 1 -> flags.with(key, values.getFirst(), origin);
              default -> flags.with(key, values, origin);
            };
      }
    }
    return flags.renamed(TrainSettings.OTHER_NAMES).over(file.renamed(TrainSettings.OTHER_NAMES));
  }

  private static String key(String argument, int equals) {
    boolean flag = argument.startsWith(FLAG);
    if (!flag && !isAssignment(argument)) {
      throw refused(
          "%s: expected --key value or key=value, as in --beta 0.2 or beta=0.2"
              .formatted(argument));
    }
    return argument
        .substring(flag ? FLAG.length() : 0, equals < 0 ? argument.length() : equals)
        .replace('-', '_');
  }

  private static boolean isValue(String argument) {
    return !argument.startsWith(FLAG) && !isAssignment(argument);
  }

  /** A file's name may have an equals sign, though rarely behind nothing but a key's letters. */
  private static boolean isAssignment(String argument) {
    return argument.matches("[a-z][a-z0-9_]*=.*");
  }

  private static SettingsSource config(List<String> values) {
    if (values.size() != 1) {
      throw refused("--config: expected one YAML file, but was %s".formatted(values));
    }
    return SettingsSource.yaml(Path.of(values.getFirst()));
  }

  private static InvalidSettingsException refused(String problem) {
    return new InvalidSettingsException(List.of(problem));
  }
}
