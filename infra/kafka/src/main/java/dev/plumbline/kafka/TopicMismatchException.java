/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.util.List;

/** Topics of the cluster differ from the catalogue; one line per difference, with the remedy. */
public final class TopicMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicMismatchException(KafkaConnection cluster, List<String> differences) {
    super(
        "topics at %s differ from the catalogue:%n%s"
            .formatted(cluster, String.join(System.lineSeparator(), differences)));
  }
}
