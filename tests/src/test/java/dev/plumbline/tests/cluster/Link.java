/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A network of two: this machine, and a namespace for the third broker, with a link between that
 * can be cut. Needs the right to make network namespaces.
 */
final class Link implements AutoCloseable {
  private static final String NAMESPACE = "plumbline-3";
  private static final String HERE = "plumbline-here";
  private static final String THERE = "plumbline-there";
  private static final String ADDRESS_HERE = "10.77.0.1";
  private static final String ADDRESS_THERE = "10.77.0.3";

  private final Deque<List<String>> undo = new ArrayDeque<>();

  private Link() {}

  /** Skips the test where namespaces are not permitted, and says why. */
  static Link open() throws IOException, InterruptedException {
    var link = new Link();
    String refusal = refusal("ip", "netns", "add", NAMESPACE);
    assumeTrue(refusal.isEmpty(), () -> "no link to cut: ip netns add said: " + refusal);
    link.undo.push(List.of("ip", "netns", "del", NAMESPACE));
    try {
      run("ip", "link", "add", HERE, "type", "veth", "peer", "name", THERE);
      link.undo.push(List.of("ip", "link", "del", HERE));
      run("ip", "link", "set", THERE, "netns", NAMESPACE);
      run("ip", "addr", "add", ADDRESS_HERE + "/24", "dev", HERE);
      run("ip", "link", "set", HERE, "up");
      runThere("ip", "addr", "add", ADDRESS_THERE + "/24", "dev", THERE);
      runThere("ip", "link", "set", THERE, "up");
      runThere("ip", "link", "set", "lo", "up");
      return link;
    } catch (IOException | InterruptedException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** Two brokers on this side, the third on the other. */
  List<BrokerCluster.Host> hosts() {
    var here = new BrokerCluster.Host(ADDRESS_HERE, List.of());
    var there = new BrokerCluster.Host(ADDRESS_THERE, List.of("ip", "netns", "exec", NAMESPACE));
    return List.of(here, here, there);
  }

  void cut() throws IOException, InterruptedException {
    runThere("ip", "link", "set", THERE, "down");
  }

  void mend() throws IOException, InterruptedException {
    runThere("ip", "link", "set", THERE, "up");
  }

  @Override
  public void close() throws IOException {
    try {
      while (!undo.isEmpty()) {
        run(undo.pop().toArray(String[]::new));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the network was taken down");
    }
  }

  private static void runThere(String... command) throws IOException, InterruptedException {
    List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
    there.addAll(List.of(command));
    run(there.toArray(String[]::new));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    String refusal = refusal(command);
    if (!refusal.isEmpty()) {
      throw new IllegalStateException(String.join(" ", command) + " said: " + refusal);
    }
  }

  /** Runs a command; returns what it complains of, or nothing when it succeeds. */
  private static String refusal(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.getMessage();
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return status == 0 ? "" : "exit %d %s".formatted(status, said.strip());
  }
}
