/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.keys.KeyStoreException;
import dev.plumbline.base.keys.SubjectErasedException;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.sealing.TextSealer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The only door through which text, and whatever else is about an item, enters its topics. Text
 * that is somebody's is sealed here, and nowhere else; text of an erased subject is refused. Each
 * record goes to its topic under its item's id, so that all that is about one item shares a
 * partition number. Safe for use by any thread.
 */
public final class FeedbackPublisher {

  private final EventPublisher publisher;
  private final TextSealer sealer;

  /** One that holds no keys: text that is somebody's is refused. */
  public FeedbackPublisher(EventPublisher publisher) {
    this(publisher, new TextSealer(KeyStore.none(), new SimpleMeterRegistry()));
  }

  public FeedbackPublisher(EventPublisher publisher, TextSealer sealer) {
    this.publisher = publisher;
    this.sealer = sealer;
  }

  /**
   * Writes a prompt, sealed if it is somebody's.
   *
   * @return completes when the broker has acknowledged, or with a {@link SubjectErasedException} or
   *     {@link KeyStoreException} when it could not be sealed
   */
  public CompletableFuture<RecordMetadata> publish(Prompt prompt) {
    return sealed(prompt, sealer::seal, Topics.PROMPTS, prompt.itemId());
  }

  /**
   * Writes a completion, sealed if it is somebody's.
   *
   * @return completes when the broker has acknowledged, or with a {@link SubjectErasedException} or
   *     {@link KeyStoreException} when it could not be sealed
   */
  public CompletableFuture<RecordMetadata> publish(Completion completion) {
    return sealed(completion, sealer::seal, Topics.COMPLETIONS, completion.itemId());
  }

  /** Writes a comparison task; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(ComparisonTask task) {
    return publisher.publish(Topics.TASKS, task.itemId(), task);
  }

  /**
   * Writes a feedback event, the text of a correction sealed.
   *
   * @return completes when the broker has acknowledged, or with a {@link SubjectErasedException} or
   *     {@link KeyStoreException} when it could not be sealed
   */
  public CompletableFuture<RecordMetadata> publish(FeedbackEvent event) {
    return sealed(event, sealer::seal, Topics.FEEDBACK, event.itemId());
  }

  /**
   * Writes the retraction of a whole contribution to every partition of {@code feedback}, because
   * any of them may hold items of that annotator. All copies carry the same event id, so that
   * writing them again after a failure does no harm.
   *
   * @return where the copies stand, by partition, when the broker has acknowledged all of them
   * @throws IllegalArgumentException when the event says anything else
   */
  public CompletableFuture<List<RecordMetadata>> publishEverywhere(
      FeedbackEvent event, TopicLayout layout) {
    if (!(event.statement()
        instanceof Statement.Retraction(Statement.WholeContribution contribution))) {
      throw new IllegalArgumentException(
          "only the retraction of a whole contribution goes to every partition, but event %s says %s"
              .formatted(event.eventId(), event.statement()));
    }
    if (!event.itemId().equals(contribution.annotatorId())) {
      throw new IllegalArgumentException(
          "the retraction of all that %s contributed must carry that id as its item, but carried %s"
              .formatted(contribution.annotatorId(), event.itemId()));
    }
    List<CompletableFuture<RecordMetadata>> copies =
        IntStream.range(0, layout.itemPartitions())
            .mapToObj(
                partition -> publisher.publish(Topics.FEEDBACK, partition, event.itemId(), event))
            .toList();
    return CompletableFuture.allOf(copies.toArray(CompletableFuture[]::new))
        .thenApply(all -> copies.stream().map(CompletableFuture::join).toList());
  }

  /** Writes a reward score; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(RewardScore score) {
    return publisher.publish(Topics.REWARDS, score.itemId(), score);
  }

  private <T extends V, V> CompletableFuture<RecordMetadata> sealed(
      T record, UnaryOperator<T> seal, Topic<String, V> topic, String itemId) {
    T sealed;
    try {
      sealed = seal.apply(record);
    } catch (SubjectErasedException | KeyStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    return publisher.publish(topic, itemId, sealed);
  }
}
