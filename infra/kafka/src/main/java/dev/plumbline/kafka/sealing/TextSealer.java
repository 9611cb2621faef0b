/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import dev.plumbline.base.keys.DataKey;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.kafka.sealing.TextCipher.Place;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;

/**
 * Seals what belongs to somebody: prompts and completions that name a subject under that subject's
 * key, corrections under their annotator's. What belongs to nobody stays readable, and what is
 * sealed already stays as it is. Lengths and distances were taken before and stay in the record.
 * Safe for use by any thread.
 */
public final class TextSealer {
  private final KeyStore keys;
  private final Counter sealed;

  public TextSealer(KeyStore keys, MeterRegistry meters) {
    this.keys = keys;
    this.sealed =
        Counter.builder("plumbline.texts.sealed")
            .description("texts sealed under their subject's key")
            .register(meters);
  }

  /** Returns whose text a record holds, if it holds any that is somebody's. */
  public static Optional<String> subjectOf(Record record) {
    return switch (record) {
      case Prompt prompt -> Optional.ofNullable(prompt.subject());
      case Completion completion -> Optional.ofNullable(completion.subject());
      case FeedbackEvent event when event.statement() instanceof Statement.Correction ->
          Optional.of(event.annotator().id());
      default -> Optional.empty();
    };
  }

  /** Returns whether a record holds readable text that is somebody's and must not travel so. */
  public static boolean mustBeSealed(Record record) {
    return subjectOf(record).isPresent()
        && switch (record) {
          case Prompt prompt -> prompt.text() instanceof Text.Plain;
          case Completion completion -> completion.text() instanceof Text.Plain;
          case FeedbackEvent event ->
              event.statement() instanceof Statement.Correction correction
                  && correction.edited() instanceof Text.Plain;
          default -> false;
        };
  }

  /** Returns whether the subject was erased, so that nothing of it can be sealed any more. */
  public boolean isErased(String subject) {
    return keys.isErased(subject);
  }

  /**
   * Seals a prompt.
   *
   * @throws dev.plumbline.base.keys.SubjectErasedException when its subject was erased
   * @throws dev.plumbline.base.keys.KeyStoreException when there is no key to be had
   */
  public Prompt seal(Prompt prompt) {
    if (prompt.subject() == null || !(prompt.text() instanceof Text.Plain(String text))) {
      return prompt;
    }
    return new Prompt(
        prompt.itemId(),
        prompt.policy(),
        seal(prompt.subject(), Place.ofPrompt(prompt.itemId()), SealedContent.of(text)),
        prompt.lengthChars(),
        prompt.source(),
        prompt.acceptedAt(),
        prompt.subject());
  }

  /**
   * Seals a completion, and its tokens with it.
   *
   * @throws dev.plumbline.base.keys.SubjectErasedException when its subject was erased
   * @throws dev.plumbline.base.keys.KeyStoreException when there is no key to be had
   */
  public Completion seal(Completion completion) {
    if (completion.subject() == null || !(completion.text() instanceof Text.Plain(String text))) {
      return completion;
    }
    SealedContent content =
        new SealedContent(text, completion.tokenIds(), completion.tokenLogProbs());
    return new Completion(
        completion.completionId(),
        completion.itemId(),
        seal(
            completion.subject(),
            new Place(completion.itemId(), completion.completionId()),
            content),
        completion.lengthChars(),
        completion.version(),
        completion.index(),
        SealedContent.blankIds(completion.tokenIds()),
        SealedContent.blankLogProbs(completion.tokenLogProbs()),
        completion.promptLevels(),
        completion.source(),
        completion.acceptedAt(),
        completion.subject());
  }

  /**
   * Seals the text of a correction under its annotator's key; other events hold no text.
   *
   * @throws dev.plumbline.base.keys.SubjectErasedException when the annotator was erased
   * @throws dev.plumbline.base.keys.KeyStoreException when there is no key to be had
   */
  public FeedbackEvent seal(FeedbackEvent event) {
    if (!(event.statement() instanceof Statement.Correction correction)
        || !(correction.edited() instanceof Text.Plain(String text))) {
      return event;
    }
    Place place = new Place(event.itemId(), Identity.correctionId(event.itemId(), event.eventId()));
    return Corrections.with(event, seal(event.annotator().id(), place, SealedContent.of(text)));
  }

  private Text seal(String subject, Place place, SealedContent content) {
    DataKey key = keys.keyFor(subject);
    Text.Sealed text = TextCipher.seal(key, place, content.toBytes());
    sealed.increment();
    return text;
  }
}
