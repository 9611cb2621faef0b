/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Options;

/**
 * Settings of RocksDB for stores that are mostly asked for single rows, many of which don't exist:
 * whether an event was seen before, or a question asked. Instantiated by Kafka Streams.
 */
public final class StoreTuning implements RocksDBConfigSetter {
  /** Of the memory for new rows, what the filter takes that tells which aren't there. */
  private static final double FILTER_SHARE = 0.1;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    options.setMemtablePrefixBloomSizeRatio(FILTER_SHARE);
    options.setMemtableWholeKeyFiltering(true);
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {}
}
