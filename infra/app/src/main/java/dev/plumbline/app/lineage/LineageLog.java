/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.lineage.Key.Table;
import dev.plumbline.events.Boundary;
import dev.plumbline.events.Completion;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the logs into the tables of the index, each from where it was read to. Places and what was
 * read up to them are written together, so that nothing is read twice or left out. Used by one
 * thread.
 */
final class LineageLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LineageLog.class);

  /** Longer than any transaction can stay open. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int RECORDS_TOGETHER = 2_000;
  private static final String FORM = "1";
  private static final String BOUND_TO = "bound-to";
  private static final String PLACE = "place";
  private static final String CLOCK = "clock";

  private final KafkaClients clients;
  private final TopicLayout layout;
  private final LineageStore store;
  private final Map<String, TopicReader<String, ?>> readers = new HashMap<>();
  private final Map<Integer, Long> clocks = new HashMap<>();

  private LineageLog(KafkaClients clients, TopicLayout layout, LineageStore store) {
    this.clients = clients;
    this.layout = layout;
    this.store = store;
    store.scan(
        Key.of(Table.ABOUT, CLOCK),
        (key, value) -> {
          key.text();
          clocks.put(key.number(), Packed.number(value));
        });
  }

  /** The topics that the index is made of, by id: another id is another log. */
  record Binding(String clusterId, Map<String, String> topicIds) {
    Binding {
      topicIds = new TreeMap<>(topicIds);
    }

    static Binding of(KafkaClients clients) {
      List<String> topics =
          List.of(
              Topics.PROMPTS.name(),
              Topics.COMPLETIONS.name(),
              Topics.FEEDBACK.name(),
              Topics.REWARDS.name(),
              Topics.EXAMPLES.name(),
              Topics.POLICY_VERSIONS.name());
      try (Admin admin = clients.admin("plumbline-lineage-topics")) {
        Map<String, String> ids = new TreeMap<>();
        for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
          ids.put(topic.name(), topic.topicId().toString());
        }
        return new Binding(admin.describeCluster().clusterId().get(), ids);
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "the topics of %s can't be described".formatted(clients.connection()), e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }

    boolean isOf(LineageStore store) {
      return store
          .get(Key.of(Table.ABOUT, BOUND_TO))
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .filter(text()::equals)
          .isPresent();
    }

    private void writeTo(LineageStore store) {
      try (LineageStore.Batch batch = store.batch()) {
        batch.put(Key.of(Table.ABOUT, BOUND_TO), text().getBytes(StandardCharsets.UTF_8));
        batch.write();
      }
    }

    private String text() {
      return "form %s of cluster %s, topics %s".formatted(FORM, clusterId, topicIds);
    }
  }

  /** Binds an empty store to the cluster, or goes on with one that is bound to it. */
  static LineageLog open(
      KafkaClients clients, TopicLayout layout, Binding binding, LineageStore store) {
    binding.writeTo(store);
    return new LineageLog(clients, layout, store);
  }

  /**
   * Reads on to everything that was committed before this call. What a version learned was
   * committed before it, and what an example rests on before that: so they are read in this order,
   * and the versions are handed on when all that they rest on is in the tables.
   *
   * @param versions told of each new version, with where to write more about it
   */
  void readOn(Consumer<Committed> versions) {
    List<PolicyVersion> fresh = new ArrayList<>();
    Map<Integer, Long> versionsTo =
        read(
            Topics.POLICY_VERSIONS,
            (batch, record) -> fresh.add(record.value().orElseThrow()),
            (batch, partition, place) -> {});
    readAndKeep(Topics.EXAMPLES, this::example);
    readAndKeep(Topics.PROMPTS, this::prompt);
    readAndKeep(Topics.COMPLETIONS, this::completion);
    readAndKeep(Topics.FEEDBACK, this::feedback);
    readAndKeep(Topics.REWARDS, this::reward);
    try (LineageStore.Batch batch = store.batch()) {
      fresh.forEach(version -> versions.accept(new Committed(version, batch)));
      versionsTo.forEach(
          (partition, place) -> keepPlace(batch, Topics.POLICY_VERSIONS, partition, place));
      batch.write();
    }
  }

  /** A version that all its examples are known of, and where to write more about it. */
  record Committed(PolicyVersion version, LineageStore.Batch batch) {}

  @Override
  public void close() {
    readers.values().forEach(TopicReader::close);
  }

  private interface Fold<V> {
    void take(LineageStore.Batch batch, TopicRecord<String, V> record);
  }

  private interface PlaceSink {
    void keep(LineageStore.Batch batch, int partition, long place);
  }

  private <V> void readAndKeep(Topic<String, V> topic, Fold<V> fold) {
    read(topic, fold, (batch, partition, place) -> keepPlace(batch, topic, partition, place));
  }

  /** Returns how far the topic has been read, by partition. */
  private <V> Map<Integer, Long> read(Topic<String, V> topic, Fold<V> fold, PlaceSink places) {
    TopicReader<String, V> reader = reader(topic);
    Map<Integer, Long> read = new HashMap<>();
    var open = new OpenBatch(places);
    try {
      reader.readToEnd(
          PATIENCE,
          record -> {
            try {
              fold.take(open.batch, record);
            } catch (UndecodableException e) {
              // Streams set it aside with its bytes; it is in no example.
              log.debug("{} is left out of the index", record.place(), e);
            }
            read.put(record.partition(), record.offset() + 1);
            open.taken(read);
          });
      read.putAll(reader.positions());
      open.end(read);
      return read;
    } finally {
      open.batch.close();
    }
  }

  /** Writes every so many records, with the places up to which they were read. */
  private final class OpenBatch {
    private final PlaceSink places;
    private LineageStore.Batch batch = store.batch();
    private int records;

    OpenBatch(PlaceSink places) {
      this.places = places;
    }

    void taken(Map<Integer, Long> read) {
      if (++records == RECORDS_TOGETHER) {
        end(read);
        batch.close();
        batch = store.batch();
        records = 0;
      }
    }

    void end(Map<Integer, Long> read) {
      read.forEach((partition, place) -> places.keep(batch, partition, place));
      clocks.forEach(
          (partition, clock) ->
              batch.put(Key.of(Table.ABOUT, CLOCK).with(partition), Packed.number(clock)));
      batch.write();
    }
  }

  @SuppressWarnings("unchecked") // A reader is kept under the name of the topic that it reads.
  private <V> TopicReader<String, V> reader(Topic<String, V> topic) {
    return (TopicReader<String, V>)
        readers.computeIfAbsent(
            topic.name(),
            name -> TopicReader.open(clients, "plumbline-lineage-" + name, topic, placesOf(topic)));
  }

  private Map<Integer, Long> placesOf(Topic<?, ?> topic) {
    Map<Integer, Long> places = new TreeMap<>();
    for (int partition = 0; partition < layout.partitions(topic); partition++) {
      places.put(partition, 0L);
    }
    store.scan(
        Key.of(Table.ABOUT, PLACE, topic.name()),
        (key, value) -> {
          key.text();
          key.text();
          places.put(key.number(), Packed.number(value));
        });
    return places;
  }

  private static void keepPlace(
      LineageStore.Batch batch, Topic<?, ?> topic, int partition, long place) {
    batch.put(Key.of(Table.ABOUT, PLACE, topic.name()).with(partition), Packed.number(place));
  }

  private void example(LineageStore.Batch batch, TopicRecord<String, ExampleRecord> record) {
    switch (record.value().orElseThrow()) {
      case Boundary boundary -> {
        // The end of a slice teaches nothing.
      }
      case TrainingExample example -> {
        int feed = record.partition();
        long offset = record.offset();
        Revision revision = Revision.of(feed, offset, example);
        batch.put(Key.of(Table.REVISION).with(feed).with(offset), revision.packed());
        batch.put(
            Key.of(Table.NEWEST).with(feed).with(revision.exampleId()), Packed.number(offset));
        batch.put(Key.of(Table.ITEM_REVISION, revision.itemId()).with(feed).with(offset));
        for (String eventId : revision.eventIds()) {
          batch.put(
              Key.of(Table.EVENT_REVISION, revision.itemId(), eventId).with(feed).with(offset));
        }
      }
    }
  }

  private void prompt(LineageStore.Batch batch, TopicRecord<String, Prompt> record) {
    Prompt prompt = record.value().orElseThrow();
    subject(batch, prompt.subject(), prompt.itemId());
  }

  private void completion(LineageStore.Batch batch, TopicRecord<String, Completion> record) {
    Completion completion = record.value().orElseThrow();
    subject(batch, completion.subject(), completion.itemId());
  }

  private static void subject(LineageStore.Batch batch, @Nullable String subject, String itemId) {
    if (subject != null) {
      batch.put(Key.of(Table.SUBJECT, subject, itemId));
    }
  }

  private void feedback(LineageStore.Batch batch, TopicRecord<String, FeedbackRecord> record) {
    FeedbackRecord value = record.value().orElseThrow();
    long clock = clocks.merge(record.partition(), value.acceptedAt().toEpochMilli(), Math::max);
    switch (value) {
      case Tick tick -> {
        // It only moved the clock.
      }
      case FeedbackEvent event when event.statement() instanceof Statement.Retraction(var scope) ->
          retraction(batch, event, scope);
      case FeedbackEvent event -> {
        if (layout.partitionOf(event.itemId()) == record.partition()) {
          said(batch, event.itemId(), event.eventId(), event.annotator().id(), clock);
        }
      }
    }
  }

  private void retraction(
      LineageStore.Batch batch, FeedbackEvent event, Statement.RetractionScope scope) {
    switch (scope) {
      case Statement.OneEvent(String eventId) ->
          batch.put(Key.of(Table.RETRACTED_EVENT, event.itemId(), eventId));
      case Statement.OneCandidate(String candidateId) ->
          batch.put(Key.of(Table.RETRACTED_CANDIDATE, event.itemId(), candidateId));
      case Statement.WholeContribution(String annotatorId) ->
          batch.put(Key.of(Table.RETRACTED_ANNOTATOR, annotatorId));
    }
  }

  private void reward(LineageStore.Batch batch, TopicRecord<String, RewardScore> record) {
    RewardScore score = record.value().orElseThrow();
    // Scores count in nobody's reliability.
    said(batch, score.itemId(), score.eventId(), score.judge().id(), Long.MAX_VALUE);
  }

  /** The first record of an identity is the event; a later one is a copy or a dead letter. */
  private static void said(
      LineageStore.Batch batch, String itemId, String eventId, String annotatorId, long clock) {
    Key event = Key.of(Table.EVENT, itemId, eventId);
    if (!batch.has(event)) {
      batch.put(event, new SaidBy(annotatorId, clock).packed());
      batch.put(Key.of(Table.EVENT_ITEM, eventId, itemId));
      batch.put(Key.of(Table.SAID, annotatorId, itemId, eventId));
    }
  }

  /**
   * Who said an event, and when.
   *
   * @param clockMillis what the clock of its partition showed: {@link Long#MAX_VALUE} where it
   *     counts in nobody's reliability
   */
  record SaidBy(String annotatorId, long clockMillis) {
    static SaidBy read(byte[] packed) {
      return Packed.read(packed, in -> new SaidBy(in.readUTF(), in.readLong()));
    }

    byte[] packed() {
      return Packed.write(
          out -> {
            out.writeUTF(annotatorId);
            out.writeLong(clockMillis);
          });
    }

    /** The epoch from whose end on it may count in reliabilities. */
    long epoch(Duration length) {
      return clockMillis == Long.MAX_VALUE
          ? Long.MAX_VALUE
          : Math.floorDiv(clockMillis, length.toMillis());
    }
  }
}
