/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** The prompts role alone. */
@Command(
    name = "prompts",
    mixinStandardHelpOptions = true,
    description =
        "Sends the pocket policy's prompts round and round, a bounded number ahead of the sampler.",
    footer = {
      "",
      "Example:",
      "  plumbline prompts --bootstrap-servers broker-1:9092 --config plumbline.yaml"
    })
final class PromptsCommand extends RoleCommand {
  PromptsCommand() {
    super("prompts");
  }

  @Override
  void start(Roles roles) {
    roles.startPrompts();
  }
}
