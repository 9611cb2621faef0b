/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

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
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * People who vote at a steady rate until they are stopped, each item by four of them; whatever is
 * not acknowledged is sent again under its own id, and one vote of a hundred is sent twice anyway.
 */
final class Voters implements AutoCloseable {
  static final int VOTES_PER_ITEM = 4;
  private static final int OPEN_ITEMS = 40;
  private static final int ONE_IN_TWICE = 100;
  private static final Duration TURN = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int perSecond;
  private final String policy;
  private final String learnedPolicy;
  private final int oneInLearned;
  private final Ledger ledger;
  private final KafkaProducer<byte[], byte[]> producer;
  private final FeedbackPublisher publisher;
  private final SplittableRandom random;
  private final Instant opened = Instant.now();
  private final List<OpenItem> open = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private @Nullable ScheduledFuture<?> turns;
  private int items;
  private int votes;

  /** An item that is still voted on. */
  private static final class OpenItem {
    private final int number;
    private int votes;

    OpenItem(int number) {
      this.number = number;
    }
  }

  /**
   * @param policy whose prompts are voted on
   * @param learnedPolicy whose prompt one item of {@code oneInLearned} is instead
   */
  Voters(
      KafkaClients clients,
      Ledger ledger,
      int perSecond,
      String policy,
      String learnedPolicy,
      int oneInLearned,
      long seed) {
    this.ledger = ledger;
    this.perSecond = perSecond;
    this.policy = policy;
    this.learnedPolicy = learnedPolicy;
    this.oneInLearned = oneInLearned;
    random = new SplittableRandom(seed);
    producer = clients.producer("voters", PATIENCE);
    publisher = new FeedbackPublisher(new EventPublisher(producer));
  }

  /** Says one vote. */
  void voteOnce() throws InterruptedException, ExecutionException {
    thread.submit(() -> vote(ledger.nowMillis())).get();
  }

  /** Votes at the steady rate from now on. */
  void startVoting() {
    int startMillis = ledger.nowMillis();
    turns =
        thread.scheduleAtFixedRate(
            () -> takeTurn(startMillis), 0, TURN.toMillis(), TimeUnit.MILLISECONDS);
  }

  static String itemId(int number) {
    return "item-" + number;
  }

  /** Says what was to be said by now. */
  private void takeTurn(int startMillis) {
    int due = Math.toIntExact((ledger.nowMillis() - startMillis) * (long) perSecond / 1_000);
    while (votes < Math.min(due, ledger.capacity())) {
      vote(startMillis + Math.toIntExact(votes * 1_000L / perSecond));
    }
  }

  private void vote(int atMillis) {
    while (open.size() < OPEN_ITEMS) {
      open.add(putUp());
    }
    int place = random.nextInt(open.size());
    OpenItem item = open.get(place);
    Answer answer = List.of(Answer.A, Answer.A, Answer.B, Answer.TIE).get(random.nextInt(4));
    int vote = votes++;
    var event =
        new FeedbackEvent(
            Ledger.eventId(vote),
            itemId(item.number),
            Annotator.human("annotator-" + (item.number + item.votes) % 50),
            "test",
            opened.plusMillis(ledger.nowMillis()),
            null,
            null,
            FeedbackEvent.OVERALL,
            new Statement.Comparison("a", "b", answer));
    ledger.say(vote, item.number, answer, atMillis);
    send(() -> publisher.publish(event), () -> ledger.acknowledge(vote));
    if (random.nextInt(ONE_IN_TWICE) == 0) {
      send(() -> publisher.publish(event), () -> {});
    }
    item.votes++;
    if (item.votes == VOTES_PER_ITEM) {
      open.remove(place);
    }
  }

  private OpenItem putUp() {
    var item = new OpenItem(items++);
    String id = itemId(item.number);
    String whose = item.number % oneInLearned == 0 ? learnedPolicy : policy;
    Text question = Text.plain("what is there to say of number " + item.number + "?");
    var prompt = new Prompt(id, whose, question, 40, "test", opened);
    send(() -> publisher.publish(prompt), () -> {});
    for (String candidate : List.of("a", "b")) {
      Text text = Text.plain("answer " + candidate + " says that it is number " + item.number);
      var completion =
          new Completion(candidate, id, text, 40, null, 0, List.of(), List.of(), "test", opened);
      send(() -> publisher.publish(completion), () -> {});
    }
    return item;
  }

  /** Sends until it is acknowledged. */
  private void send(Supplier<CompletableFuture<RecordMetadata>> sending, Runnable acknowledged) {
    var unused =
        sending
            .get()
            .whenComplete(
                (metadata, failure) -> {
                  if (failure == null) {
                    acknowledged.run();
                  } else {
                    thread.execute(() -> send(sending, acknowledged));
                  }
                });
  }

  /** Says nothing new; what is not acknowledged goes on being sent. */
  void stopVoting() throws InterruptedException, ExecutionException {
    if (turns != null) {
      turns.cancel(false);
    }
    thread.submit(() -> {}).get();
  }

  @Override
  public void close() {
    thread.shutdown();
    producer.close(PATIENCE);
  }
}
