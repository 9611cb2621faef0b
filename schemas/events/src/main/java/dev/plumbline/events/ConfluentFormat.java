/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * The Confluent wire format of records: 00, the schema's number in a registry (4 bytes, big
 * endian), then the same binary body that single-object encoding has. Values of the catalogue's
 * topics change from one to the other where they leave and enter the process, so that inside it
 * there is single-object encoding only; whatever else comes by stays as it is. Every record class
 * has a schema of its own, so the subject is {@code <topic>-<record's full name>}.
 *
 * <p>The registry is asked once for each schema; what it answered holds for the life of this
 * object. Safe for use by several threads.
 */
public final class ConfluentFormat {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final Set<String> TOPICS =
      Topics.ALL.stream().map(Topic::name).collect(Collectors.toUnmodifiableSet());

  private final SchemaCatalogue schemas = SchemaCatalogue.instance();
  private final SchemaRegistry registry;
  private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Writer> writers = new ConcurrentHashMap<>();

  private record Subject(String topic, Class<? extends Record> type) {}

  /**
   * A schema of the registry.
   *
   * @param fingerprint under which its bodies are read here: its own, or that of {@code reader}
   * @param schema with which a body has to be read and written again; null where it stays as it is
   */
  private record Writer(
      Class<? extends Record> reader, long fingerprint, @Nullable Schema schema) {}

  /** A format whose numbers are those of {@code registry}. */
  public ConfluentFormat(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns the value of a record in the Confluent wire format. Its schema is registered if this
   * has not happened yet. Values that no current schema wrote stay as they are: readers take both.
   */
  public byte[] outgoing(String topic, byte[] value) {
    if (!TOPICS.contains(topic) || !SingleObject.isHead(value)) {
      return value;
    }
    long fingerprint = SingleObject.fingerprint(value);
    Optional<SchemaCatalogue.Written> written = schemas.written(fingerprint);
    if (written.isEmpty() || schemas.fingerprint(written.get().reader()) != fingerprint) {
      return value;
    }
    int id =
        ids.computeIfAbsent(
            new Subject(topic, written.get().reader()), subject -> register(subject));
    int body = value.length - SingleObject.HEADER_BYTES;
    return ByteBuffer.allocate(HEADER_BYTES + body)
        .put((byte) 0)
        .putInt(id)
        .put(value, SingleObject.HEADER_BYTES, body)
        .array();
  }

  /**
   * Returns the value of a record in single-object encoding. A body that its schema can't read
   * stays as it is, for the codec to refuse.
   *
   * @throws UnknownSchemaException if the registry doesn't know the schema, or today's can't read
   *     what it wrote
   */
  public byte[] incoming(String topic, byte[] value) {
    if (!TOPICS.contains(topic) || !isHead(value)) {
      return value;
    }
    int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    Writer writer = writers.computeIfAbsent(id, this::writer);
    byte[] head = SingleObject.head(writer.fingerprint());
    if (writer.schema() != null) {
      return rewritten(head, writer.schema(), schemas.current(writer.reader()), value);
    }
    int body = value.length - HEADER_BYTES;
    return ByteBuffer.allocate(head.length + body).put(head).put(value, HEADER_BYTES, body).array();
  }

  static boolean isHead(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == 0;
  }

  private int register(Subject subject) {
    Schema schema = schemas.current(subject.type());
    return registry.register(subject.topic() + "-" + schema.getFullName(), schema.toString());
  }

  private Writer writer(int id) {
    Schema schema = parse(id, registry.schema(id));
    Optional<SchemaCatalogue.Written> known =
        schemas.written(SchemaNormalization.parsingFingerprint64(schema));
    if (known.isPresent()) {
      // The fingerprint leaves logical types out.
      requireReadable(id, known.get().schema(), schema);
      Class<? extends Record> reader = known.get().reader();
      return new Writer(reader, SchemaNormalization.parsingFingerprint64(schema), null);
    }
    Class<? extends Record> reader =
        schemas
            .named(schema.getFullName())
            .orElseThrow(
                () ->
                    new UnknownSchemaException(
                        "schema %d of the registry is of %s, which is no record of this version; upgrade this reader to a version that knows it"
                            .formatted(id, schema.getFullName())));
    requireReadable(id, schemas.current(reader), schema);
    return new Writer(reader, schemas.fingerprint(reader), schema);
  }

  private static Schema parse(int id, String json) {
    try {
      return new Schema.Parser().parse(json);
    } catch (RuntimeException e) {
      throw new UnknownSchemaException(
          "schema %d of the registry is no Avro schema: %s".formatted(id, e.getMessage()));
    }
  }

  private static void requireReadable(int id, Schema reader, Schema written) {
    List<String> problems = SchemaEvolution.incompatibilities(reader, written);
    if (!problems.isEmpty()) {
      throw new UnknownSchemaException(
          "schema %d of the registry writes a %s that this version can't read: %s; upgrade this reader, or find out who registered it"
              .formatted(id, written.getFullName(), String.join("; ", problems)));
    }
  }

  private static byte[] rewritten(byte[] head, Schema written, Schema current, byte[] value) {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    var bytes = new ByteArrayOutputStream(value.length + head.length);
    bytes.writeBytes(head);
    try {
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(written, current).read(null, decoder);
      if (!decoder.isEnd()) {
        return value;
      }
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(current).write(record, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      return value;
    }
    return bytes.toByteArray();
  }
}
