/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schema ever written must be readable with today's, with the same meaning. */
class SchemaEvolutionTest {

  static List<Class<? extends Record>> recordClasses() {
    return SchemaCatalogue.RECORDS;
  }

  @ParameterizedTest
  @MethodSource("recordClasses")
  void shouldReadEverySchemaEverWritten(Class<? extends Record> type) {
    Schema today = SchemaCatalogue.instance().current(type);

    assertThat(history(type))
        .isNotEmpty()
        .allSatisfy(
            written -> assertThat(SchemaEvolution.incompatibilities(today, written)).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("recordClasses")
  void shouldKeepTodaysSchemaInTheHistory(Class<? extends Record> type) {
    assertThat(history(type).getLast())
        .as("add the changed schema of %s to history/ under the next number", type)
        .isEqualTo(SchemaCatalogue.instance().current(type));
  }

  @ParameterizedTest
  @MethodSource("recordClasses")
  void shouldGiveEveryComponentAField(Class<? extends Record> type) {
    assertThat(
            SchemaCatalogue.instance().current(type).getFields().stream().map(Schema.Field::name))
        .containsExactlyElementsOf(
            Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
  }

  @Test
  void shouldFindAFieldAddedWithoutDefault() {
    Schema written = SchemaBuilder.record("R").fields().requiredString("a").endRecord();
    Schema reader =
        SchemaBuilder.record("R").fields().requiredString("a").requiredLong("b").endRecord();

    assertThat(SchemaEvolution.incompatibilities(reader, written)).isNotEmpty();
  }

  @Test
  void shouldFindAChangedLogicalType() {
    Schema written = withLogicalType("timestamp-millis");
    Schema reader = withLogicalType("timestamp-micros");

    assertThat(SchemaEvolution.incompatibilities(reader, written))
        .containsExactly("R.t: logical type timestamp-millis became timestamp-micros");
  }

  private static Schema withLogicalType(String name) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "R", "fields": [
              {"name": "t", "type": ["null", {"type": "long", "logicalType": "%s"}]}]}
            """
                .formatted(name));
  }

  private static List<Schema> history(Class<?> type) {
    return SchemaCatalogue.resource("history/index.txt")
        .lines()
        .filter(line -> line.startsWith(type.getSimpleName() + "."))
        .map(line -> new Schema.Parser().parse(SchemaCatalogue.resource("history/" + line)))
        .toList();
  }
}
