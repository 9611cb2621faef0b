/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.lm.EngineFingerprint;
import dev.plumbline.lm.ModelIdentity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold before a lane goes on from the newest version of its policy. Pure checks. */
final class Lineage {
  /** What the adapter is can't change within a lineage. */
  private static final Pattern ARTIFACT_SHAPE =
      Pattern.compile(
          "lora_.*|use_rslora|use_dora|sync_ref_model|trained_parts|prompt_vectors|control_form|bank_thresholds");

  private Lineage() {}

  static void requireSameLane(PolicyVersion head, String lane) {
    if (!head.lane().equals(lane)) {
      throw new LaneRefusedException(
          "policy %s is written by lane '%s' (%s), not by lane '%s': give this lane a policy of its own, or that name"
              .formatted(head.policy(), head.lane(), head.id(), lane));
    }
  }

  static void requireSameBase(PolicyVersion head, BaseModel given) {
    BaseModel base = head.learned().base();
    if (!base.weightsSha256().equals(given.weightsSha256())
        || !base.tokenizerSha256().equals(given.tokenizerSha256())) {
      throw new LaneRefusedException(
          "policy %s stands on base model %s, but was given %s: give it the model it stands on, or choose another policy name"
              .formatted(head.policy(), describe(base), describe(given)));
    }
  }

  static void requireSameFeed(PolicyVersion head, String topicId, String topic, int partition) {
    ConsumedRange consumed = range(head);
    if (!consumed.topicId().equals(topicId) || consumed.partition() != partition) {
      throw new LaneRefusedException(
          "%s was learned from %s-%d (topic id %s), but its feed is now %s-%d (topic id %s): the topic was made anew, or the feed was moved; offsets of the one mean nothing in the other"
              .formatted(
                  head.id(),
                  consumed.topic(),
                  consumed.partition(),
                  consumed.topicId(),
                  topic,
                  partition,
                  topicId));
    }
  }

  /** Refuses learning settings that differ from the head's, except those that may. */
  static void requireSameSettings(
      PolicyVersion head, Map<String, String> then, Map<String, String> now, List<String> allowed) {
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    List<String> changed =
        names.stream()
            .filter(name -> !Objects.equals(then.get(name), now.get(name)))
            .filter(name -> !allowed.contains(name) || ARTIFACT_SHAPE.matcher(name).matches())
            .map(name -> "%s was %s and is %s".formatted(name, then.get(name), now.get(name)))
            .toList();
    if (!changed.isEmpty()) {
      throw new LaneRefusedException(
          "%s was learned with other settings: %s. Set them back, name them in allow_changed, or choose another policy name"
              .formatted(head.id(), String.join(", ", changed)));
    }
  }

  /** Refuses to publish a version that would not follow the newest one. */
  static void requireHead(PolicyVersion next, Optional<PolicyVersion> newest) {
    @Nullable PolicyVersionId parent = next.learned().parent();
    @Nullable PolicyVersionId head = newest.map(PolicyVersion::id).orElse(null);
    if (Objects.equals(parent, head)) {
      return;
    }
    if (newest.isPresent() && newest.get().lane().equals(next.lane())) {
      throw new LaneFencedException(next.lane(), newest.get().id());
    }
    throw new LaneRefusedException(
        "%s should follow %s, but the newest version of its policy is %s: another lane writes versions of the same policy"
            .formatted(next.id(), parent, newest.map(Lineage::describe).orElse("none")));
  }

  /** The one range that a lane's version has. */
  static ConsumedRange range(PolicyVersion version) {
    if (version.learned().consumed().size() != 1) {
      throw new LaneRefusedException(
          "%s should have consumed one range of one feed, but names %s"
              .formatted(version.id(), version.learned().consumed()));
    }
    return version.learned().consumed().getFirst();
  }

  static BaseModel base(ModelIdentity identity) {
    return new BaseModel(identity.name(), identity.weightsSha256(), identity.tokenizerSha256());
  }

  static String engine(EngineFingerprint engine) {
    return "%s (%s), %s, %d threads, %s, libtorch %s, djl %s"
        .formatted(
            engine.architecture(),
            engine.cpuFeatures(),
            engine.device(),
            engine.threads(),
            engine.precision(),
            engine.libtorchVersion(),
            engine.djlVersion());
  }

  private static String describe(PolicyVersion version) {
    return "%s of lane '%s'".formatted(version.id(), version.lane());
  }

  private static String describe(BaseModel base) {
    return "'%s' (weights %.12s, tokenizer %.12s)"
        .formatted(base.name(), base.weightsSha256(), base.tokenizerSha256());
  }
}
