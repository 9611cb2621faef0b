/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.ObjectiveSettings;
import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RldafObjective;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lane beside another that reads the same feed, written as a loss type and the settings that
 * differ: {@code ipo beta=0.2 learning_rate=0.001}. Every other setting is the other lane's, but
 * for those that mean nothing to the loss type. It writes versions of {@code <policy>.<loss type>},
 * or of {@code <policy>.<name>} with {@code name=...}.
 *
 * @param name what its policy is called behind the other's
 * @param learning how it learns
 */
record ShadowLane(String name, LearningSettings learning) {
  private static final String NAME = "name";
  private static final String LOSS_TYPE = "loss_type";

  /**
   * Reads the text of a shadow lane.
   *
   * @param main what the lane beside it learns by
   * @throws IllegalArgumentException naming the text and what is wrong with it
   */
  static ShadowLane parse(String text, LearningSettings main) {
    List<String> words = List.of(text.strip().split("\\s+"));
    String lossType = words.getFirst();
    if (lossType.isEmpty() || lossType.contains("=")) {
      throw new IllegalArgumentException(
          "a shadow lane is a loss type and settings that differ, as in 'ipo beta=0.2', but was '%s'"
              .formatted(text));
    }
    String name = lossType;
    List<String> differing = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      if (word.startsWith(NAME + "=")) {
        name = word.substring(NAME.length() + 1);
      } else {
        differing.add(word);
      }
    }
    try {
      SettingsSource source = SettingsSource.empty();
      for (Map.Entry<String, String> setting : inherited(lossType, main).entrySet()) {
        source = source.with(setting.getKey(), setting.getValue(), setting.getKey());
      }
      return new ShadowLane(name, Settings.bind(LearningSettings.class, source.with(differing)));
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      throw new IllegalArgumentException("shadow lane '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private static Map<String, String> inherited(String lossType, LearningSettings main) {
    Map<String, String> ofObjective = Settings.asMap(main.recipe().loss());
    Map<String, String> inherited = new LinkedHashMap<>();
    Settings.asMap(main)
        .forEach(
            (key, value) -> {
              if (!Settings.NOT_SET.equals(value)
                  && (ofObjective.containsKey(key)
                      ? ObjectiveSettings.takes(lossType, key)
                      : applies(key, lossType, main))) {
                inherited.put(key, asList(value));
              }
            });
    inherited.put(LOSS_TYPE, lossType);
    return inherited;
  }

  /** Whether a setting of the main lane means anything to another objective. */
  private static boolean applies(String key, String lossType, LearningSettings main) {
    Objective objective = LossTypes.objective(List.of(lossType), Map.of());
    if (Settings.asMap(main.recipe().control()).containsKey(key)) {
      return objective instanceof RldafObjective;
    }
    if (objective instanceof RewardObjective && RewardRules.OF_POLICIES.contains(key)) {
      return false;
    }
    return switch (key) {
      case "trained_parts", "lora_learning_rate" ->
          objective instanceof RldafObjective
              || !main.recipe().parts().contains(TrainedPart.PROMPT);
      case "pairs_from" -> objective instanceof PairObjective;
      default -> true;
    };
  }

  /** Lists are printed in brackets, and written with commas. */
  private static String asList(String value) {
    return value.startsWith("[") && value.endsWith("]")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
