/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command with settings takes. */
final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in YAML; plumbline settings lists them.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, over those of the file: --set trainer.learning.beta=0.2.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of everything that must outlive the process (default: .plumbline).")
  private @Nullable Path data;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The base model, a Hugging Face directory (default: the pocket policy).")
  private @Nullable Path model;

  private @Nullable Path over;

  /** Returns the same options with the settings of another file over the user's. */
  CommonOptions with(Path file) {
    var options = new CommonOptions();
    options.config = config;
    options.assignments = assignments;
    options.data = data;
    options.model = model;
    options.over = file;
    return options;
  }

  /**
   * Returns the settings: defaults of the command, then the file, then {@code --set}, then flags.
   *
   * @param defaults the command's own
   * @param flags settings that the command's own flags make, key to value
   */
  AppSettings settings(SettingsSource defaults, List<Flag> flags) {
    SettingsSource source = defaults;
    if (config != null) {
      source = SettingsSource.yaml(config).over(source);
    }
    source = source.with(assignments);
    if (over != null) {
      source = SettingsSource.yaml(over).over(source);
    }
    for (Flag flag : flags) {
      source = source.with(flag.key(), flag.value(), flag.name());
    }
    if (data != null) {
      source = source.with("data", data.toString(), "--data");
    }
    if (model != null) {
      source = source.with("model", model.toString(), "--model");
    }
    return Settings.bind(AppSettings.class, source);
  }

  /**
   * A setting that a flag makes.
   *
   * @param name the flag, for messages
   * @param key the setting
   * @param value its value
   */
  record Flag(String name, String key, String value) {
    static List<Flag> of(String name, String key, @Nullable Object value) {
      return value == null ? List.of() : List.of(new Flag(name, key, value.toString()));
    }
  }
}
