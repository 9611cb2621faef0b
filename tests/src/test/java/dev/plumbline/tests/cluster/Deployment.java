/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Answer;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.history.HistoryChecker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/**
 * Everything at work on a cluster: two streams instances and a trainer in processes of their own,
 * voters and a watch in this one. Harmed by the test's thread, and judged by it in the end.
 */
final class Deployment implements AutoCloseable {
  private static final int STREAMS_INSTANCES = 2;
  private static final int ITEM_PARTITIONS = 4;
  private static final String POLICY = "assistant";

  /** A small feed of its own, so that learning does not take the processors from what is shown. */
  private static final String LEARNED_POLICY = "learned";

  /** Every vote makes an example at once, and no epoch of trust ends: all votes count alike. */
  private static final List<String> STREAMS_SETTINGS = List.of("quorum=1", "trust_epoch=876000h");

  private static final StreamsSettings STREAMS =
      Settings.bind(StreamsSettings.class, SettingsSource.empty().with(STREAMS_SETTINGS));
  private static final int MAX_VOTES = 3_000_000;

  /** The base, and one version at least. */
  private static final int VERSIONS = 2;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** A vote that is seen in an example within this time found nothing in its way. */
  private static final Duration PROMPT = Duration.ofSeconds(1);

  private final Path folder;
  private final int votesPerSecond;
  private final int oneInLearned;
  private final KafkaClients clients;
  private final int replicas;
  private final TopicLayout layout;
  private final List<ChildProcess> streams = new ArrayList<>();
  private final ChildProcess trainer;
  private final Ledger ledger;
  private final ExampleWatch watch;
  private final Voters voters;
  private final List<Blow> blows = new ArrayList<>();

  /**
   * Something that was done to a process.
   *
   * @param atMillis by the ledger's clock
   * @param votes that were said before it
   */
  private record Blow(String what, int atMillis, int votes) {}

  /**
   * Starts everything; nobody votes yet.
   *
   * @param replicas of every topic
   * @param oneInLearned one item of so many is in the feed that the trainer learns from
   */
  Deployment(Path folder, KafkaClients clients, int replicas, int votesPerSecond, int oneInLearned)
      throws IOException, InterruptedException, ExecutionException {
    this.folder = folder;
    this.clients = clients;
    this.replicas = replicas;
    this.votesPerSecond = votesPerSecond;
    this.oneInLearned = oneInLearned;
    layout = new TopicLayout(List.of(POLICY, LEARNED_POLICY), ITEM_PARTITIONS, replicas);
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    for (int instance = 0; instance < STREAMS_INSTANCES; instance++) {
      streams.add(startStreams(instance));
    }
    trainer =
        start(
            "trainer",
            "trainer",
            "trainer.policy=" + LEARNED_POLICY,
            "trainer.learning.examples_per_version=8",
            "trainer.learning.per_device_train_batch_size=8");
    ledger = new Ledger(MAX_VOTES);
    watch = new ExampleWatch(clients, ledger);
    voters =
        new Voters(clients, ledger, votesPerSecond, POLICY, LEARNED_POLICY, oneInLearned, 20260606);
  }

  /** Lets people vote once streams have turned a first vote into an example. */
  void startVoting() throws InterruptedException, ExecutionException {
    voters.voteOnce();
    ledger.awaitSeen(1, PATIENCE);
    voters.startVoting();
  }

  /** Lets everything work for some time, by the number of votes that are said in it. */
  void letWork(Duration time) throws IOException, InterruptedException {
    int votes = Math.toIntExact(time.toMillis() * votesPerSecond / 1_000);
    ledger.awaitSaid(Math.min(ledger.saidCount() + votes, ledger.capacity()), PATIENCE);
    watch.requireUnharmed();
    requireAlive(streams);
    requireAlive(List.of(trainer));
  }

  /** Kills a streams instance, and starts it again at once. */
  void killStreams(int instance) throws IOException, InterruptedException {
    note("streams %d killed".formatted(instance));
    streams.get(instance).kill();
    streams.set(instance, startStreams(instance));
  }

  /** Freezes a streams instance while the others go on working. */
  void freezeStreams(int instance, Duration time) throws IOException, InterruptedException {
    note("streams %d frozen for %d s".formatted(instance, time.toSeconds()));
    freeze(streams.get(instance), time);
  }

  /** Freezes a process while the others go on working. */
  void freeze(ChildProcess process, Duration time) throws IOException, InterruptedException {
    process.signal("STOP");
    letWork(time);
    process.signal("CONT");
  }

  /** Notes what is done now, for the report, and says it at once: some tests take long. */
  void note(String what) {
    var blow = new Blow(what, ledger.nowMillis(), ledger.saidCount());
    blows.add(blow);
    System.out.printf(
        Locale.ROOT,
        "%6.1f s  %-28s %,d votes said, %,d seen in examples%n",
        blow.atMillis() / 1e3,
        blow.what(),
        blow.votes(),
        ledger.seenCount());
  }

  /**
   * Ends the voting, waits until all of it is seen, and requires that every vote has its effect
   * exactly once.
   */
  void requireEveryVoteOnce() throws InterruptedException, IOException, ExecutionException {
    voters.stopVoting();
    ledger.awaitAllSeen(PATIENCE);
    for (ChildProcess instance : streams) {
      instance.stop();
    }
    trainer.awaitLines("{", VERSIONS);
    trainer.stop();
    report();
    requireBallots(watch.finish());
    assertThat(values(Topics.DEAD_LETTERS)).isEmpty();
    requireContiguousVersions(values(Topics.POLICY_VERSIONS));
    assertThat(HistoryChecker.check(clients, STREAMS, layout, null).findings()).isEmpty();
  }

  /** Compares with what the ballots add up to, computed from the ledger alone. */
  private void requireBallots(Map<String, ExampleWatch.Seen> pairs) {
    Map<Integer, Ledger.Ballot> ballots = ledger.ballots();
    assertThat(pairs).hasSameSizeAs(ballots);
    ballots.forEach(
        (item, ballot) -> {
          long all = ballot.answers().size();
          long a = ballot.answers().stream().filter(Answer.A::equals).count();
          long ties = ballot.answers().stream().filter(Answer.TIE::equals).count();
          int probA = Math.toIntExact(1_000_000 * a / all);
          int probTie = Math.toIntExact(1_000_000 * (a + ties) / all) - probA;
          int feed = item % oneInLearned == 0 ? 1 : 0;
          ExampleWatch.Seen pair = pairs.get(Voters.itemId(item));
          assertThat(pair.eventIds())
              .as("votes on %s", pair.itemId())
              .containsExactlyElementsOf(ballot.eventIds().stream().sorted().toList());
          assertThat(List.of(pair.feed(), pair.probABetterPpm(), pair.probTiePpm()))
              .as("belief about %s", pair.itemId())
              .containsExactly(feed, probA, probTie);
          assertThat(pair.weightPpm()).as("weight of %s", pair.itemId()).isEqualTo(1_000_000);
        });
  }

  /** I3: ranges follow one another without gap or overlap. */
  private static void requireContiguousVersions(List<PolicyVersion> versions) {
    assertThat(versions).hasSizeGreaterThanOrEqualTo(VERSIONS);
    for (int number = 1; number < versions.size(); number++) {
      PolicyVersion parent = versions.get(number - 1);
      PolicyVersion child = versions.get(number);
      ConsumedRange range = child.learned().consumed().getFirst();
      assertThat(child.id()).isEqualTo(parent.id().next());
      assertThat(child.learned().parent()).isEqualTo(parent.id());
      assertThat(range.from()).isEqualTo(parent.learned().consumed().getFirst().to());
    }
  }

  /** Prints after how many blows votes were seen promptly again within some time. */
  void reportCaughtUpWithin(Duration time) {
    List<Duration> all = IntStream.range(0, blows.size()).mapToObj(this::caughtUp).toList();
    System.out.printf(
        Locale.ROOT,
        "caught up within %d s after %d of %d, the longest took %.1f s%n",
        time.toSeconds(),
        all.stream().filter(each -> each.compareTo(time) <= 0).count(),
        all.size(),
        all.stream().max(Duration::compareTo).orElse(Duration.ZERO).toMillis() / 1e3);
  }

  private Duration caughtUp(int blow) {
    int next = blow + 1 < blows.size() ? blows.get(blow + 1).atMillis() : ledger.nowMillis();
    return ledger.caughtUp(blows.get(blow).atMillis(), next, PROMPT);
  }

  private void report() throws ExecutionException, InterruptedException {
    for (int blow = 0; blow < blows.size(); blow++) {
      Blow what = blows.get(blow);
      System.out.printf(
          Locale.ROOT,
          "%6.1f s  %-28s after %,9d votes: prompt again after %5.1f s%n",
          what.atMillis() / 1e3,
          what.what(),
          what.votes(),
          caughtUp(blow).toMillis() / 1e3);
    }
    int[] delays = ledger.delays();
    System.out.printf(
        Locale.ROOT,
        "%,d votes on %,d items at %,d per second, state %d MB of changelogs; from vote to example: median %d ms, 99 %% %d ms, longest %d ms%n",
        delays.length,
        delays.length / Voters.VOTES_PER_ITEM,
        votesPerSecond,
        stateBytes() >> 20,
        delays[delays.length / 2],
        delays[delays.length * 99 / 100],
        delays[delays.length - 1]);
  }

  private <V> List<V> values(Topic<String, V> topic) {
    List<V> values = new ArrayList<>();
    try (var reader = TopicReader.openAtBeginning(clients, "test-" + topic.name(), topic)) {
      reader.readToEnd(PATIENCE, record -> values.add(record.value().orElseThrow()));
    }
    return values;
  }

  private static void requireAlive(List<ChildProcess> processes) throws IOException {
    for (ChildProcess process : processes) {
      process.requireAlive();
    }
  }

  private ChildProcess startStreams(int instance) throws IOException {
    return start(
        "streams",
        "streams-" + instance,
        STREAMS_SETTINGS.stream().map(setting -> "streams." + setting).toArray(String[]::new));
  }

  private ChildProcess start(String role, String name, String... settings) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                role,
                "--bootstrap-servers",
                clients.connection().bootstrapServers(),
                "--data",
                folder.resolve(name).toString(),
                "--set",
                "topics.policies=" + POLICY + "," + LEARNED_POLICY,
                "--set",
                "topics.item_partitions=" + ITEM_PARTITIONS,
                "--set",
                "topics.replication_factor=" + replicas));
    Arrays.stream(settings).forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return ChildProcess.start(
        List.of(), "768m", folder.resolve(name + ".log"), "dev.plumbline.app.Plumbline", arguments);
  }

  /** The bytes of one replica of all changelogs. */
  private long stateBytes() throws ExecutionException, InterruptedException {
    try (Admin admin = clients.admin("test-state")) {
      List<Integer> nodes = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      return admin.describeLogDirs(nodes).allDescriptions().get().values().stream()
              .flatMap(folders -> folders.values().stream())
              .flatMap(each -> each.replicaInfos().entrySet().stream())
              .filter(replica -> replica.getKey().topic().endsWith("-changelog"))
              .mapToLong(replica -> replica.getValue().size())
              .sum()
          / replicas;
    }
  }

  @Override
  public void close() {
    voters.close();
    watch.close();
    streams.forEach(ChildProcess::close);
    trainer.close();
  }
}
