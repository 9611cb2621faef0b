/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.at;
import static dev.plumbline.streams.Fixtures.prompt;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.vote;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnusableRecordTest {
  @TempDir Path stateDir;
  private PreferenceDriver driver;

  @BeforeEach
  void start() {
    driver = PreferenceDriver.start(stateDir);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void shouldSetAsideUndecodableBytesWholeByTheirPlace(String topic) {
    driver.sendRaw(topic, "i".getBytes(UTF_8), "{\"answer\":\"A\"}".getBytes(UTF_8));
    driver.sendRaw(topic, null, null);

    assertThat(driver.deadLetters()).hasSize(2);
    DeadLetter letter = driver.deadLetters().getFirst();
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
    assertThat(letter.topic()).isEqualTo(topic);
    assertThat(letter.partition()).isZero();
    assertThat(letter.offset()).isZero();
    assertThat(letter.key().toArray()).asString().isEqualTo("i");
    assertThat(letter.original().toArray()).asString().isEqualTo("{\"answer\":\"A\"}");
    assertThat(letter.detail()).contains("c3 01");
    assertThat(driver.deadLetters().getLast().offset()).isEqualTo(1);
    assertThat(driver.deadLetters().getLast().key()).isNull();
  }

  static List<String> sources() {
    return List.of("prompts", "completions", "tasks", "feedback", "rewards");
  }

  @Test
  void shouldSetAsideATruncatedRecord() {
    byte[] whole = Topics.FEEDBACK.value().encode(vote("e1", "ann", Answer.A, 1));

    driver.sendRaw("feedback", "i".getBytes(UTF_8), Arrays.copyOf(whole, 20));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
  }

  @Test
  void shouldSetAsideBytesThatNearlyFillARecord() {
    byte[] large = new byte[Topics.FEEDBACK.maxRecordBytes() - 100];
    new Random(1).nextBytes(large);

    driver.sendRaw("feedback", "i".getBytes(UTF_8), large);

    assertThat(driver.onlyDeadLetter().original().toArray()).isEqualTo(large);
    int written = Topics.DEAD_LETTERS.value().encode(driver.onlyDeadLetter()).length;
    assertThat(written)
        .isGreaterThan(1_000_000)
        .isLessThan(Topics.DEAD_LETTERS.maxRecordBytes())
        .isLessThan(KafkaClients.MAX_REQUEST_BYTES);
  }

  @Test
  void shouldStopAtASchemaThatOnlyANewerReaderKnows() {
    byte[] bytes = Topics.FEEDBACK.value().encode(vote("e1", "ann", Answer.A, 1));
    bytes[5] ^= 1;

    assertThatThrownBy(() -> driver.sendRaw("feedback", "i".getBytes(UTF_8), bytes))
        .hasRootCauseInstanceOf(UnknownSchemaException.class)
        .rootCause()
        .hasMessageContaining("upgrade this reader");
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void shouldSetAsideARecordWhoseKeyIsNotItsItem() {
    byte[] vote = Topics.FEEDBACK.value().encode(vote("e1", "ann", Answer.A, 1));

    driver.sendRaw("feedback", "j".getBytes(UTF_8), vote);
    driver.sendRaw("feedback", null, vote);

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(DeadLetterReason.MIS_PARTITIONED, DeadLetterReason.MIS_PARTITIONED);
    assertThat(driver.deadLetters().getFirst().eventId()).isEqualTo("e1");
    assertThat(driver.deadLetters().getFirst().acceptedAt()).isEqualTo(at(1));
    assertThat(driver.deadLetters().getFirst().detail()).contains("item i", "key j");
  }

  @Test
  void shouldSetAsideARecordInAPartitionThatIsNotItsKeys(@TempDir Path folder) {
    var layout = new TopicLayout(List.of("assistant"), 4, 1);
    String elsewhere =
        IntStream.range(0, 100)
            .mapToObj(i -> "item-" + i)
            .filter(item -> layout.partitionOf(item) != 0)
            .findFirst()
            .orElseThrow();
    try (var wide = PreferenceDriver.start(Fixtures.SETTINGS, layout, folder)) {
      wide.send(prompt(elsewhere));
      wide.tick(1);

      assertThat(wide.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.MIS_PARTITIONED);
      assertThat(wide.onlyDeadLetter().detail())
          .contains("partition " + layout.partitionOf(elsewhere) + " of 4", "in partition 0");
    }
  }

  @Test
  void shouldSetAsideAComparisonOfACandidateWithItselfAtOnce() {
    driver.send(said("i", "e1", "ann", 1, new Statement.Comparison("a", "a", Answer.TIE), null));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.SELF_COMPARISON);
    assertThat(driver.onlyDeadLetter().detail()).contains("candidate a");
  }

  @Test
  void shouldGoOnAfterWhatItSetAside() {
    driver.sendReferences("i");
    driver.sendRaw("feedback", "i".getBytes(UTF_8), new byte[] {1, 2, 3});

    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    assertThat(driver.examples()).hasSize(1);
    assertThat(driver.count("plumbline.streams.dead.letters", "reason", "undecodable"))
        .isEqualTo(1);
  }
}
