/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {

  static List<Record> records() {
    return Samples.all();
  }

  static List<Statement> statements() {
    return Samples.statements();
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldReadBackWhatItWrote(Record record) {
    Codec<Record> codec = codecFor(record);

    assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("statements")
  void shouldReadBackEveryStatement(Statement statement) {
    FeedbackEvent event = Samples.event(statement);
    Codec<FeedbackRecord> codec = EventCodec.of(FeedbackRecord.class);

    assertThat(codec.decode(codec.encode(event))).isEqualTo(event);
  }

  @Test
  void shouldKeepTheWireFormat() {
    Map<String, String> golden =
        SchemaCatalogue.resource("golden-wire.txt")
            .lines()
            .map(line -> line.split(" "))
            .collect(
                Collectors.toMap(
                    line -> line[0], line -> line[1], (one, other) -> one, TreeMap::new));

    for (Record record : Samples.all()) {
      String name = record.getClass().getSimpleName();
      String bytes = HexFormat.of().formatHex(codecFor(record).encode(record));
      assertThat(bytes).as("wire format of %s", name).isEqualTo(golden.get(name));
    }
    assertThat(golden).hasSize(SchemaCatalogue.RECORDS.size());
  }

  @Test
  void shouldReadCandidatesThatWereWrittenBeforeSpansCouldBeMarked() {
    List<String> before = SchemaCatalogue.resource("golden-wire-before-spans.txt").lines().toList();

    for (String line : before) {
      byte[] bytes = HexFormat.of().parseHex(line.split(" ")[1]);
      var example = (TrainingExample) EventCodec.of(ExampleRecord.class).decode(bytes);

      assertThat(candidates(example))
          .as(line)
          .isNotEmpty()
          .allSatisfy(candidate -> assertThat(candidate.spans()).isEmpty());
    }
    assertThat(before).hasSize(4);
  }

  @Test
  void shouldReadVersionsThatWereWrittenBeforeExamplesCouldBeParked() {
    String before = SchemaCatalogue.resource("golden-wire-before-parked.txt").strip();

    PolicyVersion version =
        EventCodec.of(PolicyVersion.class).decode(HexFormat.of().parseHex(before.split(" ")[1]));

    assertThat(version.learned().counts())
        .isEqualTo(new PolicyVersion.ExampleCounts(48, 4, 5, 4, 2, 1, 0));
  }

  @Test
  void shouldReadWhatWasWrittenBeforeCandidatesCouldBeSegments() {
    List<Record> before =
        SchemaCatalogue.resource("golden-wire-before-segments.txt")
            .lines()
            .map(line -> HexFormat.of().parseHex(line.split(" ")[1]))
            .map(EventCodec.of(Record.class)::decode)
            .toList();

    assertThat(((FeedbackEvent) before.getFirst()).statement())
        .isEqualTo(new Statement.Comparison("completion-a", "completion-b", Answer.TIE));
    assertThat(((PreferencePair) before.get(1)).marginPpm()).isNull();
    for (Record example : before.subList(1, before.size())) {
      assertThat(candidates((TrainingExample) example))
          .isNotEmpty()
          .allSatisfy(candidate -> assertThat(candidate.segment()).isNull());
    }
    assertThat(before).hasSize(5);
  }

  @Test
  void shouldCarryASegmentAsACandidate() {
    var first = new TrajectorySegment("s1", "d", "e", "c", Duration.ZERO, Duration.ofSeconds(1));
    var second = new TrajectorySegment("s2", "d", "e", "c", Duration.ZERO, Duration.ofSeconds(2));
    var pair =
        new PreferencePair(
            "pair-1",
            1,
            "robot",
            "task-1",
            "overall",
            Text.plain(""),
            ExampleCandidate.of(first),
            ExampleCandidate.of(second),
            1_000_000,
            0,
            1_000_000,
            new Evidence(List.of("event-1"), Instant.EPOCH, null));
    var codec = EventCodec.of(ExampleRecord.class);

    assertThat(codec.decode(codec.encode(pair))).isEqualTo(pair);
    assertThatThrownBy(() -> new ExampleCandidate("s1", Text.plain("text"), null, List.of(), first))
        .hasMessageContaining("neither text nor marked spans");
  }

  @Test
  void shouldReadWhatWasWrittenBeforePromptLevelsAndPrefixScores() {
    List<Record> before =
        SchemaCatalogue.resource("golden-wire-before-prompt-levels.txt")
            .lines()
            .map(line -> HexFormat.of().parseHex(line.split(" ")[1]))
            .map(EventCodec.of(Record.class)::decode)
            .toList();

    assertThat(((Completion) before.get(0)).tokenIds()).hasSize(3);
    assertThat(((Completion) before.get(0)).promptLevels()).isEmpty();
    assertThat(((RewardScore) before.get(1)).score()).isEqualTo(1.5);
    assertThat(((RewardScore) before.get(1)).prefixScores()).isEmpty();
    assertThat(((RolloutGroup) before.get(2)).rollouts())
        .singleElement()
        .satisfies(rollout -> assertThat(rollout.tokenIds()).hasSize(2))
        .satisfies(rollout -> assertThat(rollout.promptLevels()).isEmpty())
        .satisfies(rollout -> assertThat(rollout.prefixScores()).isEmpty());
    assertThat(before).hasSize(3);
  }

  @Test
  void shouldReadTextsThatWereWrittenBeforeTheyHadSubjects() {
    List<Record> before =
        SchemaCatalogue.resource("golden-wire-before-subjects.txt")
            .lines()
            .map(line -> HexFormat.of().parseHex(line.split(" ")[1]))
            .map(EventCodec.of(Record.class)::decode)
            .toList();

    assertThat(((Prompt) before.get(0)).lengthChars()).isEqualTo(20);
    assertThat(((Prompt) before.get(0)).subject()).isNull();
    assertThat(((Completion) before.get(1)).tokenIds()).hasSize(3);
    assertThat(((Completion) before.get(1)).subject()).isNull();
    assertThat(before).hasSize(2);
  }

  @Test
  void shouldReadWhatWasWrittenBeforeAnnotatorsAndLearnedOffsets() {
    List<Record> before =
        SchemaCatalogue.resource("golden-wire-before-annotators.txt")
            .lines()
            .map(line -> HexFormat.of().parseHex(line.split(" ")[1]))
            .map(EventCodec.of(Record.class)::decode)
            .toList();

    assertThat(before.subList(0, 4))
        .allSatisfy(
            example -> {
              Evidence evidence = ((TrainingExample) example).evidence();
              assertThat(evidence.eventIds()).isNotEmpty();
              assertThat(evidence.annotatorIds()).isEmpty();
            });
    PolicyVersion.Learned learned = ((PolicyVersion) before.get(4)).learned();
    assertThat(learned.consumed().getFirst().learned()).isEmpty();
    assertThat(learned.counts())
        .isEqualTo(new PolicyVersion.ExampleCounts(48, 4, 5, 4, 2, 1, 3, 0, 0));
  }

  private static List<ExampleCandidate> candidates(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> List.of(pair.a(), pair.b());
      case UnpairedExample one -> List.of(one.candidate());
      case RankedGroup group -> group.candidates();
      case RolloutGroup group ->
          group.rollouts().stream().map(RolloutGroup.Rollout::candidate).toList();
    };
  }

  @Test
  void shouldTellRecordsOfOneTopicApart() {
    Codec<ExampleRecord> examples = EventCodec.of(ExampleRecord.class);
    var boundary =
        new Boundary("assistant", BoundaryReason.PUBLISH_NOW, java.time.Instant.ofEpochSecond(1));

    assertThat(examples.decode(examples.encode(boundary))).isEqualTo(boundary);
  }

  @Test
  void shouldRefuseARecordOfAnotherTopic() {
    byte[] tick = EventCodec.of(Tick.class).encode(new Tick(java.time.Instant.EPOCH));

    assertThatThrownBy(() -> EventCodec.of(Prompt.class).decode(tick))
        .isInstanceOf(UndecodableException.class)
        .hasMessage("expected a Prompt, but found a Tick");
  }

  @Test
  void shouldRefuseBytesThatAreNoAvro() {
    assertThatThrownBy(
            () ->
                EventCodec.of(Prompt.class)
                    .decode("{\"item\": 1}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("expected a Prompt in Avro single-object encoding")
        .hasMessageContaining("7b226974656d");
  }

  @Test
  void shouldRefuseTruncatedAndOverlongBodies() {
    for (Record record : Samples.all()) {
      Codec<Record> codec = codecFor(record);
      byte[] bytes = codec.encode(record);

      assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length - 1)))
          .as("%s without its last byte", record)
          .isInstanceOf(UndecodableException.class);
      assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
          .as("%s with one more byte", record)
          .isInstanceOf(UndecodableException.class);
    }
  }

  @Test
  void shouldNeverFailOtherwiseOnDamagedBytes() {
    var random = new java.util.SplittableRandom(17);
    for (Record record : Samples.all()) {
      Codec<Record> codec = codecFor(record);
      byte[] bytes = codec.encode(record);
      for (int round = 0; round < 300; round++) {
        byte[] damaged = bytes.clone();
        damaged[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt(256);
        try {
          codec.decode(damaged);
        } catch (UndecodableException expected) {
          assertThat(expected).hasMessageContaining(record.getClass().getSimpleName());
        }
      }
    }
  }

  @Test
  void shouldStopAtAnUnknownSchema() {
    byte[] bytes = EventCodec.of(Tick.class).encode(new Tick(java.time.Instant.EPOCH));
    bytes[5] ^= 1;

    assertThatThrownBy(() -> EventCodec.of(FeedbackRecord.class).decode(bytes))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("is not among the known schemas");
  }

  @Test
  void shouldReportWhatARecordRefuses() {
    var pair = (PreferencePair) Samples.all().get(6);
    byte[] bytes = EventCodec.of(PreferencePair.class).encode(pair);
    String hex = HexFormat.of().formatHex(bytes);
    byte[] outOfRange = HexFormat.of().parseHex(hex.replace("d6b051", "feffffff0f"));

    assertThatThrownBy(() -> EventCodec.of(PreferencePair.class).decode(outOfRange))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("probABetterPpm must lie in 0 to 1000000 parts per million");
  }

  @SuppressWarnings("unchecked")
  private static Codec<Record> codecFor(Record record) {
    return (Codec<Record>) (Codec<?>) EventCodec.of(record.getClass());
  }
}
