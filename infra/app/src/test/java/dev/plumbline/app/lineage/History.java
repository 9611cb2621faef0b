/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/** Writes a history by hand to a broker of its own. */
final class History implements AutoCloseable {
  private static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant"), 2, 1);

  private final LocalBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher publisher;
  private final String examplesTopicId;

  final KafkaClients clients;

  History(Path folder) throws IOException {
    broker = LocalBroker.startOnFreePort(folder);
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    examplesTopicId =
        new TopicProvisioner(clients, LAYOUT)
            .provision(Topics.ALL)
            .get(Topics.EXAMPLES.name())
            .toString();
    producer = clients.producer("history", Duration.ofSeconds(10));
    publisher = new EventPublisher(producer);
  }

  LineageIndex index(Path folder) {
    return LineageIndex.open(folder, clients, LAYOUT, Duration.ofHours(1));
  }

  /**
   * Two versions after the base: the first learned from two items that ann and bob spoke of, the
   * second from one whose prompt is sue's and that trust weighed.
   */
  void writeTwoVersions() {
    prompt("i1", null);
    prompt("i2", null);
    prompt("i3", "sue");
    vote("i1", "e1", "ann", 0);
    vote("i1", "e2", "bob", 1);
    vote("i2", "e3", "ann", 2);
    vote("i3", "e4", "cyn", 7_200);
    example("i1", 1, null, "e1", "e2");
    example("i2", 1, null, "e3");
    example("i3", 1, 1L, "e4");
    version(0, 0, 0);
    version(1, 0, 2, 0, 1);
    version(2, 2, 3, 2);
  }

  /** The id of an item that is learned from. */
  String item(String name) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> name + "-" + i)
        .filter(id -> Split.of(id) == Split.TRAIN)
        .findFirst()
        .orElseThrow();
  }

  void prompt(String item, @Nullable String subject) {
    String id = item(item);
    write(
        Topics.PROMPTS,
        LAYOUT.partitionOf(id),
        id,
        new Prompt(id, "assistant", textOf(subject), 3, "test", at(0), subject));
  }

  private static Text textOf(@Nullable String subject) {
    return subject == null
        ? Text.plain("say")
        : new Text.Sealed(subject, "key", Bytes.of(new byte[12]), Bytes.of(new byte[16]));
  }

  void vote(String item, String event, String annotator, long second) {
    String id = item(item);
    say(
        id,
        LAYOUT.partitionOf(id),
        event,
        annotator,
        second,
        new Statement.Comparison(id + "/a", id + "/b", Answer.A));
  }

  void retract(String item, String annotator, Statement.RetractionScope scope) {
    var retraction = new Statement.Retraction(scope);
    switch (scope) {
      case Statement.WholeContribution(String whose) -> {
        for (int partition = 0; partition < LAYOUT.itemPartitions(); partition++) {
          say(whose, partition, "retraction of " + whose, annotator, 9, retraction);
        }
      }
      case Statement.OneEvent one -> retractOnItem(item, annotator, retraction);
      case Statement.OneCandidate one -> retractOnItem(item, annotator, retraction);
    }
  }

  private void retractOnItem(String item, String annotator, Statement retraction) {
    String id = item(item);
    say(id, LAYOUT.partitionOf(id), "retraction on " + id, annotator, 9, retraction);
  }

  private void say(
      String item, int partition, String event, String annotator, long second, Statement said) {
    write(
        Topics.FEEDBACK,
        partition,
        item,
        new FeedbackEvent(
            event,
            item,
            Annotator.human(annotator),
            "test",
            at(second),
            null,
            null,
            "overall",
            said));
  }

  /** A revision of the pair of an item; without events a withdrawal. */
  void example(String item, int revision, @Nullable Long trustEpoch, String... events) {
    String id = item(item);
    write(
        Topics.EXAMPLES,
        0,
        "assistant",
        new PreferencePair(
            Identity.pairId("assistant", id, "overall", id + "/a", id + "/b"),
            revision,
            "assistant",
            id,
            "overall",
            Text.plain("say"),
            new ExampleCandidate(id + "/a", Text.plain("yes"), null),
            new ExampleCandidate(id + "/b", Text.plain("no"), null),
            1_000_000,
            0,
            1_000_000,
            new Evidence(Arrays.asList(events), at(0), trustEpoch)));
  }

  /** A version of its policy that learned from these offsets of a range. */
  void version(int number, long from, long to, long... learned) {
    write(
        Topics.POLICY_VERSIONS,
        0,
        "assistant",
        new PolicyVersion(
            new PolicyVersionId("assistant", number),
            "assistant",
            new PolicyVersion.Learned(
                number == 0 ? null : new PolicyVersionId("assistant", number - 1),
                "a".repeat(64),
                List.of(
                    new PolicyVersion.ConsumedRange(examplesTopicId, "examples", 0, from, to)
                        .withLearned(LongStream.of(learned).boxed().toList())),
                "b".repeat(64),
                new PolicyVersion.ExampleCounts(learned.length, 0, 0, 0, 0, 0, 0),
                number,
                Map.of(),
                "dpo",
                "c".repeat(64),
                new PolicyVersion.BaseModel("pocket", "d".repeat(64), "e".repeat(64)),
                "engine",
                0),
            new PolicyVersion.Observed(at(0), null, Map.of())));
  }

  private <V> void write(Topic<String, V> topic, int partition, String key, V value) {
    var unused = publisher.publish(topic, partition, key, value).join();
  }

  private static Instant at(long second) {
    return Instant.EPOCH.plusSeconds(second);
  }

  @Override
  public void close() {
    producer.close();
    broker.close();
  }
}
