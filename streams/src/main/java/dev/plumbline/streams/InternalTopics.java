/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.InternalTopicProperties;

/**
 * A topology that sends itself records through topics of its own, which Streams create, empty and
 * remove with the application. Only the DSL can declare such topics otherwise, and it can't say a
 * circle.
 */
final class InternalTopics extends Topology {

  /**
   * Declares a topic.
   *
   * @param name what follows the application id in its name; must end as Streams' tools expect it
   */
  void declare(String name, int partitions) {
    internalTopologyBuilder.addInternalTopic(name, new InternalTopicProperties(partitions));
  }
}
