/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a process of its own that writes what it says to a file. Closing it kills it,
 * frozen or not.
 */
record ChildProcess(Process process, Path output) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Starts a program with the class path of this one.
   *
   * @param within a command that runs another one, such as {@code ip netns exec}; may be empty
   * @param heap the largest heap, as in {@code 384m}
   * @param output where its standard error is appended
   */
  static ChildProcess start(
      List<String> within, String heap, Path output, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(within);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            // Eight processes share the cores, and some live for seconds only.
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            // The test's own logging would be found first on this class path.
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            mainClass));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    return new ChildProcess(process, output);
  }

  /**
   * Waits until the program has written so many lines that begin so to standard output, among
   * others. Call it once.
   */
  void awaitLines(String beginning, int count) throws IOException {
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    int found = 0;
    while (found < count) {
      String line = lines.readLine();
      assertThat(line)
          .as("line %d of %d that begins with %s; it said %s", found + 1, count, beginning, text())
          .isNotNull();
      found += line.startsWith(beginning) ? 1 : 0;
    }
  }

  /** Sends a signal by its name, as {@code kill} does. */
  void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).as("kill -%s", name).isZero();
  }

  /** Ends the process as SIGKILL does: no handler runs. */
  void kill() throws IOException, InterruptedException {
    requireAlive();
    signal("KILL");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  /** Asks the process to stop and waits until it has. */
  void stop() throws IOException, InterruptedException {
    requireAlive();
    signal("TERM");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(text()).isTrue();
  }

  /** Nothing that is done to others may end it. */
  void requireAlive() throws IOException {
    assertThat(process.isAlive()).as("alive; it said %s", text()).isTrue();
  }

  private String text() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
