/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that starts a gateway. */
final class GatewayOptions {
  @Option(names = "--host", paramLabel = "ADDRESS", description = "Where the gateway listens.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where the gateway listens (default: 8080).")
  private @Nullable String port;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "SHA-256 of each key that requests may carry, one per line.")
  private @Nullable String apiKeyFile;

  /** Returns the settings that the options make. */
  List<Flag> flags() {
    return Stream.of(
            Flag.of("--host", "gateway.host", host),
            Flag.of("--port", "gateway.port", port),
            Flag.of("--api-key-file", "gateway.api_key_file", apiKeyFile))
        .flatMap(List::stream)
        .toList();
  }
}
