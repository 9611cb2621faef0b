/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What is read: items with a prompt and two completions of some eighty words, and two votes on each
 * pair by different people, in random order. Used by one thread.
 */
final class Load implements AutoCloseable {
  static final String POLICY = "assistant";
  static final int VOTES_PER_ITEM = 2;
  private static final int REFERENCES_PER_ITEM = 3;
  private static final int WORDS = 80;
  private static final int ANNOTATORS = 200;
  private static final String[] VOCABULARY =
      ("the of and to in a is that it was for on are as with his they at be this from have or by"
              + " one had not but what all were when we there can an your which their said if do")
          .split(" ");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaProducer<byte[], byte[]> producer;
  private final FeedbackPublisher publisher;
  private final Random random = new Random(20260609);

  /** Within one hour whatever happens, so that all votes fall into one epoch of trust. */
  private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);

  private int items;
  private int votes;

  Load(KafkaClients clients) {
    producer = clients.producer("bench-load", PATIENCE);
    publisher = new FeedbackPublisher(new EventPublisher(producer));
  }

  /**
   * How much of it there is.
   *
   * @param references prompts and completions
   */
  record Extent(int references, int votes) {
    static final Extent NOTHING = new Extent(0, 0);
  }

  /** What is written so far. */
  Extent extent() {
    return new Extent(references(), votes);
  }

  /** Prompts and completions written so far. */
  int references() {
    return REFERENCES_PER_ITEM * items;
  }

  /** Votes written so far. */
  int votes() {
    return votes;
  }

  int items() {
    return items;
  }

  /** Writes the prompts and completions of more items; returns the number of the first. */
  int addItems(int count) {
    int first = items;
    for (int item = first; item < first + count; item++) {
      String id = itemId(item);
      Text prompt = words();
      keep(publisher.publish(new Prompt(id, POLICY, prompt, 400, "bench", hour)));
      for (String candidate : List.of("a", "b")) {
        keep(
            publisher.publish(
                new Completion(
                    candidate, id, words(), 400, null, 0, List.of(), List.of(), "bench", hour)));
      }
    }
    items += count;
    producer.flush();
    return first;
  }

  /** Writes some of the two votes on each of some items, all in random order. */
  void addVotes(int firstItem, int count, List<Integer> whichOfTwo) {
    List<FeedbackEvent> events = new ArrayList<>();
    for (int item = firstItem; item < firstItem + count; item++) {
      for (int which : whichOfTwo) {
        events.add(vote(item, which));
      }
    }
    Collections.shuffle(events, random);
    events.forEach(event -> keep(send(event)));
    producer.flush();
  }

  /** Sends one vote; completes when it is acknowledged. */
  CompletableFuture<RecordMetadata> send(FeedbackEvent vote) {
    votes++;
    return publisher.publish(vote);
  }

  FeedbackEvent vote(int item, int which) {
    return new FeedbackEvent(
        "vote-%d-%d".formatted(item, which),
        itemId(item),
        Annotator.human("annotator-" + (item + which) % ANNOTATORS),
        "bench",
        hour.plusSeconds(1 + item % 3_000),
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Comparison("a", "b", random.nextInt(3) == 0 ? Answer.B : Answer.A));
  }

  static String itemId(int item) {
    return "item-" + item;
  }

  private Text words() {
    var text = new StringBuilder();
    for (int word = 0; word < WORDS; word++) {
      text.append(VOCABULARY[random.nextInt(VOCABULARY.length)]).append(' ');
    }
    return Text.plain(text.toString());
  }

  /** A failure to write must not go unseen. */
  private static void keep(CompletableFuture<RecordMetadata> sending) {
    if (sending.isCompletedExceptionally()) {
      throw new IllegalStateException("the load could not be written", sending.exceptionNow());
    }
  }

  @Override
  public void close() {
    producer.close(PATIENCE);
  }
}
