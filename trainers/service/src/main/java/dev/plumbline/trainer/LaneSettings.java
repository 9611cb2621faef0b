/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of one lane. */
public record LaneSettings(
    @Setting(doc = "The policy whose versions the lane writes.", defaultValue = "assistant")
        String policy,
    @Setting(doc = "Whose examples it learns from; its own policy's when not set.")
        @Nullable String feed,
    @Setting(
            doc =
                "Name of the lane, one in a cluster: a lane that starts takes over from a running one of the same name. The policy when not set.")
        @Nullable String lane,
    @Setting(
            doc =
                "How long an example may wait for others before the lane asks for a version of what is at hand; for ever when not set.",
            min = "1s")
        @Nullable Duration publishAfter,
    @Setting(
            doc = "Learning settings that may differ from those the lineage was begun with.",
            defaultValue = "")
        List<String> allowChanged,
    @Setting(
            doc = "A lane that is silent for so long has lost its feed.",
            defaultValue = "10s",
            min = "2s",
            max = "5m")
        Duration sessionTimeout,
    @Setting(doc = "How the lane learns.") LearningSettings learning) {

  public LaneSettings {
    allowChanged = List.copyOf(allowChanged);
    String names = Settings.describe(learning);
    for (String name : allowChanged) {
      if (names.lines().noneMatch(line -> line.startsWith(name + " = "))) {
        throw new IllegalArgumentException(
            "allow_changed must name learning settings such as learning_rate, but named '%s'"
                .formatted(name));
      }
    }
  }

  /** The policy whose feed is read. */
  public String feedPolicy() {
    return feed == null ? policy : feed;
  }

  /** The lane's name. */
  public String laneId() {
    return lane == null ? policy : lane;
  }

  /** The id under which the lane's transactions fence their predecessors, and its group's id. */
  String transactionalId() {
    return "trainer-" + laneId();
  }
}
