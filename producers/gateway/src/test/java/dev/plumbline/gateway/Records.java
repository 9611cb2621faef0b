/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records as they come from other parts of the loop. */
public final class Records {
  public static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private Records() {}

  public static Prompt prompt(String itemId, String text) {
    return new Prompt(itemId, "assistant", Text.plain(text), text.length(), "test", NOW);
  }

  public static Completion completion(String itemId, String completionId, String text) {
    return new Completion(
        completionId,
        itemId,
        Text.plain(text),
        text.length(),
        null,
        0,
        List.of(),
        List.of(),
        "test",
        NOW);
  }

  public static ComparisonTask task(String itemId, String one, String other) {
    return new ComparisonTask(
        "task-" + itemId,
        itemId,
        "assistant",
        List.of(new CompletionRef(one), new CompletionRef(other)),
        FeedbackEvent.OVERALL,
        null,
        null,
        "test",
        NOW);
  }

  public static FeedbackEvent vote(
      String itemId, String annotator, String candidateA, String candidateB, Answer answer) {
    return new FeedbackEvent(
        "%s-%s-%s".formatted(itemId, annotator, answer),
        itemId,
        new Annotator(
            annotator,
            annotator.startsWith("sim") ? AnnotatorKind.PROGRAM : AnnotatorKind.HUMAN,
            annotator.startsWith("sim")),
        "test",
        NOW,
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Comparison(candidateA, candidateB, answer));
  }

  public static PolicyVersion version(String policy, int number, Map<String, Double> metrics) {
    PolicyVersionId id = new PolicyVersionId(policy, number);
    return new PolicyVersion(
        id,
        "lane-1",
        new PolicyVersion.Learned(
            number == 0 ? null : new PolicyVersionId(policy, number - 1),
            "ab".repeat(32),
            List.of(
                new PolicyVersion.ConsumedRange(
                    "topic-id", "examples", 0, 10L * number, 10L * number + 10)),
            "cd".repeat(32),
            new PolicyVersion.ExampleCounts(8, 2, 0, 0, 0, 0, 0),
            4L * number,
            metrics,
            "dpo",
            "ef".repeat(32),
            new PolicyVersion.BaseModel("pocket", "01".repeat(32), "23".repeat(32)),
            "cpu, 1 thread",
            0),
        new PolicyVersion.Observed(NOW.plusSeconds(number), NOW.minusMillis(2500), Map.of()));
  }
}
