/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** Where an installation keeps its schemas under numbers. Safe for use by several threads. */
public interface SchemaRegistry {
  /**
   * Registers a schema under a subject; one that is there already keeps its number.
   *
   * @param schema the schema as JSON
   * @return the schema's number, the same for each subject
   * @throws RuntimeException of the implementation's kind, if the registry refuses the schema or
   *     can't be asked
   */
  int register(String subject, String schema);

  /**
   * Returns the schema of a number as JSON.
   *
   * @throws UnknownSchemaException if the registry has no Avro schema of that number
   * @throws RuntimeException of the implementation's kind, if it can't be asked
   */
  String schema(int id);
}
