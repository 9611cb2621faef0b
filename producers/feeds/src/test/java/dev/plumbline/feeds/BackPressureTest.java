/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static dev.plumbline.feeds.Cluster.ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.UnpairedExample;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BackPressureTest {
  private static final int PER_VERSION = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final BackPressure pressure =
      new BackPressure(ExampleKind.PAIR, PER_VERSION, 2, PATIENCE);
  private final List<String> items = Fixtures.trainItems("item", 20);

  @Test
  void shouldBeEnoughWhenTwoVersionsWorthOfExamplesWait() {
    for (int i = 0; i < 5; i++) {
      pressure.appeared(i, pair(i));
    }
    assertThat(pressure.isEnough(ACCEPTED)).isFalse();

    pressure.appeared(5, pair(5));

    assertThat(pressure.isEnough(ACCEPTED)).isTrue();
  }

  @Test
  void shouldNotBeEnoughAnyMoreWhenAVersionHasLearnedSome() {
    for (int i = 0; i < 6; i++) {
      pressure.appeared(i, pair(i));
    }

    pressure.learned(3);

    assertThat(pressure.waitingExamples()).isEqualTo(3);
    assertThat(pressure.isEnough(ACCEPTED)).isFalse();
  }

  @Test
  void shouldCountOpenTasksAndExamplesTogetherAndATaskOnlyUntilItsExampleAppears() {
    for (int i = 0; i < 6; i++) {
      pressure.taskWritten(items.get(i), ACCEPTED);
    }
    assertThat(pressure.isEnough(ACCEPTED)).isTrue();

    pressure.appeared(0, pair(5));

    assertThat(pressure.waitingExamples()).isEqualTo(1);
    assertThat(pressure.openTasks()).as("task 0 and 1 are more than 3 older").isEqualTo(3);
    assertThat(pressure.isEnough(ACCEPTED)).isFalse();
  }

  @Test
  void shouldNotWaitForUnansweredTasksLongerThanItsPatience() {
    for (int i = 0; i < 6; i++) {
      pressure.taskWritten(items.get(i), ACCEPTED);
    }

    assertThat(pressure.isEnough(ACCEPTED.plus(PATIENCE).minusSeconds(1))).isTrue();
    assertThat(pressure.isEnough(ACCEPTED.plus(PATIENCE))).isFalse();
  }

  @Test
  void shouldNotCountWhatTheTrainerDoesNotCount() {
    String heldOut =
        Stream.iterate(0, number -> number + 1)
            .map(number -> "held-" + number)
            .filter(id -> Split.of(id) == Split.HELD_OUT)
            .findFirst()
            .orElseThrow();
    PreferencePair withdrawn = withdrawn(pair(2));

    pressure.appeared(0, Fixtures.pair("held-out", heldOut, "assistant", 1));
    pressure.appeared(1, Fixtures.pair("learned before", items.get(1), "assistant", 2));
    pressure.appeared(2, pair(2));
    pressure.appeared(3, withdrawn);

    assertThat(pressure.waitingExamples()).isZero();
  }

  @Test
  void shouldCountAnExampleOnceWhateverItsRevisions() {
    pressure.appeared(0, pair(0));
    pressure.appeared(4, Fixtures.pair("pair-0", items.getFirst(), "assistant", 2));
    assertThat(pressure.waitingExamples()).isEqualTo(1);

    pressure.learned(4);
    assertThat(pressure.waitingExamples()).as("its last revision still waits").isEqualTo(1);

    pressure.learned(5);
    assertThat(pressure.waitingExamples()).isZero();
  }

  @Test
  void shouldCountOnlyExamplesOfTheKindThatThePolicyIsLearnedFrom() {
    var thumbs = new BackPressure(ExampleKind.UNPAIRED, PER_VERSION, 2, PATIENCE);
    thumbs.taskWritten(items.getFirst(), ACCEPTED);

    thumbs.appeared(0, pair(0));
    assertThat(thumbs.waitingExamples()).isZero();
    assertThat(thumbs.openTasks()).isEqualTo(1);

    thumbs.appeared(1, unpaired("a", items.getFirst()));
    thumbs.appeared(2, unpaired("b", items.getFirst()));
    assertThat(thumbs.waitingExamples()).isEqualTo(2);
    assertThat(thumbs.openTasks()).isZero();
  }

  private static UnpairedExample unpaired(String candidateId, String itemId) {
    return new UnpairedExample(
        "thumbs-" + candidateId,
        1,
        "assistant",
        itemId,
        "overall",
        Text.plain("p"),
        new ExampleCandidate(candidateId, Text.plain("good"), null),
        1_000_000,
        1_000_000,
        new Evidence(List.of("vote"), ACCEPTED, null));
  }

  private PreferencePair pair(int number) {
    return Fixtures.pair("pair-" + number, items.get(number), "assistant", 1);
  }

  private static PreferencePair withdrawn(PreferencePair pair) {
    return new PreferencePair(
        pair.exampleId(),
        2,
        pair.policy(),
        pair.itemId(),
        pair.criterion(),
        pair.prompt(),
        pair.a(),
        pair.b(),
        0,
        0,
        0,
        new Evidence(List.of(), ACCEPTED, null));
  }
}
