/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.models.InputException;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * Writes a feed anew, in transactions of many records. A feed that was begun and not finished is
 * gone on with: what it holds must be the beginning of what is to be written, record for record.
 * Another process that writes the same feed is fenced. Used by one thread.
 */
final class RebuiltFeed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(20);
  private static final int RECORDS_TOGETHER = 500;

  private final String name;
  private final int partition;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher publisher;
  private final List<String> held = new ArrayList<>();
  private final List<CompletableFuture<?>> sent = new ArrayList<>();
  private long written;

  private RebuiltFeed(String name, int partition, KafkaProducer<byte[], byte[]> producer) {
    this.name = name;
    this.partition = partition;
    this.producer = producer;
    this.publisher = new EventPublisher(producer);
  }

  /** Opens the feed of a policy, whatever process had it open before. */
  static RebuiltFeed open(KafkaClients clients, String name, int partition) {
    String id = "rebuild-" + name;
    var feed =
        new RebuiltFeed(
            name, partition, clients.transactionalProducer(id, id, TRANSACTION_TIMEOUT));
    try {
      feed.producer.initTransactions();
      try (TopicReader<String, ExampleRecord> reader =
          TopicReader.open(clients, id + "-reader", Topics.EXAMPLES, Map.of(partition, 0L))) {
        reader.readToEnd(PATIENCE, record -> feed.held.add(Identity.sha256(record.raw().value())));
      }
      return feed;
    } catch (RuntimeException e) {
      feed.close();
      throw e;
    }
  }

  /** Writes the next example, or finds it written. */
  void add(TrainingExample example) {
    if (written < held.size()) {
      if (!held.get((int) written).equals(hash(example))) {
        throw taken("its record %d is not the one to be written there".formatted(written));
      }
    } else {
      if (sent.isEmpty()) {
        producer.beginTransaction();
      }
      sent.add(publisher.publish(Topics.EXAMPLES, partition, example.policy(), example));
      if (sent.size() == RECORDS_TOGETHER) {
        commit();
      }
    }
    written++;
  }

  /** Makes sure of everything; returns how many examples the feed holds. */
  long finish() {
    if (written < held.size()) {
      throw taken("it holds %d records, but %d were to be written".formatted(held.size(), written));
    }
    commit();
    return written;
  }

  @Override
  public void close() {
    producer.close(PATIENCE);
  }

  private void commit() {
    if (!sent.isEmpty()) {
      producer.flush();
      sent.forEach(CompletableFuture::join);
      producer.commitTransaction();
      sent.clear();
    }
  }

  private static String hash(TrainingExample example) {
    return Identity.sha256(Topics.EXAMPLES.value().encode(example));
  }

  private InputException taken(String how) {
    return new InputException(
        "--as " + name,
        "the feed of this name was filled otherwise (%s): choose another name, or go on with the command and settings that filled it"
            .formatted(how));
  }
}
