/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static dev.plumbline.kafka.Fixtures.ACCEPTED;
import static dev.plumbline.kafka.Fixtures.LAYOUT;
import static dev.plumbline.kafka.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class FeedbackPublisherTest {

  private static final String ITEM = "item-of-feedback-publisher";
  private static final Annotator ANNA = Annotator.human("anna");

  private final KafkaClients clients;

  FeedbackPublisherTest(KafkaClients clients) {
    this.clients = clients;
  }

  @Test
  void shouldKeepAllThatIsAboutAnItemInOnePartitionNumber() {
    Prompt prompt = prompt(ITEM);
    Completion completion =
        new Completion(
            "c1", ITEM, Text.plain("So."), 3, null, 0, List.of(), List.of(), "test", ACCEPTED);
    ComparisonTask task =
        new ComparisonTask(
            "t1",
            ITEM,
            "assistant",
            List.of(new CompletionRef("c1"), new CompletionRef("c2")),
            FeedbackEvent.OVERALL,
            null,
            null,
            "test",
            ACCEPTED);
    FeedbackEvent event =
        new FeedbackEvent(
            "e1",
            ITEM,
            ANNA,
            "test",
            ACCEPTED,
            null,
            "t1",
            FeedbackEvent.OVERALL,
            new Statement.Comparison("c1", "c2", Answer.A));
    RewardScore score = new RewardScore("c1", ITEM, ANNA, 0.5, null, ACCEPTED);
    new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);

    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", Duration.ofSeconds(5))) {
      FeedbackPublisher publisher = new FeedbackPublisher(new EventPublisher(producer));
      publisher.publish(prompt).join();
      publisher.publish(completion).join();
      publisher.publish(task).join();
      publisher.publish(event).join();
      publisher.publish(score).join();
    }

    assertThat(ofThisItem(Topics.PROMPTS)).containsExactly(prompt);
    assertThat(ofThisItem(Topics.COMPLETIONS)).containsExactly(completion);
    assertThat(ofThisItem(Topics.TASKS)).containsExactly(task);
    assertThat(ofThisItem(Topics.FEEDBACK)).containsExactly(event);
    assertThat(ofThisItem(Topics.REWARDS)).containsExactly(score);
  }

  @Test
  void shouldWriteTheRetractionOfAWholeContributionToEveryPartition() {
    FeedbackEvent retraction = retraction("berta", "berta");
    new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);

    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", Duration.ofSeconds(5))) {
      new FeedbackPublisher(new EventPublisher(producer))
          .publishEverywhere(retraction, LAYOUT)
          .join();
    }

    List<Integer> partitions = new ArrayList<>();
    try (var reader = TopicReader.openAtBeginning(clients, "test", Topics.FEEDBACK)) {
      reader.readToEnd(
          Duration.ofSeconds(10),
          record -> {
            if (record.key().orElseThrow().equals("berta")) {
              assertThat(record.value()).contains(retraction);
              partitions.add(record.partition());
            }
          });
    }
    assertThat(partitions)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, LAYOUT.itemPartitions()).boxed().toList());
  }

  @Test
  void shouldRefuseToWriteAnythingElseToEveryPartition() {
    var publisher = new FeedbackPublisher(new EventPublisher(new MockProducer<>()));
    FeedbackEvent thumbs =
        new FeedbackEvent(
            "e2",
            ITEM,
            ANNA,
            "test",
            ACCEPTED,
            null,
            null,
            FeedbackEvent.OVERALL,
            new Statement.Thumbs("c1", Thumb.UP));

    assertThatThrownBy(() -> publisher.publishEverywhere(retraction("berta", ITEM), LAYOUT))
        .hasMessage(
            "the retraction of all that berta contributed must carry that id as its item, but"
                + " carried item-of-feedback-publisher");
    assertThatThrownBy(() -> publisher.publishEverywhere(thumbs, LAYOUT))
        .hasMessageContaining(
            "only the retraction of a whole contribution goes to every partition");
  }

  private static FeedbackEvent retraction(String annotatorId, String itemId) {
    return new FeedbackEvent(
        "erase-" + annotatorId,
        itemId,
        Annotator.human(annotatorId),
        "test",
        ACCEPTED,
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Retraction(new Statement.WholeContribution(annotatorId)));
  }

  private <V> List<V> ofThisItem(Topic<String, V> topic) {
    List<V> values = new ArrayList<>();
    try (TopicReader<String, V> reader = TopicReader.openAtBeginning(clients, "test", topic)) {
      reader.readToEnd(
          Duration.ofSeconds(10),
          record -> {
            if (record.partition() == LAYOUT.partitionOf(ITEM)
                && record.key().orElseThrow().equals(ITEM)) {
              values.add(record.value().orElseThrow());
            }
          });
    }
    return values;
  }
}
