/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.keys.KeyStoreException;
import dev.plumbline.base.keys.SubjectErasedException;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final String SECRET = "Grüße an Zoë 🌍, Haus 17";
  private static final PolicyVersionId VERSION = new PolicyVersionId("assistant", 3);
  private static final Evidence EVIDENCE = new Evidence(List.of("event-1"), NOW, 7L);

  @TempDir private Path data;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FileKeyStore keys;
  private TextSealer sealer;
  private TextOpener opener;

  @BeforeEach
  void open() {
    keys = FileKeyStore.open(data.resolve("keys"), data.resolve("kek"), InstantSource.fixed(NOW));
    sealer = new TextSealer(keys, meters);
    opener = new TextOpener(keys, meters);
  }

  @Test
  void shouldGiveBackEveryRecordAsItWas() {
    Prompt prompt = prompt("item", "anna", SECRET);
    Completion completion = completion("item", "c1", "anna", SECRET);
    FeedbackEvent correction = correction("item", "e1", SECRET);

    assertThat(opener.open(sealer.seal(prompt))).isEqualTo(prompt);
    assertThat(opener.open(sealer.seal(completion))).isEqualTo(completion);
    assertThat(opener.open(sealer.seal(correction))).isEqualTo(correction);
    assertThat(meters.counter("plumbline.texts.sealed").count()).isEqualTo(3);
    assertThat(meters.counter("plumbline.texts.opened").count()).isEqualTo(3);
  }

  @Test
  void shouldLeaveNoWordAndNoTokenReadable() {
    Completion sealed = sealer.seal(completion("item", "c1", "anna", SECRET));

    String wire =
        new String(Topics.COMPLETIONS.value().encode(sealed), StandardCharsets.ISO_8859_1);
    assertThat(wire).doesNotContain("Haus", "an Zo");
    assertThat(sealed.tokenIds()).containsExactly(0, 0);
    assertThat(sealed.tokenLogProbs()).containsExactly(0f, 0f);
    assertThat(sealed.promptLevels()).containsExactly(1, 0);
    assertThat(sealed.lengthChars()).isEqualTo(SECRET.length());
  }

  @Test
  void shouldOpenEveryTextOfEveryExample() {
    Text prompt = Text.plain("Who lives there?");
    ExampleCandidate a = candidate("c1", Text.plain(SECRET));
    ExampleCandidate b = candidate("c2", Text.plain("Nobody."));
    List<TrainingExample> readable = examples(prompt, a, b, List.of(5, 7), List.of(-0.5f, -2f));

    Text sealedPrompt = sealer.seal(prompt("item", "anna", "Who lives there?")).text();
    Completion sealedA = sealer.seal(completion("item", "c1", "anna", SECRET));
    Completion sealedB = sealer.seal(completion("item", "c2", "anna", "Nobody."));
    List<TrainingExample> sealed =
        examples(
            sealedPrompt,
            candidate("c1", sealedA.text()),
            candidate("c2", sealedB.text()),
            sealedA.tokenIds(),
            sealedA.tokenLogProbs());

    assertThat(sealed.stream().map(opener::open)).containsExactlyElementsOf(readable);
    assertThat(sealed)
        .allSatisfy(
            example ->
                assertThat(
                        new String(
                            Topics.EXAMPLES.value().encode((ExampleRecord) example),
                            StandardCharsets.ISO_8859_1))
                    .doesNotContain("Haus", "Nobody", "lives"));
    assertThat(readable.stream().map(opener::open)).containsExactlyElementsOf(readable);
  }

  @Test
  void shouldOpenACorrectionWhereItStandsAsACandidate() {
    Statement.Correction sealed =
        (Statement.Correction) sealer.seal(correction("item", "e1", SECRET)).statement();
    String id = Identity.correctionId("item", "e1");

    var opened =
        (UnpairedExample) opener.open(unpaired(Text.plain("?"), candidate(id, sealed.edited())));

    assertThat(opened.candidate().text()).isEqualTo(Text.plain(SECRET));
  }

  @Test
  void shouldSealTheSameTextInTheSamePlaceAlike() {
    Prompt prompt = prompt("item", "anna", SECRET);

    assertThat(sealer.seal(prompt)).isEqualTo(sealer.seal(prompt));
    assertThat(sealer.seal(correction("item", "e1", SECRET)).contentHash())
        .isEqualTo(sealer.seal(correction("item", "e1", SECRET)).contentHash());
    assertThat(sealed(sealer.seal(prompt)).nonce())
        .isNotEqualTo(sealed(sealer.seal(prompt("item", "anna", SECRET + "!"))).nonce())
        .isNotEqualTo(sealed(sealer.seal(prompt("other", "anna", SECRET))).nonce())
        .isNotEqualTo(sealed(sealer.seal(prompt("item", "berta", SECRET))).nonce());
  }

  @Test
  void shouldNotOpenATextThatWasMovedElsewhere() {
    Prompt sealed = sealer.seal(prompt("item", "anna", SECRET));
    Prompt moved =
        new Prompt("other", "assistant", sealed.text(), 1, "test", NOW, sealed.subject());

    assertThat(opener.open(moved)).isEqualTo(moved);
    assertThat(meters.counter("plumbline.texts.unopened", "reason", "damaged").count())
        .isEqualTo(1);
  }

  @Test
  void shouldNeverOpenTheTextOfAnErasedSubjectAgain() {
    Prompt ofAnna = sealer.seal(prompt("item", "anna", SECRET));
    Prompt ofBerta = sealer.seal(prompt("item", "berta", SECRET));
    opener.open(ofAnna);

    keys.destroy("anna");

    assertThat(opener.open(ofAnna)).isEqualTo(ofAnna);
    assertThat(opener.open(ofBerta).text()).isEqualTo(Text.plain(SECRET));
    assertThat(meters.counter("plumbline.texts.unopened", "reason", "no-key").count()).isEqualTo(1);
    assertThatThrownBy(() -> sealer.seal(prompt("item", "anna", SECRET)))
        .isInstanceOf(SubjectErasedException.class);
  }

  @Test
  void shouldLeaveReadableWhatIsNobodys() {
    Prompt prompt = new Prompt("item", "assistant", Text.plain("Why?"), 4, "test", NOW);

    assertThat(sealer.seal(prompt)).isSameAs(prompt);
    assertThat(opener.open(prompt)).isSameAs(prompt);
    assertThat(keys.list()).isEmpty();
  }

  @Test
  void shouldWriteOnlySealedWhatIsSomebodys() {
    var producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    var events = new EventPublisher(producer);
    var publisher = new FeedbackPublisher(events, sealer);
    Prompt prompt = prompt("item", "anna", SECRET);
    FeedbackEvent correction = correction("item", "e1", SECRET);
    publisher.publish(prompt).join();
    publisher.publish(correction).join();
    publisher.publish(completion("item", "c1", "anna", SECRET)).join();

    keys.destroy("anna");

    assertThat(producer.history())
        .hasSize(3)
        .noneMatch(
            record -> new String(record.value(), StandardCharsets.ISO_8859_1).contains("Haus"));
    assertThatThrownBy(() -> publisher.publish(prompt).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(SubjectErasedException.class);
    assertThatThrownBy(() -> new FeedbackPublisher(events).publish(correction).join())
        .hasCauseInstanceOf(KeyStoreException.class)
        .hasMessageContaining(
            "text of subject anna can't be sealed, because this role was given no key store");
    assertThatThrownBy(() -> events.publish(Topics.PROMPTS, "item", prompt))
        .hasMessageContaining("it goes through FeedbackPublisher, which seals it");
    assertThat(producer.history()).hasSize(3);
  }

  private static Text.Sealed sealed(Prompt prompt) {
    return (Text.Sealed) prompt.text();
  }

  private static Prompt prompt(String itemId, String subject, String text) {
    return new Prompt(itemId, "assistant", Text.plain(text), text.length(), "test", NOW, subject);
  }

  private static Completion completion(String itemId, String id, String subject, String text) {
    return new Completion(
        id,
        itemId,
        Text.plain(text),
        text.length(),
        VERSION,
        1,
        List.of(5, 7),
        List.of(-0.5f, -2f),
        List.of(1, 0),
        "test",
        NOW,
        subject);
  }

  private static FeedbackEvent correction(String itemId, String eventId, String text) {
    return new FeedbackEvent(
        eventId,
        itemId,
        Annotator.human("anna"),
        "test",
        NOW,
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Correction("c1", Text.plain(text), 3, text.length(), 12));
  }

  private static ExampleCandidate candidate(String id, Text text) {
    return new ExampleCandidate(id, text, VERSION, List.of(new MarkedSpan(0, 3, 500_000)));
  }

  private static final ExampleCandidate SEGMENT =
      ExampleCandidate.of(
          new TrajectorySegment(
              "s1", "kitchen", "episode-3", "wrist", Duration.ZERO, Duration.ofSeconds(2)));

  private static UnpairedExample unpaired(Text prompt, ExampleCandidate candidate) {
    return new UnpairedExample(
        "one", 2, "assistant", "item", "overall", prompt, candidate, 700_000, 900_000, EVIDENCE);
  }

  private static List<TrainingExample> examples(
      Text prompt,
      ExampleCandidate a,
      ExampleCandidate b,
      List<Integer> tokens,
      List<Float> logProbs) {
    return List.of(
        new PreferencePair(
            "pair",
            2,
            "assistant",
            "item",
            "overall",
            prompt,
            a,
            b,
            600_000,
            1,
            900_000,
            EVIDENCE,
            250_000),
        unpaired(prompt, a),
        unpaired(prompt, SEGMENT),
        new RankedGroup(
            "ranking",
            1,
            "assistant",
            "item",
            "overall",
            prompt,
            List.of(a, b),
            List.of(1, 1),
            900_000,
            EVIDENCE),
        new RolloutGroup(
            "group",
            1,
            "assistant",
            "item",
            "overall",
            prompt,
            List.of(
                new RolloutGroup.Rollout(
                    a, tokens, logProbs, List.of(1, 0), List.of(-1f, -2f, -3f), 0.5)),
            EVIDENCE));
  }
}
