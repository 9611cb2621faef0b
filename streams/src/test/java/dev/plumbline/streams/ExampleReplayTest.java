/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.MemoryLogs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleReplayTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldReachTheViewOfTheBatchWithoutStreams(int partitions) {
    var scenario = new Scenario(11, partitions);
    FinalView expected = BatchOracle.of(scenario, Fixtures.SETTINGS);
    List<TrainingExample> emitted = new ArrayList<>();
    List<DeadLetter> setAside = new ArrayList<>();
    var replay = new ExampleReplay(Fixtures.SETTINGS, scenario.layout, emitted::add, setAside::add);

    MemoryLogs logs = SourceLogs.of(scenario).logs;
    logs.read(ExampleReplay.SOURCES, Cut.START, logs.ends(ExampleReplay.SOURCES), replay::take);

    Map<String, String> dispositions = new TreeMap<>();
    replay.forEachDisposition(
        (partition, identity, disposition) ->
            dispositions.put(identity.toString(), disposition.toString()));
    assertThat(FinalView.latest(emitted)).isEqualTo(expected.examples());
    assertThat(dispositions).isEqualTo(expected.dispositions());
    assertThat(setAside).isNotEmpty();
    assertThat(replay.duplicates()).isPositive();
  }

  @Test
  void shouldReachTheSameViewWhereverItStopsOnTheWay() {
    var scenario = new Scenario(3, 2);
    MemoryLogs logs = SourceLogs.of(scenario).logs;
    Cut end = logs.ends(ExampleReplay.SOURCES);
    Map<TopicPartition, Long> half = new HashMap<>();
    end.ends().forEach((log, offset) -> half.put(log, offset / 2));
    var whole = new dev.plumbline.streams.replay.FinalView();
    var inParts = new dev.plumbline.streams.replay.FinalView();
    var atOnce = new ExampleReplay(Fixtures.SETTINGS, scenario.layout, whole::add, letter -> {});
    var twice = new ExampleReplay(Fixtures.SETTINGS, scenario.layout, inParts::add, letter -> {});

    logs.read(ExampleReplay.SOURCES, Cut.START, end, atOnce::take);
    logs.read(ExampleReplay.SOURCES, Cut.START, new Cut(half), twice::take);
    String halfway = inParts.hash();
    logs.read(ExampleReplay.SOURCES, new Cut(half), end, twice::take);

    assertThat(inParts.hash()).isEqualTo(whole.hash()).isNotEqualTo(halfway);
    assertThat(inParts.contents()).isEqualTo(whole.contents()).isNotEmpty();
  }

  @Test
  void shouldReadTheSmallestRecordTimeFirstAndEachLogInItsOrder() {
    var logs = new MemoryLogs();
    byte[] none = new byte[0];
    logs.append("feedback", 0, 10, null, none);
    logs.append("feedback", 0, 4, null, none);
    logs.append("feedback", 1, 5, null, none);
    logs.append("prompts", 0, 10, null, none);
    logs.append("prompts", 1, 12, null, none);

    List<String> read = new ArrayList<>();
    Cut end = logs.ends(ExampleReplay.SOURCES);
    logs.read(ExampleReplay.SOURCES, Cut.START, end, record -> read.add(record.place()));

    assertThat(read)
        .containsExactly(
            "feedback-1@0", "prompts-0@0", "feedback-0@0", "feedback-0@1", "prompts-1@0");
  }

  @Test
  void shouldMakeExamplesAsIfWhatIsLeftOutHadNeverBeenWritten() {
    var sources = new SourceLogs(Fixtures.LAYOUT);
    sources.addReferences("i");
    sources.add(
        Fixtures.vote("e1", "ann", Answer.A, 1),
        Fixtures.vote("e2", "bob", Answer.B, 2),
        Fixtures.vote("e3", "cid", Answer.A, 3));

    List<TrainingExample> examples =
        ExampleReplay.examples(
            sources.logs,
            sources.logs.ends(ExampleReplay.SOURCES),
            Fixtures.SETTINGS,
            Fixtures.LAYOUT,
            record -> record.feedback().map(event -> !event.eventId().equals("e2")).orElse(true));

    assertThat(examples).hasSize(1);
    assertThat(examples.getFirst().evidence().eventIds()).containsExactly("e1", "e3");
  }
}
