/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.TrainingExample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise I2: whatever the order in which topics and partitions are read, and however often the
 * partitions are taken over with nothing but the bytes of their stores, the final view is the same.
 */
class InterleavingTest {
  private static final int INTERLEAVINGS = 50;

  /** Quorum and deadline each decide about as often. */
  private static final StreamsSettings SETTINGS =
      new StreamsSettings(
          "test-streams",
          1,
          2,
          1,
          2,
          Duration.ofHours(20),
          Duration.ofHours(30),
          Duration.ofSeconds(1),
          KindSettings.DEFAULT,
          Fixtures.TRUST);

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldReachTheSameFinalViewUnderAnyInterleavingAndRestarts(int partitions) {
    var scenario = new Scenario(11, partitions);
    FinalView expected = BatchOracle.of(scenario, SETTINGS);
    Set<String> hashes = new TreeSet<>();
    Set<Integer> emissions = new TreeSet<>();

    for (int seed = 0; seed < INTERLEAVINGS; seed++) {
      var run = new Run(scenario, new Random(seed));
      run.readAll();

      assertThat(run.view().examples()).as("seed %d", seed).isEqualTo(expected.examples());
      assertThat(run.view().dispositions()).as("seed %d", seed).isEqualTo(expected.dispositions());
      hashes.add(run.view().hash());
      emissions.add(run.emitted.size());
    }

    assertThat(hashes).containsExactly(expected.hash());
    assertThat(emissions).as("interleavings differ on the way").hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldReachTheViewOfTheBatchInOtherWorldsToo(long world) {
    var scenario = new Scenario(world, 4);
    FinalView expected = BatchOracle.of(scenario, SETTINGS);

    for (int seed = 0; seed < 4; seed++) {
      var run = new Run(scenario, new Random(seed));
      run.readAll();

      assertThat(run.view()).as("world %d, seed %d", world, seed).isEqualTo(expected);
    }
    Set<String> kinds =
        expected.dispositions().values().stream()
            .map(disposition -> disposition.replaceAll("\\[.*", ""))
            .collect(Collectors.toSet());
    assertThat(kinds).contains("InEvidence", "Superseded", "NoExample", "DeadLettered", "Waiting");
    assertThat(expected.dispositions().values())
        .contains("DeadLettered[reason=INVALID_RANKING]", "DeadLettered[reason=SPAN_OUTSIDE_TEXT]")
        .contains("DeadLettered[reason=SCORE_OF_OTHER_TOKENS]", "NoExample[cause=WITHOUT_TOKENS]");
    assertThat(expected.examples().values())
        .anyMatch(example -> example.startsWith("pair"))
        .anyMatch(example -> example.startsWith("unpaired"))
        .anyMatch(example -> example.startsWith("ranked"))
        .anyMatch(example -> example.startsWith("rollouts"))
        .anyMatch(example -> example.matches(".*\\d+-\\d+:-?\\d+.*"));
  }

  /** One reading of all logs. */
  private static final class Run {
    private final Scenario scenario;
    private final Random random;
    private final List<TrainingExample> emitted = new ArrayList<>();
    private final Map<Scenario.Place, Integer> positions = new HashMap<>();
    private final Map<Scenario.Place, Double> haste = new HashMap<>();
    private final Map<Integer, Map<String, KeyValueStore<Bytes, byte[]>>> stores = new TreeMap<>();
    private final Map<Integer, ItemPartition> partitions = new TreeMap<>();

    Run(Scenario scenario, Random random) {
      this.scenario = scenario;
      this.random = random;
      for (Scenario.Place place : scenario.logs.keySet()) {
        positions.put(place, 0);
        haste.put(place, Math.pow(10, 3 * random.nextDouble()));
      }
      for (int partition = 0; partition < scenario.layout.itemPartitions(); partition++) {
        stores.put(partition, emptyStores());
        open(partition);
      }
    }

    void readAll() {
      for (var place = next(); place != null; place = next()) {
        int offset = positions.merge(place, 1, Integer::sum) - 1;
        Scenario.LogRecord record = scenario.logs.get(place).get(offset);
        partitions
            .get(place.partition())
            .take(
                new Origin(place.topic(), place.partition(), offset, record.key(), record.value()));
        if (random.nextInt(60) == 0) {
          restart(place.partition());
        }
      }
    }

    /** Picks the next log at random, some logs being read much faster than others. */
    private Scenario.Place next() {
      List<Scenario.Place> open =
          scenario.logs.keySet().stream()
              .filter(place -> positions.get(place) < scenario.logs.get(place).size())
              .toList();
      double total = open.stream().mapToDouble(haste::get).sum();
      double choice = random.nextDouble() * total;
      for (Scenario.Place place : open) {
        choice -= haste.get(place);
        if (choice <= 0) {
          return place;
        }
      }
      return open.isEmpty() ? null : open.getLast();
    }

    /** Everything but the bytes of the stores is lost, as when a task moves. */
    private void restart(int partition) {
      var restored = emptyStores();
      stores
          .get(partition)
          .forEach(
              (name, store) -> {
                try (var all = store.all()) {
                  all.forEachRemaining(entry -> restored.get(name).put(entry.key, entry.value));
                }
              });
      stores.put(partition, restored);
      open(partition);
    }

    private void open(int partition) {
      partitions.put(
          partition,
          new ItemPartition(
              SETTINGS,
              scenario.layout,
              new StoredState(SETTINGS, scenario.layout, stores.get(partition)::get),
              output -> {
                if (output instanceof Effect.Emit(TrainingExample example)) {
                  emitted.add(example);
                }
              }));
    }

    private static Map<String, KeyValueStore<Bytes, byte[]>> emptyStores() {
      return StoredState.STORES.stream()
          .collect(
              Collectors.toMap(name -> name, name -> Stores.inMemoryKeyValueStore(name).get()));
    }

    FinalView view() {
      Map<String, String> dispositions = new TreeMap<>();
      stores.values().forEach(byName -> readDispositions(byName, dispositions));
      return new FinalView(FinalView.latest(emitted), dispositions);
    }

    private static void readDispositions(
        Map<String, KeyValueStore<Bytes, byte[]>> byName, Map<String, String> dispositions) {
      try (KeyValueIterator<Bytes, byte[]> all = byName.get(StoredState.IDENTITIES).all()) {
        all.forEachRemaining(
            entry ->
                dispositions.put(
                    String.join("/", StateCodec.parts(entry.key)),
                    StateCodec.identifiedEvent(entry.value).disposition().toString()));
      }
    }
  }
}
