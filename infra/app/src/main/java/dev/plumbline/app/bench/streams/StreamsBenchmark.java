/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.streams.TopologyStage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Measures the topology and its beginnings on the same log, in turns, so that what else the machine
 * does falls on all of them. The first turn of each only warms up and is thrown away. Delays are
 * measured after that, on a log of their own, with the commit intervals taking turns.
 */
final class StreamsBenchmark implements AutoCloseable {
  private static final int DELAY_VOTES_PER_SECOND = 1_000;
  private static final Variant WHOLE = Variant.exactlyOnce(TopologyStage.EMIT);
  private static final List<Integer> BOTH_VOTES = List.of(0, 1);
  private static final List<Integer> FIRST_VOTE = List.of(0);
  private static final StateRestoreListener UNHEARD = new CountingRestoration();

  private final Plan plan;
  private final Consumer<String> progress;
  private final BenchLog log;
  private int runs;

  /**
   * How much is measured.
   *
   * @param items with two votes each that every turn reads
   * @param repetitions that count
   * @param threads of streams
   * @param delayTime for which delays are measured in each repetition
   * @param commitIntervals besides the usual one
   */
  record Plan(
      int items, int repetitions, int threads, Duration delayTime, List<Duration> commitIntervals) {
    /** What is measured as fast as it goes. */
    List<Variant> variants() {
      Set<Variant> variants = new LinkedHashSet<>();
      for (TopologyStage stage : TopologyStage.values()) {
        variants.add(Variant.exactlyOnce(stage));
      }
      variants.add(Variant.atLeastOnce(TopologyStage.COPY));
      variants.add(Variant.atLeastOnce(TopologyStage.EMIT));
      variants.addAll(timedVariants());
      return List.copyOf(variants);
    }

    /** What is measured at a steady rate. */
    List<Variant> timedVariants() {
      Set<Variant> variants = new LinkedHashSet<>(Set.of(WHOLE));
      commitIntervals.forEach(interval -> variants.add(Variant.committingEvery(interval)));
      return List.copyOf(variants);
    }
  }

  /**
   * Counts and times what stores read back from their changelogs, once partitions are shared out.
   */
  private static final class CountingRestoration implements StateRestoreListener {
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong start = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong end = new AtomicLong(Long.MIN_VALUE);

    double seconds() {
      return (end.get() - start.get()) / 1e9;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
      start.accumulateAndGet(System.nanoTime(), Math::min);
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long count) {
      records.addAndGet(count);
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
      end.accumulateAndGet(System.nanoTime(), Math::max);
    }
  }

  /**
   * Starts the broker and writes the log.
   *
   * @param progress told what is being done, and what came out
   */
  StreamsBenchmark(Plan plan, Consumer<String> progress) throws IOException {
    this.plan = plan;
    this.progress = progress;
    log = new BenchLog(plan.threads());
    progress.accept("writing %,d items".formatted(plan.items()));
    Load load = log.load();
    load.addVotes(load.addItems(plan.items()), plan.items(), BOTH_VOTES);
  }

  Measurements measure() throws IOException, InterruptedException {
    var measurements = new Measurements();
    var unused = new Measurements();
    for (int repetition = 0; repetition <= plan.repetitions(); repetition++) {
      for (Variant variant : turns(plan.variants(), repetition)) {
        measureSpeed(variant, named(repetition), repetition == 0 ? unused : measurements);
      }
    }
    try (var steady = new BenchLog(plan.threads())) {
      Map<Variant, Load.Extent> read = new HashMap<>();
      for (int repetition = 0; repetition <= plan.repetitions(); repetition++) {
        for (Variant variant : turns(plan.timedVariants(), repetition)) {
          Measurements into = repetition == 0 ? unused : measurements;
          Load.Extent before = read.getOrDefault(variant, Load.Extent.NOTHING);
          measureDelays(steady, variant, before, named(repetition), into);
          read.put(variant, steady.load().extent());
        }
      }
    }
    return measurements;
  }

  /** Profiles one more turn of the whole topology. */
  Profile profile() throws IOException {
    progress.accept("profiling the whole topology");
    String name = nextName();
    Profile profile;
    try (StageRun run = log.start(WHOLE, name, Load.Extent.NOTHING, UNHEARD)) {
      run.awaitReferences(log.load());
      profile = Profile.of(() -> run.awaitVotes(log.load()));
    }
    log.forget(name);
    return profile;
  }

  private static List<Variant> turns(List<Variant> variants, int repetition) {
    List<Variant> turns = new ArrayList<>(variants);
    Collections.rotate(turns, repetition);
    return turns;
  }

  private String named(int repetition) {
    return repetition == 0
        ? "warming up"
        : "repetition %d of %d".formatted(repetition, plan.repetitions());
  }

  private void measureSpeed(Variant variant, String turn, Measurements into) throws IOException {
    String name = nextName();
    try (StageRun run = log.start(variant, name, Load.Extent.NOTHING, UNHEARD)) {
      StageRun.Speed speed = run.readAll(log.load());
      into.add(variant, speed);
      progress.accept(
          "%s, %s: %,.0f votes/s".formatted(turn, variant.label(), speed.votesPerSecond()));
    }
    if (variant.equals(WHOLE)) {
      into.add(restore(name));
    }
    log.forget(name);
  }

  private Measurements.Restoring restore(String name) throws IOException {
    log.deleteStores(name);
    var restoration = new CountingRestoration();
    try (StageRun run = log.start(WHOLE, name, log.load().extent(), restoration)) {
      run.awaitRunning();
      return new Measurements.Restoring(
          restoration.seconds(),
          restoration.records.get(),
          log.changelogBytes(name),
          log.load().items());
    }
  }

  private void measureDelays(
      BenchLog steady, Variant variant, Load.Extent readBefore, String turn, Measurements into)
      throws InterruptedException {
    int votes = Math.toIntExact(plan.delayTime().toSeconds() * DELAY_VOTES_PER_SECOND);
    Load load = steady.load();
    int first = load.addItems(votes);
    load.addVotes(first, votes, FIRST_VOTE);
    String name = "bench-every-%d-ms".formatted(variant.commitInterval().toMillis());
    try (StageRun run = steady.start(variant, name, readBefore, UNHEARD)) {
      run.awaitReferences(load);
      run.awaitVotes(load);
      double[] sorted =
          Delays.measure(
              steady.clients(), load, steady.feedEnds(), first, votes, DELAY_VOTES_PER_SECOND);
      var delay = Measurements.Delay.of(sorted);
      into.add(variant, delay);
      progress.accept(
          "%s, delays with commits every %d ms: median %.0f ms, 99 %% %.0f ms"
              .formatted(
                  turn, variant.commitInterval().toMillis(), delay.median(), delay.ninetyNinth()));
    }
  }

  /** Names a run that nobody has read anything under. */
  private String nextName() {
    return "bench-" + runs++;
  }

  @Override
  public void close() {
    log.close();
  }
}
