/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemDialectTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private final ItemDialect dialect = new ItemDialect(InstantSource.fixed(NOW), () -> "made-up");

  @Test
  void shouldReadAPromptAndMakeUpItsIdWhereAbsent() {
    assertThat(dialect.prompt(json("{\"policy\": \"p\", \"text\": \"Hello?\"}")))
        .isEqualTo(new Prompt("made-up", "p", Text.plain("Hello?"), 6, "gateway", NOW));
  }

  @Test
  void shouldReadACompletionWithItsTokens() {
    Completion completion =
        dialect.completion(
            json(
                """
                {"completion_id": "c", "item_id": "i", "text": "Hi", "version": "p@000003",
                 "index": 1, "token_ids": [5, 6], "token_log_probs": [-0.5, -1]}"""));

    assertThat(completion)
        .isEqualTo(
            new Completion(
                "c",
                "i",
                Text.plain("Hi"),
                2,
                new PolicyVersionId("p", 3),
                1,
                List.of(5, 6),
                List.of(-0.5f, -1f),
                "gateway",
                NOW));
  }

  @Test
  void shouldReadATaskAboutCompletions() {
    assertThat(
            dialect.task(
                json(
                    """
                    {"task_id": "t", "item_id": "i", "policy": "p", "candidates": ["x", "y"],
                     "quorum": 2, "time_limit_seconds": 1.5}""")))
        .isEqualTo(
            new ComparisonTask(
                "t",
                "i",
                "p",
                List.of(new CompletionRef("x"), new CompletionRef("y")),
                "overall",
                2,
                Duration.ofMillis(1500),
                "gateway",
                NOW));
  }

  @Test
  void shouldTakeTheTaskAsItemOnlyWhereItIsAboutRecordings() {
    String segments =
        """
        [{"candidate_id": "s1", "dataset": "d", "episode": "1", "camera": "c",
          "start_seconds": 0, "end_seconds": 1},
         {"candidate_id": "s2", "dataset": "d", "episode": "2", "camera": "c",
          "start_seconds": 0, "end_seconds": 1}]""";
    String task = "{\"task_id\": \"t\", \"policy\": \"p\", \"candidates\": %s}";

    assertThat(dialect.task(json(task.formatted(segments))).itemId()).isEqualTo("t");
    assertThatThrownBy(() -> dialect.task(json(task.formatted("[\"x\", \"y\"]"))))
        .hasMessage("'item_id' is missing");
  }

  @Test
  void shouldRefuseWhatTheRecordsRefuse() {
    assertThatThrownBy(
            () ->
                dialect.task(
                    json("{\"item_id\":\"i\",\"policy\":\"p\",\"candidates\":[\"x\",\"x\"]}")))
        .hasMessageContaining("two or more candidates with different ids, but had [x, x]");
    assertThatThrownBy(
            () -> dialect.completion(json("{\"item_id\":\"i\",\"text\":\"\",\"version\":\"p3\"}")))
        .hasMessageContaining("a policy version looks like assistant@000042, but was \"p3\"");
  }

  private static JsonNode json(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
