/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** Whether one schema reads what another one wrote, with the same meaning. */
final class SchemaEvolution {
  private SchemaEvolution() {}

  /**
   * Returns what keeps {@code reader} from reading what {@code written} wrote; empty if nothing.
   */
  static List<String> incompatibilities(Schema reader, Schema written) {
    List<String> found = new ArrayList<>();
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, written);
    if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
      result
          .getResult()
          .getIncompatibilities()
          .forEach(
              problem ->
                  found.add(
                      "%s at %s: %s"
                          .formatted(
                              problem.getType(), problem.getLocation(), problem.getMessage())));
    }
    compareLogicalTypes(reader.getName(), reader, written, found);
    return found;
  }

  /**
   * Avro's own check ignores logical types, though a changed one changes what every value means.
   */
  private static void compareLogicalTypes(
      String path, Schema reader, Schema written, List<String> found) {
    String before = logicalType(written);
    String now = logicalType(reader);
    if (!before.equals(now)) {
      found.add("%s: logical type %s became %s".formatted(path, before, now));
    }
    if (reader.getType() != written.getType()) {
      return;
    }
    switch (reader.getType()) {
      case RECORD ->
          written.getFields().stream()
              .filter(field -> reader.getField(field.name()) != null)
              .forEach(
                  field ->
                      compareLogicalTypes(
                          path + "." + field.name(),
                          reader.getField(field.name()).schema(),
                          field.schema(),
                          found));
      case ARRAY ->
          compareLogicalTypes(
              path + "[]", reader.getElementType(), written.getElementType(), found);
      case MAP ->
          compareLogicalTypes(path + "{}", reader.getValueType(), written.getValueType(), found);
      case UNION ->
          written
              .getTypes()
              .forEach(
                  branch ->
                      sameBranch(reader, branch)
                          .forEach(match -> compareLogicalTypes(path, match, branch, found)));
      default -> {}
    }
  }

  private static Stream<Schema> sameBranch(Schema union, Schema branch) {
    return union.getTypes().stream()
        .filter(candidate -> candidate.getFullName().equals(branch.getFullName()));
  }

  private static String logicalType(Schema schema) {
    String name = schema.getProp("logicalType");
    return name == null ? "none" : name;
  }
}
