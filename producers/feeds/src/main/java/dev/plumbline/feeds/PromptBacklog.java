/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Topics;
import dev.plumbline.kafka.TopicLayout;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** How many prompts wait for a sampler: what its group has not committed yet. */
final class PromptBacklog {
  private final Admin admin;
  private final String group;
  private final TopicLayout layout;

  PromptBacklog(Admin admin, String group, TopicLayout layout) {
    this.admin = admin;
    this.group = group;
    this.layout = layout;
  }

  /**
   * The lag in offsets. Transaction markers take offsets as well, so this may be somewhat more than
   * the prompts that wait; it is 0 when the sampler has nothing to do.
   */
  long size() {
    Map<Integer, Long> taken =
        ExactlyOnceWriter.from(ExactlyOnceWriter.positions(admin, group), Topics.PROMPTS, layout);
    return ends(taken).entrySet().stream()
        .mapToLong(end -> end.getValue().offset() - taken.get(end.getKey().partition()))
        .sum();
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends(Map<Integer, Long> partitions) {
    try {
      return admin
          .listOffsets(
              partitions.keySet().stream()
                  .map(partition -> new TopicPartition(Topics.PROMPTS.name(), partition))
                  .collect(Collectors.toMap(place -> place, place -> OffsetSpec.latest())))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
