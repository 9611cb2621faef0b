/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrajectorySegment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads prompts, completions and comparison tasks: what feedback is about. */
public final class ItemDialect {
  private final InstantSource clock;
  private final Supplier<String> newIds;

  /**
   * @param clock gives the record time
   * @param newIds gives the ids of what came without one
   */
  public ItemDialect(InstantSource clock, Supplier<String> newIds) {
    this.clock = clock;
    this.newIds = newIds;
  }

  /**
   * Returns the prompt that {@code json} describes.
   *
   * @throws RefusedException if it describes none
   */
  public Prompt prompt(JsonNode json) {
    return Fields.whole(json, "", this::prompt);
  }

  /**
   * Returns the completion that {@code json} describes.
   *
   * @throws RefusedException if it describes none
   */
  public Completion completion(JsonNode json) {
    return Fields.whole(json, "", this::completion);
  }

  /**
   * Returns the comparison task that {@code json} describes.
   *
   * @throws RefusedException if it describes none
   */
  public ComparisonTask task(JsonNode json) {
    return Fields.whole(json, "", this::task);
  }

  private Prompt prompt(Fields fields) {
    String itemId = idOrNew(fields, "item_id");
    String policy = fields.id("policy");
    String text = fields.text("text");
    return new Prompt(
        itemId,
        policy,
        Text.plain(text),
        text.length(),
        fields.id("source", "gateway"),
        now(),
        fields.optionalId("subject"));
  }

  private Completion completion(Fields fields) {
    String completionId = idOrNew(fields, "completion_id");
    String itemId = fields.id("item_id");
    String text = fields.text("text");
    return new Completion(
        completionId,
        itemId,
        Text.plain(text),
        text.length(),
        fields.has("version") ? PolicyVersionId.parse(fields.text("version")) : null,
        fields.has("index") ? fields.integer("index") : 0,
        fields.optionalList("token_ids", Fields::asInteger),
        fields.optionalList("token_log_probs", (node, at) -> (float) Fields.asNumber(node, at)),
        List.of(),
        fields.id("source", "gateway"),
        now(),
        fields.optionalId("subject"));
  }

  private ComparisonTask task(Fields fields) {
    String taskId = idOrNew(fields, "task_id");
    List<Candidate> candidates = fields.list("candidates", ItemDialect::candidate);
    return new ComparisonTask(
        taskId,
        itemId(fields, taskId, candidates),
        fields.id("policy"),
        candidates,
        fields.id("criterion", FeedbackEvent.OVERALL),
        fields.optionalInteger("quorum"),
        timeLimit(fields),
        fields.id("source", "gateway"),
        now());
  }

  /** Text is about its prompt, everything else about the task itself. */
  private static String itemId(Fields fields, String taskId, List<Candidate> candidates) {
    boolean recorded = candidates.stream().allMatch(TrajectorySegment.class::isInstance);
    return recorded && !fields.has("item_id") ? taskId : fields.id("item_id");
  }

  private static Candidate candidate(JsonNode node, String at) {
    return node.isTextual()
        ? new CompletionRef(Fields.asId(node, at))
        : StatementDialect.segment(node, at);
  }

  private static @Nullable Duration timeLimit(Fields fields) {
    return fields.has("time_limit_seconds")
        ? StatementDialect.seconds(fields, "time_limit_seconds")
        : null;
  }

  private String idOrNew(Fields fields, String name) {
    return fields.has(name) ? fields.id(name) : newIds.get();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
