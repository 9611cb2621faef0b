/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.chaos;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.BoundaryReason;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * One feed that many lanes learn from: 40 items to learn from, every tenth revised and every
 * thirteenth withdrawn some records later, held-out items among them, and a boundary in the middle.
 * Of each item there is a pair, a completion judged alone and a ranking, so that a lane of any
 * objective finds as many examples. Written in transactions, as streams do, so that its offsets
 * have gaps.
 */
final class RecordedFeed {
  static final String POLICY = "recorded";

  /** The last version that the feed is enough for, at 8 examples each. */
  static final int LAST_VERSION = 5;

  private static final String OVERALL = "overall";
  private static final int ITEMS = 40;
  private static final int RECORDS_PER_TRANSACTION = 7;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String[] WORDS = {"the", "cat", "sat", "mat", "dog", "log", "and", "on"};

  private RecordedFeed() {}

  static void write(KafkaClients clients) {
    try (KafkaProducer<byte[], byte[]> producer =
        clients.transactionalProducer("recorded-feed", "recorded-feed", Duration.ofSeconds(30))) {
      producer.initTransactions();
      var publisher = new EventPublisher(producer);
      int feed = LaneProcess.layout().feedOf(POLICY);
      List<ExampleRecord> records = records();
      for (int from = 0; from < records.size(); from += RECORDS_PER_TRANSACTION) {
        producer.beginTransaction();
        for (ExampleRecord record :
            records.subList(from, Math.min(from + RECORDS_PER_TRANSACTION, records.size()))) {
          var unused = publisher.publish(Topics.EXAMPLES, feed, POLICY, record);
        }
        producer.commitTransaction();
      }
    }
  }

  private static List<ExampleRecord> records() {
    List<String> train = items(Split.TRAIN, ITEMS);
    List<String> heldOut = items(Split.HELD_OUT, ITEMS / 10);
    List<ExampleRecord> records = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      records.addAll(examples(train.get(i), 1, true));
      if (i % 10 == 5) {
        records.addAll(examples(heldOut.get(i / 10), 1, true));
      }
      if (i % 10 == 9) {
        // One of the same slice or the one before, and one long learned.
        records.addAll(examples(train.get(i - 4), 2, true));
        records.addAll(examples(train.get(i - 9), 2, true));
      }
      if (i % 13 == 12) {
        records.addAll(examples(train.get(i - 1), 2, false));
      }
      if (i == 20) {
        records.addAll(examples(heldOut.getFirst(), 2, true));
        records.add(new Boundary(POLICY, BoundaryReason.PUBLISH_NOW, START));
      }
    }
    return records;
  }

  /** What is known about an item: a pair, a judgement of one completion, and a ranking. */
  private static List<ExampleRecord> examples(String item, int revision, boolean supported) {
    int number = Integer.parseInt(item.substring("item-".length()));
    var a = candidate(item, "a", words(number + 1, 2) + " cat", 1_000_000);
    var b = candidate(item, "b", words(number + 2, 4) + " dog", -500_000);
    var c = candidate(item, "c", words(number + 3, 3) + " log", 250_000);
    Text prompt = Text.plain(words(number, 3));
    int probPpm = number * 7919 % 1_000_001;
    int weightPpm = 500_000 + number * 1000;
    var evidence =
        new Evidence(
            supported ? List.of(item + "/event") : List.of(),
            START.plusSeconds(number),
            null,
            supported ? List.of("annotator-" + number % 10 * (number % 10) / 20) : List.of());
    List<ExampleCandidate> order = number % 2 == 0 ? List.of(a, b, c) : List.of(c, a, b);
    return List.of(
        new PreferencePair(
            Identity.pairId(POLICY, item, OVERALL, a.candidateId(), b.candidateId()),
            revision,
            POLICY,
            item,
            OVERALL,
            prompt,
            a,
            b,
            probPpm,
            (1_000_000 - probPpm) / 4,
            weightPpm,
            evidence),
        new UnpairedExample(
            Identity.unpairedId(POLICY, item, OVERALL, a.candidateId()),
            revision,
            POLICY,
            item,
            OVERALL,
            prompt,
            a,
            probPpm,
            weightPpm,
            evidence),
        new RankedGroup(
            Identity.rankingId(
                POLICY, item, OVERALL, order.stream().map(ExampleCandidate::candidateId).toList()),
            revision,
            POLICY,
            item,
            OVERALL,
            prompt,
            order,
            number % 5 == 0 ? List.of(1, 2) : List.of(1, 1, 1),
            weightPpm,
            evidence));
  }

  private static ExampleCandidate candidate(
      String item, String name, String text, int strengthPpm) {
    return new ExampleCandidate(
        item + "/" + name, Text.plain(text), null, List.of(new MarkedSpan(0, 3, strengthPpm)));
  }

  private static List<String> items(Split split, int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "item-" + i)
        .filter(item -> Split.of(item) == split)
        .limit(count)
        .toList();
  }

  private static String words(int seed, int count) {
    StringBuilder words = new StringBuilder(WORDS[seed % WORDS.length]);
    for (int i = 1; i < count; i++) {
      words.append(' ').append(WORDS[(seed * 5 + i * 3) % WORDS.length]);
    }
    return words.toString();
  }
}
