/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.settings.Durations;
import java.time.Duration;

/** No broker answered within the time given; the message names the address and the setting. */
public final class ClusterUnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ClusterUnreachableException(KafkaConnection connection, Duration waited, Throwable cause) {
    super(
        "no Kafka broker answered at %s within %s: start the cluster, or name another with kafka.bootstrap_servers"
            .formatted(connection, Durations.format(waited)),
        cause);
  }
}
