/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** The trainer role alone. */
@Command(
    name = "trainer",
    mixinStandardHelpOptions = true,
    description =
        "Learns from examples and publishes policy versions. A trainer that starts takes its lane over from a running one.",
    footer = {
      "",
      "Example:",
      "  plumbline trainer --bootstrap-servers broker-1:9092 --config plumbline.yaml"
    })
final class TrainerCommand extends RoleCommand {
  TrainerCommand() {
    super("trainer");
  }

  @Override
  void start(Roles roles) {
    roles.startTrainer(roles.loadModel(), version -> System.out.println(VersionLine.of(version)));
  }
}
