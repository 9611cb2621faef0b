/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The gateway role alone. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = "Takes feedback over HTTP, serves versions and the live page.",
    footer = {
      "",
      "Example:",
      "  plumbline gateway --bootstrap-servers broker-1:9092 --port 8080",
      "",
      "It listens on the loopback address; another one needs --api-key-file."
    })
final class GatewayCommand extends RoleCommand {
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  GatewayCommand() {
    super("gateway");
  }

  @Override
  List<Flag> flags() {
    return gateway.flags();
  }

  @Override
  void start(Roles roles) {
    roles.startGateway();
  }
}
