/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Asks the operating system about TCP ports of the loopback address. */
public final class LoopbackPorts {

  private static final int LOWEST = 10_000;
  private static final int LOWEST_HANDED_OUT = 32_768;
  private static final int ATTEMPTS = 100;

  private LoopbackPorts() {}

  /**
   * Refuses a port that something already listens on.
   *
   * @param setting the setting that chose the port; named in the error
   * @throws PortInUseException when the port can't be bound
   */
  public static void requireFree(int port, String setting) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new PortInUseException(port, setting, e);
    }
  }

  /**
   * Neighbouring ports that were free a moment ago, ascending. Another process may take one before
   * the caller does: meant for tests, where the caller tries again. They lie below the ports that
   * operating systems hand out by themselves, so no outgoing connection takes them by chance.
   */
  public static List<Integer> findFree(int count) {
    for (int attempt = 1; ; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, LOWEST_HANDED_OUT - count);
      List<Integer> ports = IntStream.range(first, first + count).boxed().toList();
      try {
        ports.forEach(port -> requireFree(port, "any"));
        return ports;
      } catch (PortInUseException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
