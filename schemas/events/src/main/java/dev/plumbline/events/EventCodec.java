/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro's single-object encoding: C3 01, the schema's CRC-64-AVRO fingerprint in little-endian
 * order, then the binary body. Every record class has its own schema, so that the fingerprint tells
 * which record of a topic it is, and older schemas resolve to today's.
 *
 * @param <T> the record class, or a sealed interface over several
 */
public final class EventCodec<T> implements Codec<T> {
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  static {
    // A damaged length must not make Avro allocate gigabytes; no record is larger than this.
    for (String limit : new String[] {"bytes", "string", "collectionItems"}) {
      System.setProperty(
          "org.apache.avro.limits." + limit + ".maxLength", Integer.toString(MAX_BYTES));
    }
  }

  /**
   * Avro's readers, by the schema that was written: matching two schemas costs more than reading a
   * record, and a reader that has done so belongs to its thread.
   */
  private static final ThreadLocal<Map<SchemaCatalogue.Written, GenericDatumReader<GenericRecord>>>
      READERS = ThreadLocal.withInitial(IdentityHashMap::new);

  private final Class<T> type;
  private final SchemaCatalogue schemas = SchemaCatalogue.instance();

  private EventCodec(Class<T> type) {
    this.type = type;
  }

  /** Returns the codec of a record class or of a sealed interface over record classes. */
  public static <T> EventCodec<T> of(Class<T> type) {
    return new EventCodec<>(type);
  }

  @Override
  public byte[] encode(T value) {
    var record = (Record) value;
    Schema schema = schemas.current(record.getClass());
    var bytes = new ByteArrayOutputStream(256);
    bytes.writeBytes(SingleObject.head(schemas.fingerprint(record.getClass())));
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema)
          .write(AvroMapping.toAvro(record, schema), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public T decode(byte[] bytes) {
    if (!SingleObject.isHead(bytes)) {
      throw new UndecodableException(
          "expected a %s in Avro single-object encoding (c3 01 ...), but found %s%s"
              .formatted(
                  type.getSimpleName(),
                  start(bytes),
                  ConfluentFormat.isHead(bytes)
                      ? "; if this is the Confluent wire format, its body is damaged or kafka.schema_registry is not set"
                      : ""));
    }
    long fingerprint = SingleObject.fingerprint(bytes);
    SchemaCatalogue.Written written =
        schemas.written(fingerprint).orElseThrow(() -> new UnknownSchemaException(fingerprint));
    if (!type.isAssignableFrom(written.reader())) {
      throw new UndecodableException(
          "expected a %s, but found a %s"
              .formatted(type.getSimpleName(), written.reader().getSimpleName()));
    }
    GenericDatumReader<GenericRecord> reader =
        READERS
            .get()
            .computeIfAbsent(
                written,
                key -> new GenericDatumReader<>(key.schema(), schemas.current(key.reader())));
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                bytes, SingleObject.HEADER_BYTES, bytes.length - SingleObject.HEADER_BYTES, null);
    T value;
    boolean atEnd;
    try {
      value = type.cast(AvroMapping.fromAvro(reader.read(null, decoder), written.reader()));
      atEnd = decoder.isEnd();
    } catch (IOException | RuntimeException e) {
      // Avro reports damaged bytes in many ways, record constructors refuse what is out of bounds.
      throw new UndecodableException(
          "the body is no valid %s: %s".formatted(written.reader().getSimpleName(), e), e);
    }
    if (!atEnd) {
      throw new UndecodableException(
          "a %s is followed by bytes that belong to nothing"
              .formatted(written.reader().getSimpleName()));
    }
    return value;
  }

  private static String start(byte[] bytes) {
    return bytes.length == 0
        ? "no bytes"
        : Bytes.of(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, 12)))
            + " ("
            + bytes.length
            + " bytes)";
  }
}
