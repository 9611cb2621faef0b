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
import dev.plumbline.feeds.TaskJoin.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BackPressureTest {
  private static final int PER_VERSION = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final TopicPartition TASKS = new TopicPartition("tasks", 0);
  private static final List<String> MANY = Fixtures.trainItems("many", 2_000);

  private final BackPressure pressure =
      new BackPressure(ExampleKind.PAIR, PER_VERSION, 2, PATIENCE);
  private final List<String> items = Fixtures.trainItems("item", 20);

  @Test
  void shouldBeEnoughWhenTwoVersionsWorthOfExamplesWait() {
    for (int i = 0; i < 5; i++) {
      pressure.appeared(i, pair(i));
    }
    assertThat(pressure.room(ACCEPTED)).isPositive();

    pressure.appeared(5, pair(5));

    assertThat(pressure.room(ACCEPTED)).isZero();
  }

  @Test
  void shouldNotBeEnoughAnyMoreWhenAVersionHasLearnedSome() {
    for (int i = 0; i < 6; i++) {
      pressure.appeared(i, pair(i));
    }

    pressure.learned(3);

    assertThat(pressure.waitingExamples()).isEqualTo(3);
    assertThat(pressure.room(ACCEPTED)).isPositive();
  }

  @Test
  void shouldCountOpenTasksAndExamplesTogetherAndATaskOnlyUntilItsExampleAppears() {
    for (int i = 0; i < 6; i++) {
      put(pressure, i);
    }
    assertThat(pressure.room(ACCEPTED)).isZero();

    pressure.appeared(0, pair(5));

    assertThat(pressure.waitingExamples()).isEqualTo(1);
    assertThat(pressure.openTasks()).as("task 0 and 1 are more than 3 older").isEqualTo(3);
    assertThat(pressure.room(ACCEPTED)).isPositive();
  }

  @Test
  void shouldNotWaitForUnansweredTasksLongerThanItsPatience() {
    for (int i = 0; i < 6; i++) {
      put(pressure, i);
    }

    assertThat(pressure.room(ACCEPTED.plus(PATIENCE).minusSeconds(1))).isZero();
    assertThat(pressure.room(ACCEPTED.plus(PATIENCE))).isEqualTo(6);
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
    put(thumbs, 0);

    thumbs.appeared(0, pair(0));
    assertThat(thumbs.waitingExamples()).isZero();
    assertThat(thumbs.openTasks()).isEqualTo(1);

    thumbs.appeared(1, unpaired("a", items.getFirst()));
    thumbs.appeared(2, unpaired("b", items.getFirst()));
    assertThat(thumbs.waitingExamples()).isEqualTo(2);
    assertThat(thumbs.openTasks()).isZero();
  }

  @Test
  void shouldTellHowManyTasksMoreThereAreRoomFor() {
    put(pressure, 0);
    put(pressure, 1);
    pressure.appeared(0, pair(0));

    assertThat(pressure.room(ACCEPTED)).isEqualTo(4);
  }

  @Test
  void shouldTellFromWhereOpenTasksAndTheirExamplesMustBeRead() {
    var other = new TopicPartition("tasks", 1);
    pressure.taskWritten(items.get(0), ACCEPTED, new Place(TASKS, 5), 70);
    pressure.taskWritten(items.get(1), ACCEPTED, new Place(other, 2), 71);
    pressure.taskWritten(items.get(2), ACCEPTED, new Place(TASKS, 6), 72);

    pressure.appeared(80, pair(0));
    assertThat(pressure.firstOpenTasks()).isEqualTo(Map.of(TASKS, 6L, other, 2L));
    assertThat(pressure.firstExampleOfOpenTasks()).hasValue(71);

    pressure.appeared(81, pair(1));
    pressure.appeared(82, pair(2));
    assertThat(pressure.firstOpenTasks()).isEmpty();
    assertThat(pressure.firstExampleOfOpenTasks()).isEmpty();
  }

  @Test
  void shouldNotGiveUpRolloutsByTimeButProbeOnceEveryPatience() {
    var rollouts = new BackPressure(ExampleKind.ROLLOUT, PER_VERSION, 2, PATIENCE);
    for (int i = 0; i < 6; i++) {
      put(rollouts, i);
    }
    assertThat(rollouts.room(ACCEPTED.plus(PATIENCE).minusSeconds(1))).isZero();
    assertThat(rollouts.room(ACCEPTED.plus(PATIENCE))).isEqualTo(1);

    Instant probed = ACCEPTED.plus(PATIENCE);
    rollouts.taskWritten(items.get(6), probed, new Place(TASKS, 6), 0);
    assertThat(rollouts.room(probed.plusSeconds(1))).isZero();

    rollouts.appeared(0, Fixtures.rollouts("group-6", items.get(6), "assistant"));
    assertThat(rollouts.openTasks()).as("tasks 0 to 2 were overtaken by a version").isEqualTo(3);
    assertThat(rollouts.room(probed.plusSeconds(1))).isEqualTo(2);
  }

  @Test
  void shouldNotProbeWhileEnoughRolloutsWaitForTheTrainer() {
    var rollouts = new BackPressure(ExampleKind.ROLLOUT, PER_VERSION, 2, PATIENCE);
    for (int i = 0; i < 6; i++) {
      put(rollouts, i);
    }
    for (int i = 0; i < PER_VERSION; i++) {
      rollouts.appeared(i, Fixtures.rollouts("group-" + i, items.get(i), "assistant"));
    }

    assertThat(rollouts.room(ACCEPTED.plus(PATIENCE.multipliedBy(9)))).isZero();
  }

  /** Sampler, judge and trainer take turns at random; groups become complete in order. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void shouldBoundHowOldRolloutsAreWhenTheyAreLearned(int versionsAhead) {
    int oldest = 0;
    for (int seed = 0; seed < 20; seed++) {
      var random = new SplittableRandom(seed);
      var rollouts = new BackPressure(ExampleKind.ROLLOUT, PER_VERSION, versionsAhead, PATIENCE);
      Deque<Integer> unscored = new ArrayDeque<>();
      List<Integer> feed = new ArrayList<>();
      Map<Integer, Integer> sampledBy = new HashMap<>();
      int version = 0;
      int known = 0;
      for (int turn = 0; turn < 2_000; turn++) {
        switch (random.nextInt(4)) {
          case 0 -> {
            int batch = Math.min(rollouts.room(ACCEPTED), random.nextInt(1, 9));
            for (int i = 0; i < batch; i++) {
              int number = sampledBy.size();
              sampledBy.put(number, known);
              unscored.add(number);
              rollouts.taskWritten(MANY.get(number), ACCEPTED, new Place(TASKS, number), 0);
            }
          }
          case 1 -> {
            if (!unscored.isEmpty()) {
              int number = unscored.remove();
              feed.add(number);
              rollouts.appeared(
                  feed.size() - 1,
                  Fixtures.rollouts("group-" + number, MANY.get(number), "assistant"));
            }
          }
          case 2 -> {
            if (feed.size() >= (version + 1) * PER_VERSION) {
              for (int i = version * PER_VERSION; i < (version + 1) * PER_VERSION; i++) {
                oldest = Math.max(oldest, version - sampledBy.get(feed.get(i)));
              }
              version++;
            }
          }
          default -> {
            known = version;
            rollouts.learned((long) version * PER_VERSION);
          }
        }
        int unlearned = sampledBy.size() - version * PER_VERSION;
        assertThat(unlearned).isLessThanOrEqualTo(versionsAhead * PER_VERSION);
      }
      assertThat(version).isGreaterThan(50);
    }
    assertThat(oldest).isEqualTo(versionsAhead - 1);
  }

  private void put(BackPressure into, int number) {
    into.taskWritten(items.get(number), ACCEPTED, new Place(TASKS, number), 0);
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
