/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Asks the operating system about TCP ports of the loopback address. */
public final class LoopbackPorts {

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
   * Different ports that were free a moment ago. Another process may take one before the caller
   * does: meant for tests, where the caller tries again.
   */
  public static List<Integer> findFree(int count) {
    if (count == 0) {
      return List.of();
    }
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Integer> ports = new ArrayList<>(findFree(count - 1));
      ports.add(held.getLocalPort());
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback address", e);
    }
  }
}
