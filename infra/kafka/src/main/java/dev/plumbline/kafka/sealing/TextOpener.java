/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import dev.plumbline.base.keys.DataKey;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.events.Completion;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.kafka.sealing.TextCipher.Place;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives records back as they were before they were sealed, for those who have to read what is in
 * them. A text whose key is not at hand, because it was destroyed or lies elsewhere, stays sealed.
 * What was opened must not be written anywhere. Safe for use by any thread.
 */
public final class TextOpener {
  private static final Logger log = LoggerFactory.getLogger(TextOpener.class);

  private final KeyStore keys;
  private final Counter opened;
  private final Counter withoutKey;
  private final Counter damaged;

  public TextOpener(KeyStore keys, MeterRegistry meters) {
    this.keys = keys;
    this.opened =
        Counter.builder("plumbline.texts.opened").description("sealed texts read").register(meters);
    this.withoutKey = unopened("no-key", meters);
    this.damaged = unopened("damaged", meters);
  }

  /** Returns one that holds no keys: sealed texts stay sealed. */
  public static TextOpener withoutKeys() {
    return new TextOpener(KeyStore.none(), new SimpleMeterRegistry());
  }

  /** Opens a prompt. */
  public Prompt open(Prompt prompt) {
    if (!(prompt.text() instanceof Text.Sealed sealed)) {
      return prompt;
    }
    return new Prompt(
        prompt.itemId(),
        prompt.policy(),
        prompt(prompt.itemId(), sealed),
        prompt.lengthChars(),
        prompt.source(),
        prompt.acceptedAt(),
        prompt.subject());
  }

  /** Opens a completion with its tokens. */
  public Completion open(Completion completion) {
    if (!(completion.text() instanceof Text.Sealed sealed)) {
      return completion;
    }
    return content(
            new Place(completion.itemId(), completion.completionId()),
            sealed,
            completion.tokenIds().size(),
            completion.tokenLogProbs().size())
        .map(
            content ->
                new Completion(
                    completion.completionId(),
                    completion.itemId(),
                    Text.plain(content.text()),
                    completion.lengthChars(),
                    completion.version(),
                    completion.index(),
                    content.tokenIds(),
                    content.tokenLogProbs(),
                    completion.promptLevels(),
                    completion.source(),
                    completion.acceptedAt(),
                    completion.subject()))
        .orElse(completion);
  }

  /** Opens the text of a correction; other events hold none. */
  public FeedbackEvent open(FeedbackEvent event) {
    if (!(event.statement() instanceof Statement.Correction correction)
        || !(correction.edited() instanceof Text.Sealed sealed)) {
      return event;
    }
    Place place = new Place(event.itemId(), Identity.correctionId(event.itemId(), event.eventId()));
    return Corrections.with(event, text(place, sealed));
  }

  /** Opens all texts of an example. */
  public TrainingExample open(TrainingExample example) {
    String item = example.itemId();
    return switch (example) {
      case PreferencePair pair ->
          new PreferencePair(
              pair.exampleId(),
              pair.revision(),
              pair.policy(),
              item,
              pair.criterion(),
              prompt(item, pair.prompt()),
              candidate(item, pair.a()),
              candidate(item, pair.b()),
              pair.probABetterPpm(),
              pair.probTiePpm(),
              pair.weightPpm(),
              pair.evidence(),
              pair.marginPpm());
      case UnpairedExample one ->
          new UnpairedExample(
              one.exampleId(),
              one.revision(),
              one.policy(),
              item,
              one.criterion(),
              prompt(item, one.prompt()),
              candidate(item, one.candidate()),
              one.probDesirablePpm(),
              one.weightPpm(),
              one.evidence());
      case RankedGroup group ->
          new RankedGroup(
              group.exampleId(),
              group.revision(),
              group.policy(),
              item,
              group.criterion(),
              prompt(item, group.prompt()),
              group.candidates().stream().map(each -> candidate(item, each)).toList(),
              group.tierSizes(),
              group.weightPpm(),
              group.evidence());
      case RolloutGroup group ->
          new RolloutGroup(
              group.exampleId(),
              group.revision(),
              group.policy(),
              item,
              group.criterion(),
              prompt(item, group.prompt()),
              group.rollouts().stream().map(each -> rollout(item, each)).toList(),
              group.evidence());
    };
  }

  private Text prompt(String itemId, Text text) {
    return text(Place.ofPrompt(itemId), text);
  }

  private ExampleCandidate candidate(String itemId, ExampleCandidate candidate) {
    Place place = new Place(itemId, candidate.candidateId());
    return candidate.with(text(place, candidate.text()));
  }

  private RolloutGroup.Rollout rollout(String itemId, RolloutGroup.Rollout rollout) {
    ExampleCandidate candidate = rollout.candidate();
    if (!(candidate.text() instanceof Text.Sealed sealed)) {
      return rollout;
    }
    return content(
            new Place(itemId, candidate.candidateId()),
            sealed,
            rollout.tokenIds().size(),
            rollout.tokenLogProbs().size())
        .map(
            content ->
                new RolloutGroup.Rollout(
                    candidate.with(Text.plain(content.text())),
                    content.tokenIds(),
                    content.tokenLogProbs(),
                    rollout.promptLevels(),
                    rollout.prefixScores(),
                    rollout.reward()))
        .orElse(rollout);
  }

  /** A completion's text, whatever tokens were sealed with it; a pair doesn't tell of them. */
  private Text text(Place place, Text text) {
    if (!(text instanceof Text.Sealed sealed)) {
      return text;
    }
    return bytes(place, sealed).<Text>map(SealedContent::textOf).orElse(sealed);
  }

  private Optional<SealedContent> content(
      Place place, Text.Sealed sealed, int tokens, int logProbs) {
    return bytes(place, sealed).map(bytes -> SealedContent.parse(bytes, tokens, logProbs));
  }

  private Optional<byte[]> bytes(Place place, Text.Sealed sealed) {
    Optional<DataKey> key = keys.find(sealed.subject(), sealed.keyId());
    if (key.isEmpty()) {
      withoutKey.increment();
      return Optional.empty();
    }
    try {
      byte[] bytes = TextCipher.open(key.get(), place, sealed);
      opened.increment();
      return Optional.of(bytes);
    } catch (GeneralSecurityException e) {
      damaged.increment();
      log.warn(
          "a text of {} in item {} is not what was sealed there: it stays sealed",
          sealed.subject(),
          place.itemId());
      return Optional.empty();
    }
  }

  private static Counter unopened(String reason, MeterRegistry meters) {
    return Counter.builder("plumbline.texts.unopened")
        .description("sealed texts that could not be read")
        .tag("reason", reason)
        .register(meters);
  }
}
