/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Split;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.history.HistoryChecker;
import dev.plumbline.streams.history.HistoryReport;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.LogRecord;
import dev.plumbline.streams.replay.MemoryLogs;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A scenario's topics with what streams and lanes wrote to them, in memory: sources read in a
 * seeded order, partitions taken over with nothing but their stores, offsets that markers and
 * aborted transactions use up, dead letters sent again, shadow lanes and a branch.
 */
final class SimulatedCluster {
  /** Trust moves often enough to bear on many examples. */
  static final StreamsSettings SETTINGS = Fixtures.with(Fixtures.trust(Duration.ofHours(6)));

  /** Number of the version of the main policy that the branch begins at. */
  static final int BRANCH_AT = 2;

  private static final String REBUILT = "assistant.rebuilt";
  private static final String NEWS = SETTINGS.applicationId() + "-trust-news-repartition";
  private static final dev.plumbline.events.Bytes NOTHING =
      dev.plumbline.events.Bytes.of(new byte[0]);
  private static final String EXAMPLES = Topics.EXAMPLES.name();
  private static final String VERSIONS = Topics.POLICY_VERSIONS.name();

  final Scenario scenario;
  final TopicLayout layout;
  final MemoryLogs logs;
  final ArtifactStore artifacts;
  private final Path artifactFolder;
  private final Random random;
  private final Map<Integer, KeyValueStore<Bytes, byte[]>> stores = new HashMap<>();
  private final Map<Integer, ItemPartition> partitions = new HashMap<>();
  private final TrustTask trust;
  private final Map<Integer, Deque<TrustNews>> unheard = new HashMap<>();
  private final Map<TopicPartition, Integer> read = new HashMap<>();
  private final Map<PolicyVersionId, PolicyVersion> versions = new LinkedHashMap<>();

  SimulatedCluster(long seed, Path folder) throws IOException {
    scenario = new Scenario(seed, 3);
    List<String> policies = new ArrayList<>(scenario.layout.policies());
    policies.add(REBUILT);
    layout = new TopicLayout(policies, scenario.layout.itemPartitions(), 1);
    logs = SourceLogs.of(scenario).logs;
    random = new Random(seed);
    artifactFolder = folder;
    artifacts = FileArtifactStore.open(folder);
    int count = scenario.layout.itemPartitions();
    trust = new TrustTask(SETTINGS.trust(), count, new MemoryStore(TrustTask.STORE), this::tell);
    for (int partition = 0; partition < count; partition++) {
      unheard.put(partition, new ArrayDeque<>());
      stores.put(partition, logged(partition, new MemoryStore(StoredState.STORE)));
      takeOver(partition);
    }
  }

  /** Everything is read, and lanes have learned from nearly all of it. */
  static SimulatedCluster quiet(long seed, Path folder) throws IOException {
    var cluster = new SimulatedCluster(seed, folder);
    cluster.readUpTo(1);
    cluster.sendSomeDeadLettersAgain();
    cluster.readUpTo(1);
    cluster.hearAll();
    cluster.commit();
    cluster.learn();
    return cluster;
  }

  /** Streams are in the middle of their work, and have written more than they have committed. */
  static SimulatedCluster busy(long seed, Path folder) throws IOException {
    var cluster = new SimulatedCluster(seed, folder);
    cluster.readUpTo(0.5);
    cluster.sendSomeDeadLettersAgain();
    cluster.readUpTo(0.7);
    if (seed % 4 == 0) {
      cluster.hearAll();
    }
    cluster.commit();
    cluster.learn();
    cluster.readUpTo(seed % 4 == 0 ? 0.72 : 0.8);
    return cluster;
  }

  HistoryReport check() {
    return HistoryChecker.check(logs, SETTINGS, layout, artifacts, records -> {});
  }

  Path artifactFolder() {
    return artifactFolder;
  }

  PolicyVersion version(String id) {
    return versions.get(PolicyVersionId.parse(id));
  }

  /** Writes a version record. */
  void publish(PolicyVersion version) {
    versions.put(version.id(), version);
    logs.append(
        VERSIONS,
        0,
        0,
        Topics.POLICY_VERSIONS.key().encode(version.policy()),
        Topics.POLICY_VERSIONS.value().encode(version));
    logs.skip(VERSIONS, 0, 1);
  }

  private void readUpTo(double part) {
    List<TopicPartition> open = new ArrayList<>();
    for (String topic : ExampleReplay.SOURCES) {
      open.addAll(logs.partitions(topic));
    }
    open.sort(java.util.Comparator.comparing(TopicPartition::toString));
    while (!open.isEmpty()) {
      TopicPartition log = open.get(random.nextInt(open.size()));
      List<LogRecord> records = logs.records(log.topic(), log.partition());
      int next = read.getOrDefault(log, 0);
      if (next >= part * records.size()) {
        open.remove(log);
        continue;
      }
      LogRecord record = records.get(next);
      partitions
          .get(log.partition())
          .take(
              new Origin(
                  record.topic(),
                  record.partition(),
                  record.offset(),
                  record.key(),
                  record.value()));
      read.put(log, next + 1);
      if (random.nextInt(4) == 0) {
        hear(random.nextInt(scenario.layout.itemPartitions()));
      }
      if (random.nextInt(40) == 0) {
        takeOver(log.partition());
      }
    }
  }

  /** A dead letter of feedback is sent again as it stood, or to where it belongs. */
  private void sendSomeDeadLettersAgain() {
    for (LogRecord record : logs.records(Topics.DEAD_LETTERS.name(), 0)) {
      DeadLetter letter = Topics.DEAD_LETTERS.value().decode(record.value().toArray());
      if (random.nextInt(3) == 0 && letter.topic().equals(Topics.FEEDBACK.name())) {
        logs.append(
            letter.topic(),
            letter.partition(),
            letter.acceptedAt().toEpochMilli(),
            letter.key() == null ? null : letter.key().toArray(),
            letter.original().toArray());
      }
    }
  }

  private void commit() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    read.forEach(
        (log, count) -> {
          List<LogRecord> records = logs.records(log.topic(), log.partition());
          positions.put(log, count == 0 ? 0 : records.get(count - 1).offset() + 1);
        });
    unheard.forEach(
        (partition, queue) -> {
          int heard = logs.records(NEWS, partition).size() - queue.size();
          positions.put(new TopicPartition(NEWS, partition), (long) heard);
        });
    logs.commit(SETTINGS.applicationId(), new Cut(positions));
  }

  private void takeOver(int partition) {
    var state = new StoredState(SETTINGS, scenario.layout, stores.get(partition));
    partitions.put(partition, new ItemPartition(SETTINGS, scenario.layout, state, this::handOut));
  }

  private void handOut(Effect.Output output) {
    switch (output) {
      case Effect.Emit(TrainingExample example) -> append(example);
      case Effect.SetAside(DeadLetter letter) ->
          logs.append(
              Topics.DEAD_LETTERS.name(),
              0,
              0,
              letter.key() == null ? null : letter.key().toArray(),
              Topics.DEAD_LETTERS.value().encode(letter));
      case Effect.Report(EpochReport report) -> trust.take(report);
      case Effect.CountDiscounted uncounted -> {}
      case Effect.CountDuplicate uncounted -> {}
      case Effect.CountChange uncounted -> {}
    }
  }

  private void tell(TrustOutput output) {
    if (output instanceof TrustOutput.Tell(TrustNews news)) {
      unheard.forEach(
          (partition, queue) -> {
            queue.add(news);
            logs.append(NEWS, partition, 0, null, new byte[] {1});
          });
    }
  }

  /** Lets a partition hear the oldest news that it has not heard. */
  private void hear(int partition) {
    @Nullable TrustNews news = unheard.get(partition).poll();
    if (news != null) {
      var origin = new Origin(NEWS, partition, 0, null, NOTHING);
      partitions.get(partition).learn(origin, news);
    }
  }

  private void hearAll() {
    unheard.forEach(
        (partition, queue) -> {
          while (!queue.isEmpty()) {
            hear(partition);
          }
        });
  }

  private void append(TrainingExample example) {
    int feed = scenario.layout.feedOf(example.policy());
    byte[] key = Topics.EXAMPLES.key().encode(example.policy());
    logs.append(EXAMPLES, feed, 0, key, Topics.EXAMPLES.value().encode(example));
    if (random.nextInt(3) == 0) {
      logs.skip(EXAMPLES, feed, 1 + random.nextInt(3));
    }
  }

  /** A store whose rows are also records of its changelog; what is removed leaves none. */
  @SuppressWarnings("unchecked")
  private KeyValueStore<Bytes, byte[]> logged(int partition, KeyValueStore<Bytes, byte[]> store) {
    String changelog = Dispositions.topic(SETTINGS.applicationId());
    return (KeyValueStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("put") && arguments[1] != null) {
                byte[] key = ((Bytes) arguments[0]).get();
                logs.append(changelog, partition, 0, key, (byte[]) arguments[1]);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void learn() throws IOException {
    learn("assistant", "assistant", null, 12);
    learn("assistant.ipo", "assistant", null, 17);
    learn("assistant.branch", "assistant", version("assistant@00000" + BRANCH_AT), 20);
    learn("robot", "robot", null, 5);
    rebuild();
    learn(REBUILT, REBUILT, null, 12);
  }

  /** Fills a feed with the examples that the main policy's would have without one annotator. */
  private void rebuild() {
    int feed = layout.feedOf(REBUILT);
    ExampleReplay.examples(
            logs,
            logs.ends(ExampleReplay.SOURCES),
            SETTINGS,
            scenario.layout,
            record ->
                record.feedback().stream()
                    .noneMatch(event -> event.annotator().id().equals("annotator-1")))
        .stream()
        .filter(example -> example.policy().equals("assistant"))
        .forEach(
            example ->
                logs.append(
                    EXAMPLES,
                    feed,
                    0,
                    Topics.EXAMPLES.key().encode(example.policy()),
                    Topics.EXAMPLES.value().encode(example)));
  }

  /** One lane after the other: slices of so many records each, all of which it says it learned. */
  private void learn(
      String policy, String feedPolicy, @Nullable PolicyVersion branchedOff, int slice)
      throws IOException {
    int feed = layout.feedOf(feedPolicy);
    @Nullable PolicyVersion parent = branchedOff;
    if (parent == null) {
      parent = next(policy, feed, null, 0, List.of());
      publish(parent);
    }
    long from = parent.learned().consumed().getFirst().to();
    List<LogRecord> pending = new ArrayList<>();
    for (LogRecord record : logs.records(EXAMPLES, feed)) {
      if (record.offset() < from) {
        continue;
      }
      pending.add(record);
      if (pending.size() == slice) {
        parent = next(policy, feed, parent, record.offset() + 1, pending);
        publish(parent);
        pending.clear();
      }
    }
    long to = parent.learned().consumed().getFirst().to();
    logs.commit("trainer-" + policy, new Cut(Map.of(new TopicPartition(EXAMPLES, feed), to)));
  }

  private PolicyVersion next(
      String policy, int feed, @Nullable PolicyVersion parent, long to, List<LogRecord> slice)
      throws IOException {
    String hash = parent == null ? Identity.hash("consumed") : parent.learned().exampleHash();
    Map<String, TrainingExample> latest = new HashMap<>();
    int superseded = 0;
    for (LogRecord record : slice) {
      ExampleRecord value = Topics.EXAMPLES.value().decode(record.value().toArray());
      if (value instanceof TrainingExample example) {
        hash = Identity.chained(hash, example.exampleId(), example.revision());
        superseded += latest.put(example.exampleId(), example) == null ? 0 : 1;
      }
    }
    int withdrawn = 0;
    int heldOut = 0;
    for (TrainingExample example : latest.values()) {
      if (example.evidence().isWithdrawn()) {
        withdrawn++;
      } else if (example.split() == Split.HELD_OUT) {
        heldOut++;
      }
    }
    int number = parent == null || !parent.policy().equals(policy) ? 0 : parent.id().number() + 1;
    long from = parent == null ? 0 : parent.learned().consumed().getFirst().to();
    byte[] weights = (policy + hash).getBytes(StandardCharsets.UTF_8);
    var learned =
        new PolicyVersion.Learned(
            parent == null ? null : parent.id(),
            artifacts.put(Map.of("weights", ArtifactContent.of(weights))).hex(),
            List.of(new ConsumedRange("id-of-examples", EXAMPLES, feed, from, to)),
            hash,
            new ExampleCounts(
                latest.size() - withdrawn - heldOut, heldOut, superseded, 0, withdrawn, 0, 0),
            0,
            Map.of(),
            "dpo",
            "settings of " + policy,
            new BaseModel("base", "weights", "tokenizer"),
            "engine",
            0);
    return new PolicyVersion(
        new PolicyVersionId(policy, number),
        policy,
        learned,
        new PolicyVersion.Observed(Fixtures.START, null, Map.of()));
  }
}
