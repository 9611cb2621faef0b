/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.judgement.ConsensusRule;
import dev.plumbline.kafka.TopicLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values that several tests speak of. Times are minutes after {@link #START}. */
final class Fixtures {
  static final Instant START = Instant.parse("2026-01-02T00:00:00Z");
  static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant", "robot"), 1, 1);

  /** One epoch lasts longer than any test. */
  static final TrustSettings TRUST = trust(Duration.ofDays(100_000));

  /** Every kind makes examples of its own kind only, so that tests can speak of one at a time. */
  static final KindSettings ONE_KIND_EACH =
      new KindSettings(
          List.of("operator"),
          false,
          RankingPairs.NONE,
          List.of("copied=up:0.3", "regenerated=down:0.5"));

  /** Quorum 2, unpaired quorum 1, group quorum 1, time limit 1 h, reference wait 24 h. */
  static final StreamsSettings SETTINGS =
      new StreamsSettings(
          "test-streams",
          1,
          2,
          1,
          1,
          Duration.ofHours(1),
          Duration.ofHours(24),
          Duration.ofSeconds(1),
          ONE_KIND_EACH,
          TRUST);

  static final int HOUR = 60;
  static final int DAY = 24 * HOUR;

  private Fixtures() {}

  static StreamsSettings with(KindSettings kinds) {
    return with(kinds, TRUST);
  }

  static StreamsSettings with(TrustSettings trust) {
    return with(ONE_KIND_EACH, trust);
  }

  private static StreamsSettings with(KindSettings kinds, TrustSettings trust) {
    return new StreamsSettings(
        SETTINGS.applicationId(),
        SETTINGS.threads(),
        SETTINGS.quorum(),
        SETTINGS.unpairedQuorum(),
        SETTINGS.groupQuorum(),
        SETTINGS.timeLimit(),
        SETTINGS.referenceWait(),
        SETTINGS.tickInterval(),
        kinds,
        trust);
  }

  static TrustSettings trust(Duration epoch) {
    return trust(TrustSettings.DEFAULT.consensus(), epoch);
  }

  static TrustSettings trust(ConsensusRule consensus, Duration epoch) {
    TrustSettings d = TrustSettings.DEFAULT;
    return new TrustSettings(
        consensus,
        epoch,
        0,
        List.of(),
        List.of(),
        List.of(),
        d.trustHalfLifeEpochs(),
        d.newcomerWeight(),
        d.noTrustPpm(),
        d.fullTrustPpm(),
        d.suspicionOdds(),
        d.burstVotes());
  }

  static Instant at(int minute) {
    return START.plus(Duration.ofMinutes(minute));
  }

  static Prompt prompt(String itemId) {
    return prompt(itemId, "assistant");
  }

  static Prompt prompt(String itemId, String policy) {
    return new Prompt(itemId, policy, Text.plain("Say " + itemId), 4, "test", START);
  }

  static Completion completion(String itemId, String id) {
    Text text = Text.plain(id + " of " + itemId);
    return new Completion(id, itemId, text, 8, null, 0, List.of(), List.of(), "test", START);
  }

  static ComparisonTask task(
      String itemId, String id, @Nullable Integer quorum, @Nullable Duration timeLimit) {
    return new ComparisonTask(
        id,
        itemId,
        "assistant",
        List.of(new CompletionRef("a"), new CompletionRef("b")),
        FeedbackEvent.OVERALL,
        quorum,
        timeLimit,
        "test",
        START);
  }

  /** A comparison of candidates a and b of item i. */
  static FeedbackEvent vote(String eventId, String annotator, Answer answer, int minute) {
    return vote("i", eventId, annotator, answer, minute);
  }

  static FeedbackEvent vote(
      String itemId, String eventId, String annotator, Answer answer, int minute) {
    return said(
        itemId, eventId, annotator, minute, new Statement.Comparison("a", "b", answer), null);
  }

  static FeedbackEvent voteOnTask(
      String taskId, String eventId, String annotator, Answer answer, int minute) {
    return said(
        "i", eventId, annotator, minute, new Statement.Comparison("a", "b", answer), taskId);
  }

  static FeedbackEvent thumbs(String eventId, String annotator, Thumb thumb, int minute) {
    return said("i", eventId, annotator, minute, new Statement.Thumbs("a", thumb), null);
  }

  /**
   * A ranking of candidates of item i: tiers best first, tied candidates joined by an equal sign.
   */
  static FeedbackEvent ranking(String eventId, String annotator, String order, int minute) {
    List<Statement.Tier> tiers =
        Arrays.stream(order.split(">"))
            .map(tier -> new Statement.Tier(List.of(tier.split("="))))
            .toList();
    return said("i", eventId, annotator, minute, new Statement.Ranking(tiers), null);
  }

  /** A mark on candidate a of item i. */
  static FeedbackEvent mark(
      String eventId, String annotator, int startChar, int endChar, double strength, int minute) {
    var mark = new Statement.SpanMark("a", startChar, endChar, "note", strength);
    return said("i", eventId, annotator, minute, mark, null);
  }

  static FeedbackEvent said(
      String itemId,
      String eventId,
      String annotator,
      int minute,
      Statement statement,
      @Nullable String taskId) {
    return new FeedbackEvent(
        eventId,
        itemId,
        Annotator.human(annotator),
        "test",
        at(minute),
        null,
        taskId,
        FeedbackEvent.OVERALL,
        statement);
  }

  /** The same event, accepted at another time. */
  static FeedbackEvent again(FeedbackEvent event, int minute) {
    return new FeedbackEvent(
        event.eventId(),
        event.itemId(),
        event.annotator(),
        event.source(),
        at(minute),
        event.claimedAt(),
        event.taskId(),
        event.criterion(),
        event.statement());
  }

  /** The same event, with the client's claim of when it was said. */
  static FeedbackEvent claimed(FeedbackEvent event, int minute) {
    return new FeedbackEvent(
        event.eventId(),
        event.itemId(),
        event.annotator(),
        event.source(),
        event.acceptedAt(),
        at(minute),
        event.taskId(),
        event.criterion(),
        event.statement());
  }
}
