/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.TopicLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Seeded feedback of any length in constant memory: items come up one after the other and are
 * spoken of for days by people who disagree, while the network and the people misbehave.
 */
final class GeneratedFeedback {
  /** What is unusual about a record; {@link #VOTE} is nothing. */
  enum Oddity {
    VOTE,
    OUT_OF_ORDER,
    COPY,
    CONFLICT,
    UNREADABLE,
    UNDER_A_WRONG_KEY,
    RETRACTION,
    RETRACTION_BEFORE_ITS_EVENT,
    RETRACTION_OF_A_CANDIDATE,
    PERSON
  }

  static final List<String> CANDIDATES = List.of("c1", "c2", "c3");
  static final String OPERATOR = "operator";

  private static final Duration STEP = Duration.ofSeconds(43);
  private static final int STEPS_PER_ITEM = 25;
  private static final int ITEMS_AT_A_TIME = 200;
  private static final int LONGEST_DELAY = 4_000;
  private static final int REMEMBERED = 5_000;
  private static final int PEOPLE = 200;
  private static final int LEAVING = 10;

  private final Random random;
  private final int length;
  private final TopicLayout layout;
  private final Sink sink;
  private final FeedbackEvent[] remembered = new FeedbackEvent[REMEMBERED];
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(Comparator.comparingInt(Held::until).thenComparingLong(Held::number));
  private final Map<Oddity, Integer> counts = new EnumMap<>(Oddity.class);
  private int votes;
  private int heldBack;
  private int items;
  private int step;

  /** Takes records in the order in which they are sent. */
  interface Sink {
    void send(ProducerRecord<byte[], byte[]> record);
  }

  private record Held(int until, long number, ProducerRecord<byte[], byte[]> record) {}

  private GeneratedFeedback(long seed, int length, TopicLayout layout, Sink sink) {
    random = new Random(seed);
    this.length = length;
    this.layout = layout;
    this.sink = sink;
  }

  /** Sends {@code length} records of feedback and what they refer to; returns what was odd. */
  static Map<Oddity, Integer> send(long seed, int length, TopicLayout layout, Sink sink) {
    var generated = new GeneratedFeedback(seed, length, layout, sink);
    generated.run();
    return generated.counts;
  }

  private void run() {
    for (int i = 0; i < ITEMS_AT_A_TIME; i++) {
      introduceItem();
    }
    int leaving = length / (LEAVING + 1);
    for (; step < length; step++) {
      while (!held.isEmpty() && held.peek().until() <= step) {
        sink.send(held.poll().record());
      }
      if (step % STEPS_PER_ITEM == 0) {
        introduceItem();
      }
      if (step % leaving == leaving - 1) {
        leave(step / leaving);
      }
      say(random.nextInt(1_000));
    }
    while (!held.isEmpty()) {
      sink.send(held.poll().record());
    }
  }

  private void say(int permille) {
    FeedbackEvent earlier = remembered[random.nextInt(Math.clamp(votes, 1, REMEMBERED))];
    if (earlier == null || permille >= 85) {
      send(newVote());
    } else if (permille < 50) {
      count(Oddity.COPY);
      send(said(earlier.eventId(), earlier.itemId(), earlier.annotator(), earlier.statement()));
    } else if (permille < 55) {
      count(Oddity.CONFLICT);
      send(said(earlier.eventId(), earlier.itemId(), earlier.annotator(), statement()));
    } else if (permille < 65) {
      sendMalformed();
    } else {
      sendRetraction(earlier);
    }
  }

  private FeedbackEvent newVote() {
    count(Oddity.VOTE);
    Annotator annotator = Annotator.human("annotator-" + random.nextInt(PEOPLE));
    FeedbackEvent vote = said("e" + votes, item(), annotator, statement());
    remembered[votes++ % REMEMBERED] = vote;
    return vote;
  }

  private void sendMalformed() {
    FeedbackEvent lost = said("lost-" + step, item(), Annotator.human("annotator-0"), statement());
    byte[] value = Topics.FEEDBACK.value().encode(lost);
    if (random.nextBoolean()) {
      count(Oddity.UNDER_A_WRONG_KEY);
      sink.send(feedback(layout.partitionOf(lost.itemId()), "wrong", value));
    } else {
      count(Oddity.UNREADABLE);
      byte[] torn = Arrays.copyOf(value, random.nextInt(value.length));
      sink.send(feedback(layout.partitionOf(lost.itemId()), lost.itemId(), torn));
    }
  }

  private void sendRetraction(FeedbackEvent earlier) {
    FeedbackEvent target = earlier;
    Statement.RetractionScope scope = new Statement.OneEvent(target.eventId());
    if (chance(30)) {
      count(Oddity.RETRACTION_BEFORE_ITS_EVENT);
      target = newVote();
      hold(record(Topics.FEEDBACK, target.itemId(), target));
      scope = new Statement.OneEvent(target.eventId());
    } else if (chance(3)) {
      count(Oddity.RETRACTION_OF_A_CANDIDATE);
      scope = new Statement.OneCandidate(CANDIDATES.get(random.nextInt(CANDIDATES.size())));
    } else {
      count(Oddity.RETRACTION);
    }
    String by =
        chance(70)
            ? target.annotator().id()
            : chance(67) ? OPERATOR : "annotator-" + random.nextInt(PEOPLE);
    send(said("r" + step, target.itemId(), Annotator.human(by), new Statement.Retraction(scope)));
  }

  /** A person takes back everything, or an operator does; somebody else can't. */
  private void leave(int number) {
    for (String by : List.of(number % 2 == 0 ? OPERATOR : "annotator-" + number, "annotator-99")) {
      String person = by.equals("annotator-99") ? "annotator-150" : "annotator-" + number;
      count(Oddity.PERSON);
      var whole = new Statement.Retraction(new Statement.WholeContribution(person));
      FeedbackEvent event = said("p" + step + by, person, Annotator.human(by), whole);
      for (int partition = 0; partition < layout.itemPartitions(); partition++) {
        sink.send(feedback(partition, person, Topics.FEEDBACK.value().encode(event)));
      }
    }
  }

  /** One item of ten lacks something for a while, one of a hundred lacks its prompt for good. */
  private void introduceItem() {
    String item = "item-" + items++;
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    if (!chance(1)) {
      String subject = chance(2) ? "annotator-" + random.nextInt(2 * LEAVING) : null;
      Text text = Text.plain("prompt of " + item);
      String policy = chance(30) ? "robot" : "assistant";
      var prompt = new Prompt(item, policy, text, 9, "test", now(), subject);
      records.add(record(Topics.PROMPTS, item, prompt));
    }
    for (String id : CANDIDATES) {
      Text text = Text.plain(id + " of " + item);
      var completion =
          new Completion(id, item, text, 8, null, 0, List.of(), List.of(), "test", now());
      records.add(record(Topics.COMPLETIONS, item, completion));
    }
    boolean isLate = chance(10);
    for (ProducerRecord<byte[], byte[]> record : records) {
      if (isLate && chance(50)) {
        hold(record);
      } else {
        sink.send(record);
      }
    }
  }

  /** Near 0.5: nobody is better, so that every vote decides. */
  private Statement statement() {
    int one = random.nextInt(CANDIDATES.size());
    int other = (one + 1 + random.nextInt(CANDIDATES.size() - 1)) % CANDIDATES.size();
    if (chance(20)) {
      return new Statement.Thumbs(CANDIDATES.get(one), chance(50) ? Thumb.UP : Thumb.DOWN);
    }
    Answer answer =
        chance(90)
            ? (chance(50) ? Answer.A : Answer.B)
            : chance(70) ? Answer.TIE : chance(50) ? Answer.BOTH_BAD : Answer.CANT_TELL;
    return new Statement.Comparison(CANDIDATES.get(one), CANDIDATES.get(other), answer);
  }

  private String item() {
    return "item-" + (items - 1 - random.nextInt(ITEMS_AT_A_TIME));
  }

  private FeedbackEvent said(String id, String item, Annotator by, Statement statement) {
    Instant acceptedAt = now();
    if (chance(10)) {
      count(Oddity.OUT_OF_ORDER);
      acceptedAt = acceptedAt.minusSeconds(random.nextInt(24 * 3600));
    }
    return new FeedbackEvent(
        id, item, by, "test", acceptedAt, null, null, FeedbackEvent.OVERALL, statement);
  }

  private Instant now() {
    return Fixtures.START.plus(STEP.multipliedBy(step));
  }

  private void send(FeedbackEvent event) {
    sink.send(record(Topics.FEEDBACK, event.itemId(), event));
  }

  private void hold(ProducerRecord<byte[], byte[]> record) {
    held.add(new Held(step + 1 + random.nextInt(LONGEST_DELAY), heldBack++, record));
  }

  private <V> ProducerRecord<byte[], byte[]> record(
      Topic<String, ? super V> topic, String item, V value) {
    return new ProducerRecord<>(
        topic.name(), layout.partitionOf(item), item.getBytes(UTF_8), topic.value().encode(value));
  }

  private static ProducerRecord<byte[], byte[]> feedback(int partition, String key, byte[] value) {
    return new ProducerRecord<>(Topics.FEEDBACK.name(), partition, key.getBytes(UTF_8), value);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private void count(Oddity oddity) {
    counts.merge(oddity, 1, Integer::sum);
  }
}
