/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The streams role in a process of its own, so that it can be killed. */
final class StreamsProcess implements AutoCloseable {
  private final Process process;

  private StreamsProcess(Process process) {
    this.process = process;
  }

  static StreamsProcess start(
      String bootstrapServers, TopicLayout layout, Path stateDir, File output) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            StreamsProcess.class.getName(),
            bootstrapServers,
            Integer.toString(layout.itemPartitions()),
            stateDir.toString());
    return new StreamsProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start());
  }

  /** Ends the process as SIGKILL does: no handler runs. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Runs until its standard input ends, which it does when the parent is gone. */
  public static void main(String[] args) throws IOException {
    var layout = new TopicLayout(List.of("assistant", "robot"), Integer.parseInt(args[1]), 1);
    var role =
        StreamsRole.start(
            StreamsRoleTest.WITHOUT_TICKS,
            layout,
            KafkaConnection.to(args[0]),
            Path.of(args[2]),
            new SimpleMeterRegistry());
    while (System.in.read() >= 0) {
      // Input says nothing; only its end counts.
    }
    role.close();
  }
}
