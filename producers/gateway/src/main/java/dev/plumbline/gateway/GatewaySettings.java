/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.settings.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the gateway.
 *
 * @param host the address listened on
 * @param port the port listened on
 * @param apiKeyFile who may use it
 * @param ackTimeout how long a request waits for the broker
 * @param recentRecords how much of the past the live page starts with
 */
public record GatewaySettings(
    @Setting(
            doc = "address to listen on; any but a loopback address needs api_key_file",
            defaultValue = "127.0.0.1")
        String host,
    @Setting(
            doc = "port to listen on; 0 takes any free one",
            defaultValue = "8080",
            min = "0",
            max = "65535")
        int port,
    @Setting(
            doc =
                "file of the keys that requests must carry (Authorization: Bearer), one SHA-256 in"
                    + " hexadecimal per line, as `printf %s KEY | sha256sum` prints it")
        @Nullable Path apiKeyFile,
    @Setting(
            doc = "how long a request waits for the broker before it is answered with 503",
            defaultValue = "5s",
            min = "100ms",
            max = "1m")
        Duration ackTimeout,
    @Setting(
            doc = "records per partition that the live page starts with; versions are read whole",
            defaultValue = "1000",
            min = "0",
            max = "100000")
        int recentRecords) {
  public GatewaySettings {
    if (apiKeyFile == null && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "host must be a loopback address (127.0.0.1) unless api_key_file is given, but was %s: without keys everybody who reaches it could vote"
              .formatted(host));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host must be an address of this machine, but \"%s\" is unknown".formatted(host), e);
    }
  }
}
