/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code plumbline} command in a process of its own, as its users start it. Used by one thread;
 * closing kills the process if it still runs.
 */
final class PlumblineProcess implements AutoCloseable {
  private static final Pattern LIVE_PAGE = Pattern.compile("live page at (\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "\0end";

  private final Process process;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> err = new LinkedBlockingQueue<>();
  private final List<String> errSeen = new ArrayList<>();

  private PlumblineProcess(Process process) {
    this.process = process;
    drain(process.getInputStream(), out);
    drain(process.getErrorStream(), err);
  }

  static PlumblineProcess start(Path workingDirectory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx768m");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dai.djl.offline=true");
    // The test's own logging would be found first on this class path.
    command.add("-Dlogback.configurationFile=logback.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.plumbline.app.Plumbline");
    command.addAll(List.of(arguments));
    return new PlumblineProcess(
        new ProcessBuilder(command).directory(workingDirectory.toFile()).start());
  }

  /** Waits for the next line of standard output, which must be JSON. */
  JsonNode nextVersion(Duration patience) throws IOException, InterruptedException {
    String line = out.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(line)
        .as("a version within %s; standard error was%n%s", patience, errorText())
        .isNotNull()
        .isNotEqualTo(END);
    return JSON.readTree(line);
  }

  /** Waits until the gateway says where it is. */
  URI awaitLivePage(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      String line = err.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(line)
          .as(
              "the live page within %s; standard error was%n%s",
              patience, String.join("\n", errSeen))
          .isNotNull()
          .isNotEqualTo(END);
      errSeen.add(line);
      Matcher matcher = LIVE_PAGE.matcher(line);
      if (matcher.find()) {
        return URI.create(matcher.group(1));
      }
    }
  }

  /**
   * Asks it to stop as Ctrl-C does. A build that runs in the background of a shell hands down that
   * SIGINT is ignored; then SIGTERM is sent, which takes the same way.
   */
  void interrupt() throws IOException, InterruptedException {
    signal(ignoresInterrupts() ? "TERM" : "INT");
  }

  private boolean ignoresInterrupts() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElseThrow();
    long interruptBit = 1L << 1; // signal 2
    return (Long.parseUnsignedLong(ignored, 16) & interruptBit) != 0;
  }

  /** Sends a signal by its name, as {@code kill} does. */
  void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }

  /** Lets the process run for some time; it must not end by itself. */
  void runFor(Duration time) throws InterruptedException {
    assertThat(process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS))
        .as("the process ended by itself; standard error was%n%s", errorText())
        .isFalse();
  }

  int awaitExit(Duration patience) throws InterruptedException {
    assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
        .as("the process ends within %s; standard error was%n%s", patience, errorText())
        .isTrue();
    return process.exitValue();
  }

  /** Everything written to standard error so far. */
  String errorText() {
    err.drainTo(errSeen);
    return String.join("\n", errSeen);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(InputStream in, BlockingQueue<String> lines) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (var reader =
                  new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
              } catch (IOException | UncheckedIOException e) {
                lines.add("output ended: " + e.getMessage());
              } finally {
                lines.add(END);
              }
            });
  }
}
