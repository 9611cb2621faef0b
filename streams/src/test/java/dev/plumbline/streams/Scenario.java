/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.kafka.TopicLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A seeded world of feedback and rewards: forty items, late and missing references, tasks, changes
 * of mind, copies, conflicts, ticks and rubbish, laid out in the partitions of its topics.
 */
final class Scenario {
  private static final int ITEMS = 40;
  private static final int EVENTS = 260;
  private static final List<String> CANDIDATES = List.of("c1", "c2", "c3");

  final TopicLayout layout;
  final Map<Place, List<LogRecord>> logs = new LinkedHashMap<>();
  private final Random random;
  private final int retractionsPercent;
  private final boolean hasEveryKind;

  /** One partition of one topic. */
  record Place(String topic, int partition) {}

  /** A record of a log, its offset being its index. */
  record LogRecord(Bytes key, Bytes value) {
    static LogRecord of(byte[] key, byte[] value) {
      return new LogRecord(Bytes.of(key), Bytes.of(value));
    }
  }

  Scenario(long seed, int partitions) {
    this(seed, partitions, 0, false);
  }

  /** A world in which much is taken back, on either side of what it takes back. */
  static Scenario withRetractions(long seed, int partitions) {
    return new Scenario(seed, partitions, 12, false);
  }

  /** A world in which people rate, correct, compare segments and leave signals besides. */
  static Scenario withEveryKind(long seed, int partitions) {
    return new Scenario(seed, partitions, 12, true);
  }

  private Scenario(long seed, int partitions, int retractionsPercent, boolean hasEveryKind) {
    this.retractionsPercent = retractionsPercent;
    this.hasEveryKind = hasEveryKind;
    random = new Random(seed);
    layout = new TopicLayout(List.of("assistant", "robot"), partitions, 1);
    for (Topic<String, ?> topic :
        List.of(
            Topics.PROMPTS, Topics.COMPLETIONS, Topics.TASKS, Topics.FEEDBACK, Topics.REWARDS)) {
      for (int partition = 0; partition < partitions; partition++) {
        logs.put(new Place(topic.name(), partition), new ArrayList<>());
      }
    }
    references();
    feedback();
    changesOfMind();
    rewards();
  }

  private void references() {
    for (int i = 0; i < ITEMS; i++) {
      String item = "item-" + i;
      if (!chance(5)) {
        String policy = chance(3) ? "stranger" : chance(30) ? "robot" : "assistant";
        Text text = Text.plain("prompt of " + item);
        String subject = isRetracting() && chance(15) ? "person-" + random.nextInt(2) : null;
        add(
            Topics.PROMPTS,
            item,
            new Prompt(item, policy, text, 9, "test", Fixtures.START, subject));
      }
      for (String candidate : CANDIDATES) {
        if (!chance(8)) {
          add(Topics.COMPLETIONS, item, completion(item, candidate, candidate));
          if (chance(5)) {
            add(Topics.COMPLETIONS, item, completion(item, candidate, "another text"));
          }
        }
      }
      if (chance(60)) {
        Integer quorum = chance(30) ? null : 1 + random.nextInt(3);
        Duration limit = chance(40) ? null : Duration.ofMinutes(20 + random.nextInt(2_000));
        add(
            Topics.TASKS,
            item,
            new ComparisonTask(
                "task",
                item,
                "assistant",
                List.of(new CompletionRef("c1"), new CompletionRef("c2")),
                FeedbackEvent.OVERALL,
                quorum,
                limit,
                "test",
                Fixtures.START));
      }
    }
  }

  private static Completion completion(String item, String id, String text) {
    List<Integer> tokens = IntStream.range(0, tokens(item, id)).boxed().toList();
    return new Completion(
        id,
        item,
        Text.plain(text + " of " + item),
        9,
        null,
        0,
        tokens.stream().map(number -> 10 + number).toList(),
        tokens.stream().map(number -> -0.25f * number).toList(),
        id.equals("c1") ? tokens : List.of(),
        "test",
        Fixtures.START);
  }

  /** Candidate cN has N tokens, but in one item of five c3 came without. */
  static int tokens(String item, String id) {
    return item.hashCode() % 5 == 0 && id.equals("c3") ? 0 : id.charAt(1) - '0';
  }

  private void feedback() {
    List<FeedbackEvent> sent = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Instant now = Fixtures.at(i * 20 + random.nextInt(60));
      if (!sent.isEmpty() && chance(12)) {
        FeedbackEvent earlier = sent.get(random.nextInt(sent.size()));
        boolean conflict = chance(25);
        send(
            event(
                earlier.eventId(),
                chance(15) ? item() : earlier.itemId(),
                earlier.annotator().id(),
                now,
                earlier.claimedAt(),
                earlier.taskId(),
                conflict ? statement() : earlier.statement()));
      } else {
        String task = chance(30) ? (chance(25) ? "task-that-never-comes" : "task") : null;
        Instant claimed = chance(25) ? now.minusSeconds(random.nextInt(200_000) - 20_000L) : null;
        String annotator = "annotator-" + random.nextInt(4);
        FeedbackEvent event =
            event(
                isRetracting() && chance(8)
                    ? "early-" + random.nextInt(40)
                    : "event-" + random.nextInt(100_000),
                item(),
                annotator,
                now,
                claimed,
                task,
                statement());
        sent.add(event);
        send(event);
      }
      if (isRetracting() && chance(retractionsPercent)) {
        FeedbackEvent retraction = retraction("retraction-" + i, sent, now);
        sent.add(retraction);
        send(retraction);
      }
      if (isRetracting() && i == EVENTS / 2) {
        sendEverywhere("leaving", "annotator-3", "annotator-3", now);
        sendEverywhere("leaving-too", "person-1", "operator", now);
        sendEverywhere("judged", "judge-1", "operator", now);
        sendEverywhere("foreign", "annotator-1", "annotator-2", now);
      }
      if (chance(6)) {
        int partition = random.nextInt(layout.itemPartitions());
        log(Topics.FEEDBACK, partition)
            .add(LogRecord.of(new byte[0], Topics.FEEDBACK.value().encode(new Tick(now))));
      }
      if (chance(2)) {
        log(Topics.FEEDBACK, random.nextInt(layout.itemPartitions()))
            .add(LogRecord.of(item().getBytes(UTF_8), new byte[] {1, 2, 3}));
      }
      if (chance(2)) {
        FeedbackEvent lost =
            event("lost-" + i, item(), "annotator-0", now, null, null, statement());
        log(Topics.FEEDBACK, layout.partitionOf(lost.itemId()))
            .add(LogRecord.of("wrong".getBytes(UTF_8), Topics.FEEDBACK.value().encode(lost)));
      }
    }
  }

  /** By its annotator, by somebody else or by an operator; of something said, or yet to be said. */
  private FeedbackEvent retraction(String id, List<FeedbackEvent> sent, Instant now) {
    FeedbackEvent target = sent.get(random.nextInt(sent.size()));
    String by =
        chance(60)
            ? target.annotator().id()
            : chance(50) ? "operator" : "annotator-" + random.nextInt(3);
    if (chance(6)) {
      var candidate = new Statement.OneCandidate(CANDIDATES.get(random.nextInt(3)));
      String item = "item-" + random.nextInt(ITEMS);
      return event(id, item, by, now, null, null, new Statement.Retraction(candidate));
    } else if (chance(10)) {
      String item = item();
      String scored =
          Identity.rewardId(item, CANDIDATES.get(random.nextInt(3)), "judge-" + random.nextInt(3));
      var score = new Statement.OneEvent(scored);
      return event(id, item, chance(50) ? "judge-0" : by, now, null, null, retractionOf(score));
    } else if (chance(25)) {
      var later = new Statement.OneEvent("early-" + random.nextInt(40));
      return event(id, "item-" + random.nextInt(10), by, now, null, null, retractionOf(later));
    }
    var known = new Statement.OneEvent(target.eventId());
    return event(id, target.itemId(), by, now, null, null, retractionOf(known));
  }

  private static Statement retractionOf(Statement.RetractionScope scope) {
    return new Statement.Retraction(scope);
  }

  private void sendEverywhere(String id, String person, String by, Instant now) {
    var whole = new Statement.WholeContribution(person);
    FeedbackEvent event = event(id, person, by, now, null, null, retractionOf(whole));
    for (int partition = 0; partition < layout.itemPartitions(); partition++) {
      log(Topics.FEEDBACK, partition)
          .add(LogRecord.of(person.getBytes(UTF_8), Topics.FEEDBACK.value().encode(event)));
    }
  }

  /** At the end, questions that had their quorum once, have it no more, and wait on. */
  private void changesOfMind() {
    for (int i = 0; i < 6; i++) {
      String item = "turned-" + i;
      Instant now = Fixtures.at(EVENTS * 20 + i);
      add(Topics.COMPLETIONS, item, completion(item, "c1", "c1"));
      add(Topics.COMPLETIONS, item, completion(item, "c2", "c2"));
      add(Topics.PROMPTS, item, Fixtures.prompt(item));
      Statement better = new Statement.Comparison("c1", "c2", Answer.A);
      Statement neither = new Statement.Comparison("c2", "c1", Answer.BOTH_BAD);
      send(event("turn-1", item, "annotator-1", now, null, null, better));
      send(event("turn-2", item, "annotator-2", now, null, null, better));
      send(event("turn-3", item, "annotator-2", now.plusSeconds(9), null, null, neither));
    }
  }

  /** Tasks of all three candidates, and scores by three judges, most of whom score most of them. */
  private void rewards() {
    List<RewardScore> scores = new ArrayList<>();
    for (int i = 0; i < ITEMS + 2; i++) {
      String item = "item-" + i;
      if (chance(60)) {
        add(Topics.TASKS, item, taskOfAll("all", item, List.of("c1", "c2", "c3")));
      }
      if (chance(20)) {
        add(Topics.TASKS, item, taskOfAll("all-again", item, List.of("c3", "c1", "c2")));
      }
      for (int judge = 0; judge < 3; judge++) {
        for (String candidate : CANDIDATES) {
          if (!chance(12)) {
            scores.add(score(item, candidate, "judge-" + judge));
          }
          if (chance(6)) {
            scores.add(score(item, candidate, "judge-" + judge));
          }
        }
      }
    }
    Collections.shuffle(scores, random);
    for (RewardScore score : scores) {
      add(Topics.REWARDS, score.itemId(), score);
      if (chance(6)) {
        add(Topics.REWARDS, score.itemId(), score);
      }
      if (chance(2)) {
        log(Topics.REWARDS, layout.partitionOf(score.itemId()))
            .add(LogRecord.of("wrong".getBytes(UTF_8), Topics.REWARDS.value().encode(score)));
      }
    }
  }

  private static ComparisonTask taskOfAll(String id, String item, List<String> candidates) {
    return new ComparisonTask(
        id,
        item,
        "assistant",
        candidates.stream().<Candidate>map(CompletionRef::new).toList(),
        FeedbackEvent.OVERALL,
        null,
        null,
        "test",
        Fixtures.START);
  }

  /** Judge 2 scores whole completions only, the others their prefixes, now and then too many. */
  private RewardScore score(String item, String candidate, String judge) {
    float score = random.nextInt(-8, 9) / 3f;
    List<Float> prefixes = new ArrayList<>();
    if (!judge.equals("judge-2")) {
      int tokens = tokens(item, candidate) + (chance(4) ? 1 : 0);
      for (int t = 0; t < tokens; t++) {
        prefixes.add(random.nextInt(-8, 9) / 7f);
      }
      prefixes.add(score);
    }
    return new RewardScore(
        candidate,
        item,
        new Annotator(judge, AnnotatorKind.MODEL, false),
        score,
        null,
        prefixes,
        Fixtures.at(random.nextInt(EVENTS * 20)));
  }

  private Statement statement() {
    String one = CANDIDATES.get(random.nextInt(3));
    String other = CANDIDATES.get(random.nextInt(3));
    if (hasEveryKind && chance(45)) {
      return ofAnotherKind(one);
    }
    if (chance(15)) {
      return new Statement.Thumbs(one, chance(60) ? Thumb.UP : Thumb.DOWN);
    } else if (chance(18)) {
      return ranking();
    } else if (chance(20)) {
      int start = random.nextInt(isRetracting() ? 4 : 3) * 3;
      int end = start + 1 + random.nextInt(4);
      String label = chance(80) ? "good" : "off";
      return new Statement.SpanMark(one, start, end, label, random.nextInt(-4, 5) / 4.0);
    } else if (chance(4)) {
      return new Statement.Correction(one, Text.plain("better"), 0, 6);
    }
    Answer[] answers = Answer.values();
    return new Statement.Comparison(
        one, other, chance(60) ? Answer.A : answers[random.nextInt(answers.length)]);
  }

  private Statement ofAnotherKind(String candidate) {
    return switch (random.nextInt(6)) {
      case 0 -> new Statement.Signal(candidate, chance(60) ? "copied" : "regenerated", 1);
      case 1 -> new Statement.Correction(candidate, Text.plain("better still"), 6, 12, 12);
      case 2 -> segments();
      default -> {
        var clarity = new Statement.Mark("clarity", random.nextInt(1, 6), 1, 5);
        var warmth = new Statement.Mark("warmth", random.nextInt(-2, 3) / 2.0, -1, 1);
        yield new Statement.Rating(
            candidate, chance(60) ? List.of(clarity) : List.of(clarity, warmth));
      }
    };
  }

  /** One comparison in ten is of segments that others described otherwise. */
  private Statement segments() {
    Answer[] answers = Answer.values();
    return new Statement.SegmentComparison(
        segment("s1"),
        segment(chance(80) ? "s2" : "s3"),
        chance(60) ? Answer.A : answers[random.nextInt(answers.length)]);
  }

  private TrajectorySegment segment(String id) {
    Duration end = Duration.ofSeconds(chance(5) ? 3 : 2);
    return new TrajectorySegment(id, "kitchen", "7", "wrist", Duration.ofSeconds(1), end);
  }

  /** Some orders of two or three candidates, with ties; one in ten is none. */
  private Statement ranking() {
    List<String> ranked = new ArrayList<>(CANDIDATES);
    Collections.shuffle(ranked, random);
    if (chance(25)) {
      ranked.removeLast();
    }
    if (chance(10)) {
      ranked = chance(50) ? List.of("c1") : List.of("c1", "c2", "c1");
    }
    List<Statement.Tier> tiers = new ArrayList<>();
    for (int from = 0; from < ranked.size(); ) {
      int to = Math.min(ranked.size(), from + (chance(20) ? 2 : 1));
      tiers.add(new Statement.Tier(ranked.subList(from, to)));
      from = to;
    }
    return new Statement.Ranking(tiers);
  }

  /** Few items get most of the events, so that votes meet. */
  private String item() {
    return "item-" + (chance(60) ? random.nextInt(10) : random.nextInt(ITEMS + 2));
  }

  private static FeedbackEvent event(
      String id,
      String item,
      String annotator,
      Instant acceptedAt,
      @Nullable Instant claimedAt,
      @Nullable String task,
      Statement statement) {
    return new FeedbackEvent(
        id,
        item,
        Annotator.human(annotator),
        "test",
        acceptedAt,
        claimedAt,
        task,
        FeedbackEvent.OVERALL,
        statement);
  }

  private void send(FeedbackEvent event) {
    add(Topics.FEEDBACK, event.itemId(), event);
  }

  private <V> void add(Topic<String, ? super V> topic, String item, V value) {
    log(topic, layout.partitionOf(item))
        .add(LogRecord.of(item.getBytes(UTF_8), topic.value().encode(value)));
  }

  private List<LogRecord> log(Topic<String, ?> topic, int partition) {
    return logs.get(new Place(topic.name(), partition));
  }

  private boolean isRetracting() {
    return retractionsPercent > 0;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
