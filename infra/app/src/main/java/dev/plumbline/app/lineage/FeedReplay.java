/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.replay.ClusterLogs;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import java.util.Collection;
import java.util.Set;

/**
 * Fills a feed with what the rules make of the source logs without some records: every revision of
 * every example, in the one order of the replay.
 *
 * @param clients the cluster
 * @param layout which partition is whose feed
 * @param settings when enough is known
 */
public record FeedReplay(KafkaClients clients, TopicLayout layout, StreamsSettings settings) {

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
      return new Filled(read[0], read[1], feed.finish());
    }
  }
}
