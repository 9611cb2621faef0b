/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map as a store, for rules that run outside of Kafka Streams. Unlike Kafka's own store in
 * memory it opens a scan without copying its keys; what is scanned must not change meanwhile. Used
 * by one thread.
 */
final class MemoryStore implements KeyValueStore<Bytes, byte[]> {
  private final String name;
  private final NavigableMap<Bytes, byte[]> entries = new TreeMap<>();

  MemoryStore(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    return entries.get(key);
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      entries.remove(key);
    } else {
      entries.put(key, value);
    }
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    return entries.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> all) {
    all.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    return entries.remove(key);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    NavigableMap<Bytes, byte[]> range = from == null ? entries : entries.tailMap(from, true);
    return new Scan(to == null ? range : range.headMap(to, true));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return new Scan(entries);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S serializer) {
    Bytes from = Bytes.wrap(serializer.serialize(name, prefix));
    @Nullable Bytes end = firstAfter(from);
    NavigableMap<Bytes, byte[]> range = entries.tailMap(from, true);
    return new Scan(end == null ? range : range.headMap(end, false));
  }

  /** The first key that does not start with a prefix; none where the prefix is all ones. */
  private static @Nullable Bytes firstAfter(Bytes prefix) {
    byte[] end = prefix.get().clone();
    for (int i = end.length - 1; i >= 0; i--) {
      if (++end[i] != 0) {
        return Bytes.wrap(end);
      }
    }
    return null;
  }

  @Override
  public long approximateNumEntries() {
    return entries.size();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    throw new IllegalStateException("store " + name + " runs outside of Kafka Streams");
  }

  @Override
  public void close() {
    entries.clear();
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  private static final class Scan implements KeyValueIterator<Bytes, byte[]> {
    private final Iterator<Map.Entry<Bytes, byte[]>> entries;
    private Map.@Nullable Entry<Bytes, byte[]> next;

    Scan(Map<Bytes, byte[]> range) {
      entries = range.entrySet().iterator();
      advance();
    }

    private void advance() {
      next = entries.hasNext() ? entries.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      Map.Entry<Bytes, byte[]> found = present();
      advance();
      return KeyValue.pair(found.getKey(), found.getValue());
    }

    @Override
    public Bytes peekNextKey() {
      return present().getKey();
    }

    private Map.Entry<Bytes, byte[]> present() {
      if (next == null) {
        throw new java.util.NoSuchElementException("the scan is at its end");
      }
      return next;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
