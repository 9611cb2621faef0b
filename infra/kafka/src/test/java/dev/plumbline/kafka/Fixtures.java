/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import java.time.Instant;
import java.util.List;

/** Values that several tests speak of. */
final class Fixtures {

  static final Instant ACCEPTED = Instant.parse("2026-01-02T03:04:05.678Z");

  /** How the catalogue's own topics are laid out on the shared broker. */
  static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant", "robot"), 3, 1);

  private Fixtures() {}

  static Prompt prompt(String itemId) {
    return new Prompt(itemId, "assistant", Text.plain("Why?"), 4, "test", ACCEPTED);
  }

  /** The same topic under a name that no other test uses. */
  static <K, V> Topic<K, V> named(String name, Topic<K, V> topic) {
    return new Topic<>(
        name,
        topic.key(),
        topic.value(),
        topic.partitioning(),
        topic.cleanup(),
        topic.maxRecordBytes());
  }
}
