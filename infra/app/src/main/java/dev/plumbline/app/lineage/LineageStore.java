/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.models.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/** The index's tables on disk, sorted by key. Used by one thread. */
final class LineageStore implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Options options;
  private final RocksDB database;

  private LineageStore(Options options, RocksDB database) {
    this.options = options;
    this.database = database;
  }

  /** Opens the store of a folder, which no other process may have open. */
  static LineageStore open(Path folder) {
    RocksDB.loadLibrary();
    var options = new Options().setCreateIfMissing(true).setMaxOpenFiles(64);
    try {
      Files.createDirectories(folder);
      return new LineageStore(options, RocksDB.open(options, folder.toString()));
    } catch (RocksDBException | IOException e) {
      options.close();
      throw new InputException(
          "the index of lineages in " + folder,
          "can't be opened (%s): stop the process that uses it, or delete the folder, which is made anew from the logs"
              .formatted(e.getMessage()));
    }
  }

  /** Opens an empty store, whatever the folder held before. */
  static LineageStore openAnew(Path folder) {
    try (var options = new Options()) {
      RocksDB.destroyDB(folder.toString(), options);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return open(folder);
  }

  Optional<byte[]> get(Key key) {
    try {
      return Optional.ofNullable(database.get(key.toBytes()));
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Shows every entry whose key begins with the given one, in order. */
  void scan(Key prefix, BiConsumer<Key.Parts, byte[]> sink) {
    byte[] start = prefix.toBytes();
    try (RocksIterator entries = database.newIterator()) {
      for (entries.seek(start); entries.isValid(); entries.next()) {
        byte[] key = entries.key();
        if (key.length < start.length
            || Arrays.mismatch(start, 0, start.length, key, 0, start.length) >= 0) {
          break;
        }
        sink.accept(new Key.Parts(key), entries.value());
      }
      entries.status();
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Writes that become visible together. */
  Batch batch() {
    return new Batch();
  }

  @Override
  public void close() {
    database.close();
    options.close();
  }

  private static UncheckedIOException failed(RocksDBException e) {
    return new UncheckedIOException(new IOException("the index of lineages failed", e));
  }

  /** Writes to be made together; closing it without {@link #write} drops them. */
  final class Batch implements AutoCloseable {
    private final WriteBatchWithIndex writes = new WriteBatchWithIndex(true);

    /** Whether the key is in the store or among these writes. */
    boolean has(Key key) {
      try (var how = new ReadOptions()) {
        return writes.getFromBatchAndDB(database, how, key.toBytes()) != null;
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    void put(Key key, byte[] value) {
      try {
        writes.put(key.toBytes(), value);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    void put(Key key) {
      put(key, NOTHING);
    }

    void write() {
      try (var how = new WriteOptions()) {
        database.write(how, writes);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      writes.close();
    }
  }
}
