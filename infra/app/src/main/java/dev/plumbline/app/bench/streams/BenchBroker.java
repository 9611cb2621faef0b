/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.kafka.LocalBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The single-node broker in a process of its own, so that its processor time can be told from that
 * of streams.
 */
final class BenchBroker implements AutoCloseable {
  private static final String READY = "broker ready at ";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final String bootstrapServers;

  private BenchBroker(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts the broker and waits until it accepts clients.
   *
   * @param folder where its logs live
   */
  static BenchBroker start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BenchBroker.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(READY)) {
        return new BenchBroker(process, line.substring(READY.length()));
      }
    }
    throw new IOException("the broker's process ended before the broker was ready");
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Processor time that the broker has taken so far. */
  Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Runs a broker until standard input ends, which it does when the parent is gone. */
  public static void main(String[] arguments) throws IOException {
    try (LocalBroker broker = LocalBroker.startOnFreePort(Path.of(arguments[0]))) {
      System.out.println(READY + broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Input says nothing; only its end counts.
      }
    }
  }
}
