/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.events.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/**
 * How the topics of one cluster are divided. Fixed for the life of the cluster: another item
 * partition count would send known keys to other partitions.
 */
public record TopicLayout(
    @Setting(
            doc =
                "The policies that are aligned, in the order of their feeds; only ever append to it.",
            defaultValue = "assistant")
        List<String> policies,
    @Setting(
            doc = "Partitions of every topic whose key is an item; never change it.",
            defaultValue = "4",
            min = "1",
            max = "1000")
        int itemPartitions,
    @Setting(
            doc = "Replicas of every partition; at most the number of brokers.",
            defaultValue = "1",
            min = "1",
            max = "9")
        int replicationFactor) {

  public TopicLayout {
    policies = List.copyOf(policies);
    if (policies.isEmpty() || policies.stream().distinct().count() < policies.size()) {
      throw new IllegalArgumentException(
          "policies must be at least one and all different, but were " + policies);
    }
  }

  /** How many partitions the topic has. */
  public int partitions(Topic<?, ?> topic) {
    return switch (topic.partitioning()) {
      case BY_ITEM -> itemPartitions;
      case BY_FEED -> policies.size();
      case SINGLE -> 1;
    };
  }

  /**
   * The partition of {@code examples} that is this policy's feed.
   *
   * @throws IllegalArgumentException when no feed was laid out for the policy
   */
  public int feedOf(String policy) {
    int feed = policies.indexOf(policy);
    if (feed < 0) {
      throw new IllegalArgumentException(
          "policy '%s' has no feed, only %s have: append it to topics.policies"
              .formatted(policy, policies));
    }
    return feed;
  }

  /** The partition of all item topics that holds this item: murmur2 of the key. */
  public int partitionOf(String itemId) {
    return Utils.toPositive(Utils.murmur2(itemId.getBytes(StandardCharsets.UTF_8)))
        % itemPartitions;
  }
}
