/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Settings of one lane. */
public record LaneSettings(
    @Setting(doc = "The policy whose versions the lane writes.", defaultValue = "assistant")
        String policy,
    @Setting(doc = "Whose examples it learns from; its own policy's when not set.")
        @Nullable String feed,
    @Setting(
            doc =
                "The policies that this one was rebuilt from by plumbline rebuild: its feed begins with examples of theirs, and their versions count as its own.",
            defaultValue = "")
        List<String> rebuiltFrom,
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
    @Setting(
            doc =
                "Lanes beside this one on the same feed, for comparison: each a loss type and the learning settings that differ, as in 'ipo beta=0.2'. It writes versions of <policy>.<loss type>, or of <policy>.<name> with name=...",
            defaultValue = "")
        List<String> shadows,
    @Setting(doc = "How the lane learns.") LearningSettings learning) {

  public LaneSettings {
    rebuiltFrom = List.copyOf(rebuiltFrom);
    allowChanged = List.copyOf(allowChanged);
    shadows = List.copyOf(shadows);
    if (learning.learnsReward() && (feed == null || feed.equals(policy))) {
      throw new IllegalArgumentException(
          "policy must be another name than the feed's where a reward model learns, because a sampler answers as %s; set policy to %s.reward, say, and feed to %s, or learn it beside the policy: shadows bradley_terry"
              .formatted(policy, policy, policy));
    }
    List<String> shadowNames =
        shadows.stream().map(text -> ShadowLane.parse(text, learning).name()).toList();
    if (shadowNames.size() != Set.copyOf(shadowNames).size()) {
      throw new IllegalArgumentException(
          "shadow lanes must differ in their names, but they were %s; set one apart with name=..."
              .formatted(shadowNames));
    }
    Set<String> names = Settings.asMap(learning).keySet();
    for (String name : allowChanged) {
      if (!names.contains(name)) {
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

  /** The policies that the records of the feed may be about. */
  public Set<String> feedPolicies() {
    Set<String> policies = new TreeSet<>(rebuiltFrom);
    policies.add(feedPolicy());
    return policies;
  }

  /** The lane's name. */
  public String laneId() {
    return lane == null ? policy : lane;
  }

  /** The id under which the lane's transactions fence their predecessors, and its group's id. */
  String transactionalId() {
    return "trainer-" + laneId();
  }

  /**
   * The lane that learns the same from a rebuilt feed, versions of a policy of its own.
   *
   * @param name of the feed, and of the policy; a reward model is {@code name.reward}
   */
  public LaneSettings rebuilt(String name) {
    String rebuilt = learning.learnsReward() ? name + ".reward" : name;
    return new LaneSettings(
        rebuilt,
        name,
        List.copyOf(feedPolicies()),
        rebuilt,
        null,
        allowChanged,
        sessionTimeout,
        List.of(),
        learning);
  }

  /** This lane and the shadow lanes beside it, each with the settings that are its own. */
  public List<LaneSettings> withShadows() {
    List<LaneSettings> lanes = new ArrayList<>(List.of(this));
    for (String text : shadows) {
      ShadowLane shadow = ShadowLane.parse(text, learning);
      String name = policy + "." + shadow.name();
      lanes.add(
          new LaneSettings(
              name,
              feedPolicy(),
              rebuiltFrom,
              name,
              publishAfter,
              allowChanged,
              sessionTimeout,
              List.of(),
              shadow.learning()));
    }
    return List.copyOf(lanes);
  }
}
