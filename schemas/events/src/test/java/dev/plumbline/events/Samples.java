/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One fully filled record of every class that travels, and every statement that can be made. */
final class Samples {
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089012Z");
  private static final PolicyVersionId VERSION = new PolicyVersionId("assistant", 42);
  private static final Evidence EVIDENCE =
      new Evidence(List.of("event-1", "event-2"), AT, 7L, List.of("annotator-1", "annotator-2"));
  private static final ExampleCandidate A =
      new ExampleCandidate(
          "completion-a",
          Text.plain("Grüße, 世界 🌍"),
          VERSION,
          List.of(new MarkedSpan(0, 5, 750_000), new MarkedSpan(0, 9, -1_000_000)));
  private static final ExampleCandidate B =
      new ExampleCandidate("completion-b", Text.plain("No."), null);

  private Samples() {}

  static List<Record> all() {
    return List.of(
        new Prompt(
            "item-1", "assistant", Text.plain("Why is the sky blue?"), 20, "app", AT, "subject-1"),
        new Completion(
            "completion-a",
            "item-1",
            new Text.Sealed("subject-1", "key-1", bytes("nonce"), bytes("ciphertext")),
            11,
            VERSION,
            1,
            List.of(5, 7, 2),
            List.of(-0.5f, -1.25f, -3f),
            List.of(0, 2, 1),
            "sampler",
            AT,
            "subject-1"),
        new ComparisonTask(
            "task-1",
            "item-1",
            "assistant",
            List.of(new CompletionRef("completion-a"), segment("segment-b")),
            "overall",
            3,
            Duration.ofHours(24),
            "sampler",
            AT),
        event(new Statement.Comparison("completion-a", "completion-b", Answer.TIE)),
        new Tick(AT),
        new RewardScore("completion-a", "item-1", judge(), 1.5, 0.25, List.of(-1f, 0f, 1.5f), AT),
        new PreferencePair(
            "pair-1",
            2,
            "assistant",
            "item-1",
            "overall",
            Text.plain("Why?"),
            A,
            B,
            666_667,
            333_333,
            1_000_000,
            EVIDENCE,
            250_000),
        new UnpairedExample(
            "unpaired-1",
            1,
            "assistant",
            "item-1",
            "overall",
            Text.plain("Why?"),
            A,
            750_000,
            1_000_000,
            EVIDENCE),
        new RankedGroup(
            "group-1",
            1,
            "assistant",
            "item-1",
            "overall",
            Text.plain("Why?"),
            List.of(A, B),
            List.of(1, 1),
            1_000_000,
            EVIDENCE),
        new RolloutGroup(
            "group-2",
            1,
            "assistant",
            "item-1",
            "overall",
            Text.plain("Why?"),
            List.of(
                new RolloutGroup.Rollout(
                    A,
                    List.of(1, 2),
                    List.of(-1f, -2f),
                    List.of(3, 0),
                    List.of(-0.5f, 0f, 0.5f),
                    0.5)),
            EVIDENCE),
        new Boundary("assistant", BoundaryReason.TIME_LIMIT, AT),
        version(),
        new PolicyAlias("assistant", PolicyAlias.Alias.CHAMPION, VERSION, AT),
        new TrustEpoch("annotator-1", 11, AT, 30, 4, 880_000, 0, List.of("COPYCAT", "SAME_SIDE")),
        new DeadLetter(
            DeadLetterReason.UNDECODABLE,
            "expected Avro, found JSON",
            "feedback",
            3,
            99,
            bytes("item-1"),
            bytes("{}"),
            "event-1",
            AT));
  }

  static List<Statement> statements() {
    return List.of(
        new Statement.Comparison("completion-a", "completion-b", Answer.BOTH_BAD),
        new Statement.Ranking(
            List.of(
                new Statement.Tier(List.of("completion-a")),
                new Statement.Tier(List.of("completion-b", "completion-c")))),
        new Statement.Rating("completion-a", List.of(new Statement.Mark("helpfulness", 4, 1, 5))),
        new Statement.Thumbs("completion-a", Thumb.DOWN),
        new Statement.Correction("completion-a", Text.plain("better"), 3, 6),
        new Statement.Correction("completion-a", Text.plain("better"), 3, 6, 7),
        new Statement.Signal("completion-a", "copied", 1),
        new Statement.SpanMark("completion-a", 2, 9, "wrong", -0.5),
        new Statement.SegmentComparison(segment("segment-a"), segment("segment-b"), Answer.A),
        new Statement.Retraction(new Statement.OneEvent("event-0")),
        new Statement.Retraction(new Statement.OneCandidate("completion-a")),
        new Statement.Retraction(new Statement.WholeContribution("annotator-1")));
  }

  static FeedbackEvent event(Statement statement) {
    return new FeedbackEvent(
        "event-1",
        "item-1",
        Annotator.human("annotator-1"),
        "app",
        AT,
        AT.minusSeconds(3),
        "task-1",
        FeedbackEvent.OVERALL,
        statement);
  }

  private static PolicyVersion version() {
    return new PolicyVersion(
        VERSION,
        "main",
        new PolicyVersion.Learned(
            new PolicyVersionId("assistant", 41),
            "a".repeat(64),
            List.of(
                new PolicyVersion.ConsumedRange("topic-id", "examples", 0, 100, 364)
                    .withLearned(List.of(100L, 101L, 103L, 363L))),
            "b".repeat(64),
            new PolicyVersion.ExampleCounts(48, 4, 5, 4, 2, 1, 3, 6, 2),
            168,
            Map.of("loss", 0.6, "rewards/margins", 0.2),
            "dpo",
            "c".repeat(64),
            new PolicyVersion.BaseModel("pocket", "d".repeat(64), "e".repeat(64)),
            "linux-x86_64",
            12),
        new PolicyVersion.Observed(AT, AT.minusSeconds(60), Map.of("train_seconds", 2.5)));
  }

  private static Annotator judge() {
    return new Annotator("judge-1", AnnotatorKind.MODEL, true);
  }

  private static TrajectorySegment segment(String id) {
    return new TrajectorySegment(
        id, "dataset", "episode-3", "front", Duration.ofMillis(1_500), Duration.ofMillis(3_250));
  }

  private static Bytes bytes(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
