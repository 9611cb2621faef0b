/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

/** A port that a role should listen on is taken; the message names the port and its setting. */
public final class PortInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int port;

  /**
   * @param port the port that could not be bound on the loopback address
   * @param setting the setting that chooses the port, for example {@code gateway.port}
   * @param cause the failed bind
   */
  public PortInUseException(int port, String setting, Throwable cause) {
    super(
        "port %d on 127.0.0.1 is already in use: stop the process that listens there, or choose another port with %s"
            .formatted(port, setting),
        cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
