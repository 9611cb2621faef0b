/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the train prompts of a source round and round, each round under new item ids, and stays
 * only a bounded number of prompts ahead of the policy's sampler.
 *
 * <p>How many were sent is committed in the transaction that carries them: started again it goes on
 * with the next one.
 */
public final class PromptLoop extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(PromptLoop.class);
  private static final long MAX_BATCH = 1000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final TopicPartition PLACE = new TopicPartition(Topics.PROMPTS.name(), 0);

  private final PromptSettings settings;
  private final PromptSource source;
  private final List<SourcePrompt> prompts;
  private final RoleContext context;
  private final Counter sent;

  private PromptLoop(PromptSettings settings, PromptSource source, RoleContext context) {
    super("prompts-" + source.name());
    this.settings = settings;
    this.source = source;
    this.prompts = source.train();
    this.context = context;
    this.sent = context.meters().counter("plumbline.prompts.sent", "source", source.name());
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException(
          "prompt source %s must have train prompts, but had none".formatted(source.name()));
    }
  }

  /** Starts sending. The topics must exist. */
  public static PromptLoop start(
      PromptSettings settings, PromptSource source, RoleContext context) {
    PromptLoop loop = new PromptLoop(settings, source, context);
    loop.begin();
    return loop;
  }

  @Override
  void work() throws InterruptedException {
    String group = "prompts-" + settings.policy() + "-" + source.name();
    try (var writer = ExactlyOnceWriter.open(context, group);
        Admin admin = context.clients().admin(group + "-lag");
        Progress progress = context.progress("prompts", "prompts")) {
      long next =
          Optional.ofNullable(ExactlyOnceWriter.positions(admin, group).get(PLACE))
              .map(OffsetAndMetadata::offset)
              .orElse(0L);
      log.info("prompts of {} go on with number {}", source.name(), next);
      PromptBacklog backlog =
          new PromptBacklog(admin, Sampler.group(settings.policy()), context.layout());
      long begun = System.nanoTime();
      long first = next;
      while (!stopping()) {
        long room =
            Math.min(
                MAX_BATCH,
                Math.min(settings.ahead() - backlog.size(), due(begun) - (next - first)));
        if (room > 0) {
          long end = next + room;
          Instant now = context.clock().instant();
          List<Prompt> batch =
              LongStream.range(next, end).mapToObj(number -> prompt(number, now)).toList();
          writer.write(batch, Map.of(PLACE, new OffsetAndMetadata(end)));
          next = end;
          sent.increment((double) room);
          progress.advance(room);
        }
        waitAtMost(LOOK_AGAIN);
      }
    }
  }

  /** The number-th prompt ever sent: the round is what it is divided by, the prompt the rest. */
  private Prompt prompt(long number, Instant acceptedAt) {
    SourcePrompt prompt = prompts.get((int) (number % prompts.size()));
    String round = Long.toString(number / prompts.size());
    return new Prompt(
        Identity.hash("prompt", settings.policy(), source.name(), round, prompt.id()),
        settings.policy(),
        Text.plain(prompt.text()),
        prompt.text().length(),
        source.name(),
        acceptedAt);
  }

  private long due(long begun) {
    return settings.promptsPerSecond() == 0
        ? Long.MAX_VALUE
        : (long) ((System.nanoTime() - begun) / 1e9 * settings.promptsPerSecond()) + 1;
  }
}
