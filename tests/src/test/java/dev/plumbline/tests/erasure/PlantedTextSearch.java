/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import dev.plumbline.events.Completion;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.lm.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Searches all that a run left behind for planted texts: every byte of every file; the records of
 * Kafka's segments, whatever compressed them, decoded where they are of a known topic, tokens read
 * as text; the entries of RocksDB stores; and in all of these what encodings, escapes and
 * compression hide, up to {@value #DEPTH} within each other.
 */
final class PlantedTextSearch {
  private static final int DEPTH = 2;

  private final Plants plants;
  private final Tokenizer tokenizer;
  private final SortedMap<String, SortedSet<String>> found = new TreeMap<>();
  private long bytesSearched;
  private long recordsDecoded;
  private long entriesRead;

  /**
   * @param tokenizer what tokens are read by
   */
  PlantedTextSearch(Collection<String> plants, Tokenizer tokenizer) {
    this.plants = new Plants(plants);
    this.tokenizer = tokenizer;
  }

  /** What was found, with the kinds of places where it was. */
  SortedMap<String, SortedSet<String>> found() {
    return found;
  }

  /** How much was looked at, in words. */
  String extent() {
    return "%d MiB, %d records and %d stored entries"
        .formatted(bytesSearched >> 20, recordsDecoded, entriesRead);
  }

  /** Searches a folder with all that is in it. Nobody may write there meanwhile. */
  void folder(String name, Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
        if (Files.isDirectory(path)) {
          if (Files.exists(path.resolve("CURRENT"))) {
            store(name + ": entry of a store", path);
          }
        } else {
          bytes(name + ": file", Files.readAllBytes(path), 0);
          if (path.toString().endsWith(".log") && Files.size(path) > 0 && isSegment(path)) {
            segment(name + ": record", path);
          }
        }
      }
    }
  }

  /** Searches bytes, and what they say when escapes are undone. */
  void bytes(String where, byte[] bytes) {
    bytes(where, bytes, 0);
  }

  private void bytes(String where, byte[] bytes, int depth) {
    bytesSearched += bytes.length;
    plants.findIn(bytes, plant -> found.computeIfAbsent(plant, any -> new TreeSet<>()).add(where));
    if (depth < DEPTH) {
      Escapes.undone(bytes).forEach(undone -> bytes(where, undone, depth + 1));
    }
  }

  /** Segments are named by their first offset. */
  private static boolean isSegment(Path path) {
    return path.getFileName().toString().matches("[0-9]{20}\\.log");
  }

  private void segment(String where, Path path) throws IOException {
    String topic = path.getParent().getFileName().toString().replaceAll("-[0-9]+$", "");
    try (FileRecords records = FileRecords.open(path.toFile(), false)) {
      for (RecordBatch batch : records.batches()) {
        for (Record record : batch) {
          recordsDecoded++;
          List<byte[]> parts = new ArrayList<>();
          parts.add(Utils.toNullableArray(record.key()));
          parts.add(Utils.toNullableArray(record.value()));
          for (Header header : record.headers()) {
            parts.add(header.value());
          }
          for (byte[] part : parts) {
            if (part != null) {
              bytes(where, part, 0);
            }
          }
          byte[] value = parts.get(1);
          if (value != null && !batch.isControlBatch()) {
            decoded(where + " as decoded", topic, value);
          }
        }
      }
    }
  }

  private void decoded(String where, String topicName, byte[] value) {
    for (Topic<?, ?> topic : Topics.ALL) {
      if (topic.name().equals(topicName)) {
        Object record = topic.value().decode(value);
        bytes(where, record.toString().getBytes(StandardCharsets.UTF_8), DEPTH);
        switch (record) {
          case Completion completion -> tokens(where, completion.tokenIds());
          case RolloutGroup group ->
              group.rollouts().forEach(rollout -> tokens(where, rollout.tokenIds()));
          default -> {
            // It carries no tokens.
          }
        }
      }
    }
  }

  private void tokens(String where, List<Integer> ids) {
    String text = tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());
    bytes(where + ", tokens", text.getBytes(StandardCharsets.UTF_8), DEPTH);
  }

  private void store(String where, Path folder) {
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try (var options = new Options();
        var databaseOptions = new DBOptions()) {
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      for (byte[] family : RocksDB.listColumnFamilies(options, folder.toString())) {
        descriptors.add(new ColumnFamilyDescriptor(family));
      }
      try (RocksDB database =
          RocksDB.openReadOnly(databaseOptions, folder.toString(), descriptors, families)) {
        for (ColumnFamilyHandle family : families) {
          try (RocksIterator entries = database.newIterator(family)) {
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
              entriesRead++;
              bytes(where, entries.key(), 0);
              bytes(where, entries.value(), 0);
            }
          }
          family.close();
        }
      }
    } catch (RocksDBException e) {
      throw new UncheckedIOException(new IOException("store " + folder, e));
    }
  }
}
