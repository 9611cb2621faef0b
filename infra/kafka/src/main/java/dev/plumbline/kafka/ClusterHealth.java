/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.metrics.Health;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.InterruptException;

/** A readiness check: does a broker of the cluster answer? Safe for use by any thread. */
public final class ClusterHealth implements Supplier<Health>, AutoCloseable {

  private final KafkaConnection connection;
  private final Admin admin;
  private final DescribeClusterOptions options;

  /**
   * @param timeout how long a check may take
   */
  public ClusterHealth(KafkaClients clients, Duration timeout) {
    connection = clients.connection();
    admin = clients.admin("plumbline-health");
    options = new DescribeClusterOptions().timeoutMs(Math.toIntExact(timeout.toMillis()));
  }

  @Override
  public Health get() {
    try {
      admin.describeCluster(options).clusterId().get();
      return Health.HEALTHY;
    } catch (ExecutionException e) {
      return Health.unhealthy(
          "no Kafka broker answered at %s: %s".formatted(connection, e.getCause().getMessage()));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
