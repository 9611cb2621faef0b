/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.TrustEpoch;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology in a test driver, spoken to in the vocabulary's records. */
final class PreferenceDriver implements AutoCloseable {
  final MeterRegistry registry = new SimpleMeterRegistry();
  private final TopologyTestDriver driver;
  private final TestOutputTopic<byte[], byte[]> examples;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private final TestOutputTopic<byte[], byte[]> ticks;
  private final TestOutputTopic<byte[], byte[]> annotators;
  private final List<TrainingExample> emitted = new ArrayList<>();
  private final List<DeadLetter> setAside = new ArrayList<>();

  private PreferenceDriver(StreamsSettings settings, TopicLayout layout, Path stateDir) {
    driver =
        new TopologyTestDriver(
            PreferenceTopology.build(settings, layout, registry, Stores::inMemoryKeyValueStore),
            StreamsRole.config(settings, layout, KafkaConnection.to("nowhere:9092"), stateDir),
            Fixtures.START);
    examples =
        driver.createOutputTopic(
            Topics.EXAMPLES.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            Topics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    annotators =
        driver.createOutputTopic(
            Topics.ANNOTATORS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    ticks =
        driver.createOutputTopic(
            Topics.FEEDBACK.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static PreferenceDriver start(Path stateDir) {
    return start(Fixtures.SETTINGS, Fixtures.LAYOUT, stateDir);
  }

  static PreferenceDriver start(StreamsSettings settings, TopicLayout layout, Path stateDir) {
    return new PreferenceDriver(settings, layout, stateDir);
  }

  void send(Prompt... prompts) {
    for (Prompt prompt : prompts) {
      send(Topics.PROMPTS, prompt.itemId(), prompt);
    }
  }

  void send(Completion... completions) {
    for (Completion completion : completions) {
      send(Topics.COMPLETIONS, completion.itemId(), completion);
    }
  }

  void send(ComparisonTask task) {
    send(Topics.TASKS, task.itemId(), task);
  }

  void send(FeedbackEvent... events) {
    for (FeedbackEvent event : events) {
      send(Topics.FEEDBACK, event.itemId(), event);
    }
  }

  void send(RewardScore... scores) {
    for (RewardScore score : scores) {
      send(Topics.REWARDS, score.itemId(), score);
    }
  }

  /** Sends a prompt and its completions a and b. */
  void sendReferences(String itemId) {
    send(Fixtures.prompt(itemId));
    send(Fixtures.completion(itemId, "a"), Fixtures.completion(itemId, "b"));
  }

  void tick(int minute) {
    FeedbackRecord tick = new Tick(Fixtures.at(minute));
    send(Topics.FEEDBACK, "", tick);
  }

  private <V> void send(Topic<String, ? super V> topic, String key, V value) {
    sendRaw(topic.name(), topic.key().encode(key), topic.value().encode(value));
  }

  void sendRaw(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key, value, Fixtures.START));
  }

  void advanceWallClock(Duration by) {
    driver.advanceWallClockTime(by);
  }

  /** Returns every example emitted so far. */
  List<TrainingExample> examples() {
    rawExamples()
        .forEach(
            record ->
                emitted.add((TrainingExample) Topics.EXAMPLES.value().decode(record.value())));
    return emitted;
  }

  /** Returns the examples emitted since the last look, as they stand in the topic. */
  List<TestRecord<byte[], byte[]>> rawExamples() {
    return examples.readRecordsToList();
  }

  /** Returns the only example emitted so far. */
  PreferencePair onlyPair() {
    return (PreferencePair) only(examples());
  }

  /** Returns the only example emitted so far. */
  UnpairedExample onlyUnpaired() {
    return (UnpairedExample) only(examples());
  }

  /** Returns the only example emitted so far. */
  RolloutGroup onlyGroup() {
    return (RolloutGroup) only(examples());
  }

  /** Returns the example emitted last. */
  PreferencePair lastPair() {
    return (PreferencePair) examples().getLast();
  }

  /** Returns every dead letter so far. */
  List<DeadLetter> deadLetters() {
    deadLetters
        .readRecordsToList()
        .forEach(record -> setAside.add(Topics.DEAD_LETTERS.value().decode(record.value())));
    return setAside;
  }

  DeadLetter onlyDeadLetter() {
    return only(deadLetters());
  }

  /** Returns the ticks that the topology wrote since the last look. */
  List<FeedbackRecord> ticks() {
    return ticks.readValuesToList().stream().map(Topics.FEEDBACK.value()::decode).toList();
  }

  /** Returns what was said of annotators since the last look. */
  List<TrustEpoch> annotators() {
    return annotators.readValuesToList().stream().map(Topics.ANNOTATORS.value()::decode).toList();
  }

  Disposition disposition(String itemId, String eventId) {
    byte[] value =
        new Table(driver.<Bytes, byte[]>getKeyValueStore(StoredState.STORE), Table.Name.IDENTITIES)
            .get(StateCodec.key(itemId, eventId));
    return StateCodec.identifiedEvent(value).disposition();
  }

  Disposition disposition(RewardScore score) {
    return disposition(score.itemId(), score.eventId());
  }

  double count(String meter, String... tags) {
    return registry.get(meter).tags(tags).counter().count();
  }

  double gauge(String meter, String... tags) {
    return registry.get(meter).tags(tags).gauge().value();
  }

  double waiting() {
    return registry.get("plumbline.streams.waiting").gauge().value();
  }

  private static <T> T only(List<T> all) {
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Override
  public void close() {
    driver.close();
  }
}
