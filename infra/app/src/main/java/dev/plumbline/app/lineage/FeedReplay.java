/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.replay.ClusterLogs;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.LogRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Fills a feed with what the rules make of the source logs without some records: every revision of
 * every example, in the one order of the replay. At the end time passes up to now in every
 * partition, as ticks would have let it where something waits: what lacks a quorum only without
 * those records is made of what is at hand.
 *
 * @param clients the cluster
 * @param layout which partition is whose feed
 * @param settings when enough is known
 * @param clock says what now is
 */
public record FeedReplay(
    KafkaClients clients, TopicLayout layout, StreamsSettings settings, InstantSource clock) {

  /**
   * What a feed was filled with.
   *
   * @param records records of the source logs that were read
   * @param leftOut how many of them were left out
   * @param examples revisions of examples that the feed holds
   */
  public record Filled(long records, long leftOut, long examples) {}

  /**
   * Fills the feed of a policy. One that was begun before is gone on with.
   *
   * @param name whose feed to fill
   * @param about whose examples to write
   * @param without what to leave out
   * @param index what the subjects and the tainted of {@code without} stand for, up to date
   * @throws dev.plumbline.app.models.InputException when the feed holds something else
   */
  public Filled fill(
      String name, Set<String> about, Collection<Without> without, LineageIndex index) {
    LeftOut leftOut = index.leftOut(without);
    long[] read = {0, 0};
    try (ClusterLogs logs = new ClusterLogs(clients, "rebuild-" + name + "-logs");
        RebuiltFeed feed = RebuiltFeed.open(clients, name, layout.feedOf(name))) {
      var replay =
          new ExampleReplay(
              settings,
              layout,
              example -> {
                if (about.contains(example.policy())) {
                  feed.add(example);
                }
              },
              letter -> {});
      Cut now = logs.ends(ExampleReplay.SOURCES);
      logs.read(
          ExampleReplay.SOURCES,
          Cut.START,
          now,
          record -> {
            read[0]++;
            if (leftOut.test(record)) {
              read[1]++;
            } else {
              replay.take(record);
            }
          });
      for (int partition = 0; partition < layout.itemPartitions(); partition++) {
        replay.take(tick(partition, now));
      }
      return new Filled(read[0], read[1], feed.finish());
    }
  }

  private LogRecord tick(int partition, Cut end) {
    var feedback = new TopicPartition(Topics.FEEDBACK.name(), partition);
    Instant now = clock.instant();
    return new LogRecord(
        feedback.topic(),
        partition,
        end.end(feedback),
        now.toEpochMilli(),
        Bytes.of(Topics.FEEDBACK.key().encode("")),
        Bytes.of(Topics.FEEDBACK.value().encode(new Tick(now))));
  }
}
