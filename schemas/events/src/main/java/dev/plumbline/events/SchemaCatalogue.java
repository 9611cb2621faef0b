/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The Avro contracts on the class path: the current schema of every record class, and every schema
 * that was ever written, by its CRC-64-AVRO fingerprint.
 */
final class SchemaCatalogue {
  /** Record classes with a schema of their own, types they share before them. */
  static final List<Class<? extends Record>> RECORDS =
      List.of(
          Prompt.class,
          Completion.class,
          ComparisonTask.class,
          FeedbackEvent.class,
          Tick.class,
          RewardScore.class,
          PreferencePair.class,
          UnpairedExample.class,
          RankedGroup.class,
          RolloutGroup.class,
          Boundary.class,
          PolicyVersion.class,
          PolicyAlias.class,
          TrustEpoch.class,
          DeadLetter.class);

  private static final SchemaCatalogue INSTANCE = new SchemaCatalogue();

  private final Map<Class<?>, Schema> current = new HashMap<>();
  private final Map<Class<?>, Long> fingerprints = new HashMap<>();
  private final Map<Long, Written> written = new HashMap<>();

  /** A schema that stands in a log somewhere, and the record class that reads it today. */
  record Written(Schema schema, Class<? extends Record> reader) {}

  private SchemaCatalogue() {
    for (Class<? extends Record> type : RECORDS) {
      Schema schema = new Schema.Parser().parse(resource(type.getSimpleName() + ".avsc"));
      long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
      current.put(type, schema);
      fingerprints.put(type, fingerprint);
      written.put(fingerprint, new Written(schema, type));
    }
    for (String line : resource("history/index.txt").lines().toList()) {
      String recordName = line.substring(0, line.indexOf('.'));
      Schema schema = new Schema.Parser().parse(resource("history/" + line));
      Class<? extends Record> reader =
          RECORDS.stream()
              .filter(type -> type.getSimpleName().equals(recordName))
              .findFirst()
              .get();
      written.putIfAbsent(
          SchemaNormalization.parsingFingerprint64(schema), new Written(schema, reader));
    }
  }

  static SchemaCatalogue instance() {
    return INSTANCE;
  }

  Schema current(Class<?> type) {
    Schema schema = current.get(type);
    if (schema == null) {
      throw new IllegalArgumentException(type.getSimpleName() + " has no schema of its own");
    }
    return schema;
  }

  long fingerprint(Class<?> type) {
    return fingerprints.get(type);
  }

  /** The record class whose current schema has this full name. */
  Optional<Class<? extends Record>> named(String fullName) {
    return RECORDS.stream()
        .filter(type -> current(type).getFullName().equals(fullName))
        .findFirst();
  }

  Optional<Written> written(long fingerprint) {
    return Optional.ofNullable(written.get(fingerprint));
  }

  static String resource(String name) {
    try (InputStream in = SchemaCatalogue.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks the schema resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
