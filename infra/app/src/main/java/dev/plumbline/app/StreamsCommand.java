/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** The streams role alone. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description =
        "Turns feedback into training examples: decides whom to believe and when enough is known.",
    footer = {
      "",
      "Example:",
      "  plumbline streams --bootstrap-servers broker-1:9092 --config plumbline.yaml"
    })
final class StreamsCommand extends RoleCommand {
  StreamsCommand() {
    super("streams");
  }

  @Override
  void start(Roles roles) {
    roles.startStreams();
  }
}
