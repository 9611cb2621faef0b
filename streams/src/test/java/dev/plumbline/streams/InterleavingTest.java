/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise I2: whatever the order in which topics and partitions are read, and however often the
 * partitions are taken over with nothing but the bytes of their stores, the final view is the same.
 */
class InterleavingTest {
  private static final int INTERLEAVINGS = 50;
  private static final Origin NEWS =
      new Origin("news", 0, 0, null, dev.plumbline.events.Bytes.of(new byte[0]));

  private static final StreamsSettings SETTINGS = with(Fixtures.TRUST);

  /** Seventeen epochs, in which trust falls quickly, and an annotator may say little. */
  private static final StreamsSettings DISTRUSTFUL =
      with(trust(List.of(), List.of("annotator-3"), 3));

  /** One annotator knows all answers, and another is in quarantine. */
  private static final StreamsSettings WITH_GOLD =
      with(trust(List.of("annotator-1"), List.of("annotator-3"), 0));

  /** All count alike, so that only what is taken back decides. */
  private static final StreamsSettings RETRACTING = with(Fixtures.TRUST);

  private static final StreamsSettings EVERY_KIND =
      with(
          Fixtures.TRUST,
          new KindSettings(
              List.of("operator"),
              true,
              RankingPairs.ALL,
              List.of("copied=up:0.3", "regenerated=down:0.5")));

  private static TrustSettings trust(List<String> gold, List<String> quarantined, int votes) {
    return new TrustSettings(
        TrustSettings.DEFAULT.consensus(),
        Duration.ofHours(5),
        votes,
        gold,
        quarantined,
        List.of(),
        6,
        1,
        200_000,
        666_666,
        50,
        TrustSettings.DEFAULT.burstVotes());
  }

  private static StreamsSettings with(TrustSettings trust) {
    return with(trust, Fixtures.ONE_KIND_EACH);
  }

  /** Quorum and deadline each decide about as often. */
  private static StreamsSettings with(TrustSettings trust, KindSettings kinds) {
    return new StreamsSettings(
        "test-streams",
        1,
        2,
        1,
        2,
        Duration.ofHours(20),
        Duration.ofHours(30),
        Duration.ofSeconds(1),
        kinds,
        trust);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldReachTheSameFinalViewUnderAnyInterleavingAndRestarts(int partitions) {
    var scenario = new Scenario(11, partitions);
    FinalView expected = BatchOracle.of(scenario, SETTINGS);
    Set<String> hashes = new TreeSet<>();
    Set<Integer> emissions = new TreeSet<>();

    for (int seed = 0; seed < INTERLEAVINGS; seed++) {
      var run = new Run(scenario, SETTINGS, new Random(seed));
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
      var run = new Run(scenario, SETTINGS, new Random(seed));
      run.readAll();

      assertThat(run.view()).as("world %d, seed %d", world, seed).isEqualTo(expected);
    }
  }

  @Test
  void shouldHaveWorldsInWhichEverythingHappens() {
    Set<String> dispositions = new TreeSet<>();
    List<String> examples = new ArrayList<>();
    for (long world = 1; world <= 5; world++) {
      FinalView view = BatchOracle.of(new Scenario(world, 4), SETTINGS);
      dispositions.addAll(view.dispositions().values());
      examples.addAll(view.examples().values());
    }

    assertThat(dispositions)
        .contains("InEvidence[]", "HeldOut[]", "Superseded[]", "Waiting[]")
        .contains("DeadLettered[reason=INVALID_RANKING]", "DeadLettered[reason=SPAN_OUTSIDE_TEXT]")
        .contains("DeadLettered[reason=SCORE_OF_OTHER_TOKENS]", "NoExample[cause=WITHOUT_TOKENS]");
    assertThat(examples)
        .anyMatch(example -> example.startsWith("pair"))
        .anyMatch(example -> example.startsWith("unpaired"))
        .anyMatch(example -> example.startsWith("ranked"))
        .anyMatch(example -> example.startsWith("rollouts"))
        .anyMatch(example -> example.matches(".*\\d+-\\d+:-?\\d+.*"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldWeighVotesAlikeInWhateverOrderSnapshotsArrive(int partitions) {
    var scenario = new Scenario(11, partitions);
    for (StreamsSettings settings : List.of(DISTRUSTFUL, WITH_GOLD)) {
      FinalView expected = BatchOracle.of(scenario, settings);
      Set<Integer> emissions = new TreeSet<>();

      for (int seed = 0; seed < 12; seed++) {
        var run = new Run(scenario, settings, new Random(seed));
        run.readAll();

        assertThat(run.view().examples()).as("seed %d", seed).isEqualTo(expected.examples());
        assertThat(run.view().dispositions())
            .as("seed %d", seed)
            .isEqualTo(expected.dispositions());
        emissions.add(run.emitted.size());
      }

      assertThat(emissions).as("interleavings differ on the way").hasSizeGreaterThan(5);
    }
  }

  @Test
  void shouldHaveVotesToDistrustInTheWorldOfSnapshots() {
    var scenario = new Scenario(11, 3);
    FinalView distrustful = BatchOracle.of(scenario, DISTRUSTFUL);
    FinalView withGold = BatchOracle.of(scenario, WITH_GOLD);

    assertThat(BatchOracle.trust(scenario, DISTRUSTFUL).snapshots()).isGreaterThan(10);
    assertThat(distrustful.dispositions().values())
        .contains("Discounted[cause=QUARANTINED]", "Discounted[cause=OVER_INFLUENCE]");
    assertThat(withGold.dispositions().values()).contains("Gold[]");
    assertThat(distrustful.examples().values())
        .anyMatch(example -> example.contains("epoch") && !example.contains("w=1000000"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldReachTheViewOfTheBatchWhateverIsTakenBack(long world) {
    for (int partitions : new int[] {1, 4}) {
      var scenario = Scenario.withRetractions(world, partitions);
      FinalView expected = BatchOracle.of(scenario, RETRACTING);

      for (int seed = 0; seed < 6; seed++) {
        var run = new Run(scenario, RETRACTING, new Random(seed));
        run.readAll();

        assertThat(run.view()).as("world %d, seed %d", world, seed).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldHaveWorldsInWhichEverythingIsTakenBack() {
    Set<String> dispositions = new TreeSet<>();
    for (long world = 1; world <= 5; world++) {
      dispositions.addAll(
          BatchOracle.of(Scenario.withRetractions(world, 4), RETRACTING).dispositions().values());
    }

    assertThat(dispositions)
        .contains("Retracted[]", "Erased[]", "NoExample[cause=RETRACTION]")
        .contains("DeadLettered[reason=FOREIGN_RETRACTION]", "DeadLettered[reason=REJECTED]")
        .contains("DeadLettered[reason=SPAN_OUTSIDE_TEXT]", "Superseded[]", "Waiting[]");
  }

  /**
   * Every kind of feedback, and all that it implies for pairs, comes to one view in whatever order
   * topics are read; {@link KindsTest} says which view that must be.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldReachOneViewOfEveryKindOfFeedback(long world) {
    for (int partitions : new int[] {1, 4}) {
      var scenario = Scenario.withEveryKind(world, partitions);
      var first = new Run(scenario, EVERY_KIND, new Random(0));
      first.readAll();
      FinalView expected = first.view();

      for (int seed = 1; seed < 8; seed++) {
        var run = new Run(scenario, EVERY_KIND, new Random(seed));
        run.readAll();

        assertThat(run.view()).as("world %d, seed %d", world, seed).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldHaveWorldsWithEveryKindOfFeedback() {
    Set<String> dispositions = new TreeSet<>();
    List<String> examples = new ArrayList<>();
    List<PreferencePair> pairs = new ArrayList<>();
    for (long world = 1; world <= 5; world++) {
      var run = new Run(Scenario.withEveryKind(world, 4), EVERY_KIND, new Random(world));
      run.readAll();
      dispositions.addAll(run.view().dispositions().values());
      examples.addAll(run.view().examples().values());
      run.emitted.forEach(
          example -> {
            if (example instanceof PreferencePair pair) {
              pairs.add(pair);
            }
          });
    }

    assertThat(dispositions)
        .contains("InEvidence[]", "Waiting[]", "Superseded[]", "Retracted[]", "Erased[]")
        .contains("DeadLettered[reason=CONFLICTING_DUPLICATE]");
    assertThat(examples).anyMatch(example -> example.contains(" margin="));
    assertThat(pairs).anyMatch(pair -> pair.a().segment() != null);
    assertThat(pairs).anyMatch(pair -> pair.a().text().equals(Text.plain("better still")));
  }

  /** One reading of all logs. */
  private static final class Run {
    private final Scenario scenario;
    private final StreamsSettings settings;
    private final Random random;
    private final List<TrainingExample> emitted = new ArrayList<>();
    private final Map<Scenario.Place, Integer> positions = new HashMap<>();
    private final Map<Scenario.Place, Double> haste = new HashMap<>();
    private final Map<Integer, KeyValueStore<Bytes, byte[]>> stores = new TreeMap<>();
    private final Map<Integer, ItemPartition> partitions = new TreeMap<>();
    private final Map<Integer, Deque<byte[]>> reports = new TreeMap<>();
    private final Map<Integer, Deque<byte[]>> news = new TreeMap<>();
    private final double patience;
    private KeyValueStore<Bytes, byte[]> trustStore = empty(TrustTask.STORE);
    private TrustTask trust;

    Run(Scenario scenario, StreamsSettings settings, Random random) {
      this.scenario = scenario;
      this.settings = settings;
      this.random = random;
      for (Scenario.Place place : scenario.logs.keySet()) {
        positions.put(place, 0);
        haste.put(place, Math.pow(10, 3 * random.nextDouble()));
      }
      for (int partition = 0; partition < scenario.layout.itemPartitions(); partition++) {
        stores.put(partition, empty(StoredState.STORE));
        reports.put(partition, new ArrayDeque<>());
        news.put(partition, new ArrayDeque<>());
        open(partition);
      }
      patience = random.nextDouble();
      openTrust();
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
        if (random.nextDouble() > patience) {
          passOn();
        }
      }
      while (passOn()) {}
    }

    /** Takes one report to the trust task, or one of its news to a partition. */
    private boolean passOn() {
      List<Runnable> waiting = new ArrayList<>();
      reports.values().stream()
          .filter(queue -> !queue.isEmpty())
          .forEach(queue -> waiting.add(() -> trust.take(TrustCodec.report(queue.remove()))));
      news.forEach(
          (partition, queue) -> {
            if (!queue.isEmpty()) {
              waiting.add(
                  () -> partitions.get(partition).learn(NEWS, TrustCodec.news(queue.remove())));
            }
          });
      if (waiting.isEmpty()) {
        return false;
      }
      waiting.get(random.nextInt(waiting.size())).run();
      if (random.nextInt(20) == 0) {
        trustStore = copy(trustStore);
        openTrust();
      }
      return true;
    }

    private void openTrust() {
      trust =
          new TrustTask(
              settings.trust(),
              scenario.layout.itemPartitions(),
              trustStore,
              output -> {
                if (output instanceof TrustOutput.Tell(TrustNews told)) {
                  news.values().forEach(queue -> queue.add(TrustCodec.value(told)));
                }
              });
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
      stores.put(partition, copy(stores.get(partition)));
      open(partition);
    }

    private void open(int partition) {
      partitions.put(
          partition,
          new ItemPartition(
              settings,
              scenario.layout,
              new StoredState(settings, scenario.layout, stores.get(partition)),
              output -> {
                if (output instanceof Effect.Emit(TrainingExample example)) {
                  emitted.add(example);
                } else if (output instanceof Effect.Report(EpochReport report)) {
                  reports.get(partition).add(TrustCodec.value(report));
                }
              }));
    }

    private static KeyValueStore<Bytes, byte[]> copy(KeyValueStore<Bytes, byte[]> store) {
      var restored = empty(store.name());
      try (var all = store.all()) {
        all.forEachRemaining(entry -> restored.put(entry.key, entry.value));
      }
      return restored;
    }

    private static KeyValueStore<Bytes, byte[]> empty(String name) {
      return Stores.inMemoryKeyValueStore(name).get();
    }

    FinalView view() {
      Map<String, String> dispositions = new TreeMap<>();
      stores.values().forEach(store -> readDispositions(store, dispositions));
      return new FinalView(FinalView.latest(emitted), dispositions);
    }

    private static void readDispositions(
        KeyValueStore<Bytes, byte[]> store, Map<String, String> dispositions) {
      try (Table.Rows all = new Table(store, Table.Name.IDENTITIES).all()) {
        all.forEachRemaining(
            entry ->
                dispositions.put(
                    String.join("/", StateCodec.parts(entry.key)),
                    StateCodec.identifiedEvent(entry.value).disposition().toString()));
      }
    }
  }
}
