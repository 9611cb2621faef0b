/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB without a log of its own, tuned for stores that are mostly asked for single rows, many of
 * which don't exist: whether an event was seen before, or a question asked. Rows that are not on
 * disk when the process ends are gone, the newest first.
 */
final class RowDatabase implements AutoCloseable {
  private static final long CACHE_BYTES = 50 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int BUFFERS = 3;

  /** Of the memory for new rows, what the filter takes that tells which aren't there. */
  private static final double FILTER_SHARE = 0.025;

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final BloomFilter filter = new BloomFilter();
  private final Options options = new Options();
  private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
  private final FlushOptions inBackground = new FlushOptions().setWaitForFlush(false);
  private final FlushOptions atOnce = new FlushOptions().setWaitForFlush(true);
  private final RocksDB rows;

  static {
    RocksDB.loadLibrary();
  }

  /** Opens the database of a folder, or makes one there. */
  RowDatabase(Path folder, MemoryBounds bounds) throws RocksDBException {
    options
        .setCreateIfMissing(true)
        .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
        .setIncreaseParallelism(Math.max(2, Runtime.getRuntime().availableProcessors()))
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setCompactionStyle(CompactionStyle.UNIVERSAL)
        .setWriteBufferSize(bounds.most())
        .setMaxWriteBufferNumber(BUFFERS)
        .setMemtablePrefixBloomSizeRatio(FILTER_SHARE)
        .setMemtableWholeKeyFiltering(true)
        .setOptimizeFiltersForHits(true)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(filter)
                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash));
    try {
      rows = RocksDB.open(options, folder.toString());
    } catch (RocksDBException e) {
      closeOptions();
      throw e;
    }
  }

  byte @Nullable [] get(byte[] key) throws RocksDBException {
    return rows.get(key);
  }

  void put(byte[] key, byte[] value) throws RocksDBException {
    rows.put(writing, key, value);
  }

  void delete(byte[] key) throws RocksDBException {
    rows.delete(writing, key);
  }

  void write(WriteBatch batch) throws RocksDBException {
    rows.write(writing, batch);
  }

  /** Returns an iterator over the rows as they are now, to be closed. */
  RocksIterator iterator() {
    return rows.newIterator();
  }

  /** Returns the bytes that new rows take since rows were last written to disk. */
  long bytesInMemory() throws RocksDBException {
    return rows.getLongProperty("rocksdb.cur-size-active-mem-table");
  }

  long estimatedRows() throws RocksDBException {
    return rows.getLongProperty("rocksdb.estimate-num-keys");
  }

  /** Has the rows that are in memory now written to disk together, and doesn't wait for that. */
  void flush() throws RocksDBException {
    rows.flush(inBackground);
  }

  /** Writes what is in memory to disk, too. */
  @Override
  public void close() throws RocksDBException {
    try (rows) {
      rows.flush(atOnce);
    } finally {
      closeOptions();
    }
  }

  private void closeOptions() {
    options.close();
    writing.close();
    inBackground.close();
    atOnce.close();
    filter.close();
    cache.close();
  }
}
