/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The logs of a cluster, to be read up to a cut. Used by one thread. */
public interface Logs {
  /** Returns the names of all topics. */
  Set<String> topics();

  /**
   * Returns how far these topics go now, whatever is written to them later, records of undecided
   * transactions included. Topics that don't exist are left out.
   */
  Cut ends(Collection<String> topics);

  /** Returns how far a group has committed that it has read; nothing for an unknown group. */
  Cut committed(String groupId);

  /** Returns the id of a topic, which one that is made anew doesn't share. */
  Optional<String> topicId(String topic);

  /**
   * Hands on the committed records of topics, in an order that depends on nothing but the logs:
   * each log in its own order, and of their next records the one with the smallest record time
   * first, then by topic in the order given, then by partition.
   *
   * @param from where to begin
   * @param to where to end; transactions begun before must be decided first
   */
  void read(List<String> topics, Cut from, Cut to, Consumer<LogRecord> sink);
}
