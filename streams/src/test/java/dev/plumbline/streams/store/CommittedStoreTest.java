/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.DurableFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommittedStoreTest {
  private static final TopicPartition CHANGELOG = new TopicPartition("app-rows-changelog", 3);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** RocksDB takes no less than 64 KiB for the most. */
  private static final MemoryBounds SMALL = new MemoryBounds(32 << 10, 128 << 10);

  private Path folder;
  private int copies;

  @BeforeEach
  void chooseFolder(@TempDir Path temporary) {
    folder = temporary.resolve("store");
  }

  @Test
  void shouldHoldTheRowsOfACommitWheneverItsProcessIsKilled() throws IOException {
    var random = new Random(7);
    Map<Long, NavigableMap<Bytes, String>> commits = new HashMap<>();
    NavigableMap<Bytes, String> rows = new TreeMap<>();
    List<Boolean> trusted = new ArrayList<>();
    CommittedStore store = open(folder, NOW);
    long offset = -1;
    for (int transaction = 0; transaction < 60; transaction++) {
      // One in six has more rows than memory may take.
      int changes = random.nextInt(6) == 0 ? 5_000 : random.nextInt(400);
      int killedAt = random.nextInt(changes + 1);
      for (int change = 0; change < changes; change++) {
        if (change == killedAt) {
          trusted.add(holdsOneOf(commits));
        }
        change(store, rows, key(random.nextInt(3_000)), random);
        offset++;
      }
      store.committedThrough(offset);
      commits.put(offset, new TreeMap<>(rows));
    }
    store.close();

    assertThat(trusted).contains(true, false);
    assertThat(trusted.stream().filter(isTrusted -> isTrusted)).hasSizeGreaterThan(20);
    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isEqualTo(offset);
      assertThat(rowsOf(again.all())).isEqualTo(rows);
    }
  }

  /** Returns whether a killed process would leave a store that is trusted; it must be right. */
  private boolean holdsOneOf(Map<Long, NavigableMap<Bytes, String>> commits) throws IOException {
    try (CommittedStore left = open(left(), NOW)) {
      Long offset = left.committedOffset(CHANGELOG);
      if (offset == null) {
        return false;
      }
      assertThat(rowsOf(left.all())).isEqualTo(commits.get(offset));
      return true;
    }
  }

  @Test
  void shouldNotBeTrustedIfItWasClosedWithinATransaction() {
    try (CommittedStore store = open(folder, NOW)) {
      store.put(key(1), value("a"));
      store.committedThrough(10);
      store.put(key(2), value("b"));
    }

    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isNull();
    }
  }

  @Test
  void shouldNotBeTrustedOnceKafkaStreamsGaveItUp() {
    try (CommittedStore store = open(folder, NOW)) {
      store.put(key(1), value("a"));
      store.committedThrough(10);
      store.commit(Map.of());
    }

    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isNull();
    }
  }

  @Test
  void shouldNotBeTrustedWhenChangelogsMayHaveForgottenRemovals() {
    try (CommittedStore store = open(folder, NOW)) {
      store.put(key(1), value("a"));
      store.committedThrough(10);
    }
    // Opened and closed meanwhile, without hearing of anything new.
    try (CommittedStore store = open(folder, NOW.plus(Duration.ofHours(8)))) {
      store.commit(Map.of(CHANGELOG, 10L));
    }

    try (CommittedStore again = open(folder, NOW.plus(Duration.ofHours(11)))) {
      assertThat(again.committedOffset(CHANGELOG)).isEqualTo(10);
    }
    try (CommittedStore again = open(folder, NOW.plus(Duration.ofHours(13)))) {
      assertThat(again.committedOffset(CHANGELOG)).isNull();
    }
  }

  @Test
  void shouldGiveUpADamagedStoreSoThatItIsReadBack() throws IOException {
    try (CommittedStore store = open(folder, NOW)) {
      store.put(key(1), value("a"));
      store.committedThrough(10);
    }
    StoreFolder.damage(folder);

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> open(folder, NOW)).isInstanceOf(TaskCorruptedException.class);
    }
  }

  @Test
  void shouldKnowNothingOfAFolderThatWasDeleted() throws IOException {
    var stores = new CommittedStores(InstantSource.fixed(NOW), SMALL);
    CommittedStore store = open(stores, folder);
    store.put(key(1), value("a"));
    store.committedThrough(10);
    store.close();
    DurableFolders.deleteTree(folder);

    store.init(context(folder), store);
    Long offset = store.committedOffset(CHANGELOG);
    store.close();

    assertThat(offset).isNull();
    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isNull();
    }
  }

  @Test
  void shouldSayWhichFolderCanNotBeUsed() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("rocksdb"), "a file");

    assertThatThrownBy(() -> open(folder, NOW))
        .isInstanceOf(ProcessorStateException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void shouldKeepWhatWasReadBack() {
    try (CommittedStore store = open(folder, NOW)) {
      store.restore(
          List.of(
              KeyValue.pair(key(1).get(), value("a")),
              KeyValue.pair(key(2).get(), value("b")),
              KeyValue.pair(key(1).get(), null)));
      store.commit(Map.of(CHANGELOG, 2L));
    }

    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isEqualTo(2);
      assertThat(rowsOf(again.all())).containsOnlyKeys(key(2));
    }
  }

  @Test
  void shouldNotKeepFewRowsInMemoryForLong() throws IOException {
    var now = new AtomicReference<>(NOW);
    CommittedStore store = open(new CommittedStores(now::get, SMALL), folder);
    store.put(key(1), value("a"));
    store.committedThrough(5);
    now.set(NOW.plusSeconds(61));
    store.put(key(2), value("b"));
    store.committedThrough(8);

    // In the background.
    Instant end = Instant.now().plusSeconds(30);
    Long kept = null;
    while (!Long.valueOf(8).equals(kept) && Instant.now().isBefore(end)) {
      try (CommittedStore left = open(left(), NOW)) {
        kept = left.committedOffset(CHANGELOG);
      }
    }
    store.close();

    assertThat(kept).isEqualTo(8);
  }

  @Test
  void shouldHearOfCommitsByItsChangelogWhileItIsOpen() {
    var stores = new CommittedStores(InstantSource.fixed(NOW), SMALL);
    CommittedStore store = open(stores, folder);
    store.put(key(1), value("a"));

    stores.committed(new TopicPartition(CHANGELOG.topic(), 4), 99);
    stores.committed(CHANGELOG, 12);
    store.close();
    stores.committed(CHANGELOG, 13);

    try (CommittedStore again = open(folder, NOW)) {
      assertThat(again.committedOffset(CHANGELOG)).isEqualTo(12);
    }
  }

  @Test
  void shouldShowRowsInTheOrderOfKeysButNotItsOwn() {
    try (CommittedStore store = open(folder, NOW)) {
      var random = new Random(3);
      NavigableMap<Bytes, String> rows = new TreeMap<>();
      for (int i = 0; i < 500; i++) {
        change(store, rows, key(random.nextInt(300)), random);
      }
      assertThat(rowsOf(store.all())).isEqualTo(rows);
      assertThat(rowsOf(store.range(key(40), key(90))))
          .isEqualTo(rows.subMap(key(40), true, key(90), true));
      assertThat(rowsOf(store.range(null, key(90)))).isEqualTo(rows.headMap(key(90), true));
      assertThat(rowsOf(store.range(key(90), null))).isEqualTo(rows.tailMap(key(90), true));
      Bytes prefix = Bytes.wrap(new byte[] {1, 0, 1});
      assertThat(rowsOf(store.prefixScan(prefix, Serdes.Bytes().serializer())))
          .isEqualTo(rows.tailMap(prefix, true));
      assertThat(store.putIfAbsent(rows.firstKey(), value("new")))
          .isEqualTo(value(rows.firstEntry().getValue()));
      assertThat(store.delete(rows.firstKey())).isNotNull();
      assertThat(store.putIfAbsent(rows.firstKey(), value("new"))).isNull();
      assertThat(store.get(rows.firstKey())).isEqualTo(value("new"));
    }
  }

  /** What is on disk at this moment, as a kill would leave it. */
  private Path left() throws IOException {
    Path copy = folder.resolveSibling("left-" + copies++);
    StoreFolder.copy(folder, copy);
    return copy;
  }

  private static CommittedStore open(Path folder, Instant now) {
    return open(new CommittedStores(InstantSource.fixed(now), SMALL), folder);
  }

  private static CommittedStore open(CommittedStores stores, Path folder) {
    var store = (CommittedStore) stores.supplier("rows").get();
    store.init(context(folder), store);
    return store;
  }

  private static StateStoreContext context(Path folder) {
    var config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:9092");
    return new MockProcessorContext<>(config, new TaskId(0, 3), folder.toFile())
        .getStateStoreContext();
  }

  private static void change(
      CommittedStore store, NavigableMap<Bytes, String> rows, Bytes key, Random random) {
    if (random.nextInt(4) == 0) {
      store.put(key, null);
      rows.remove(key);
    } else {
      String text = "row " + random.nextLong();
      store.put(key, value(text));
      rows.put(key, text);
    }
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {1, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
  }

  private static byte[] value(String text) {
    return Serdes.String().serializer().serialize("", text);
  }

  private static NavigableMap<Bytes, String> rowsOf(KeyValueIterator<Bytes, byte[]> found) {
    NavigableMap<Bytes, String> rows = new TreeMap<>();
    try (found) {
      found.forEachRemaining(
          row -> rows.put(row.key, Serdes.String().deserializer().deserialize("", row.value)));
    }
    return rows;
  }
}
