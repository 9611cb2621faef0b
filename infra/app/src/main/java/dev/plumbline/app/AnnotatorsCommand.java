/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** The annotators role alone. */
@Command(
    name = "annotators",
    mixinStandardHelpOptions = true,
    description =
        "Simulated annotators: programs that judge by an exact attribute of the text, with stated errors. Labelled as simulated wherever they show.",
    footer = {
      "",
      "Example:",
      "  plumbline annotators --bootstrap-servers broker-1:9092 --config plumbline.yaml"
    })
final class AnnotatorsCommand extends RoleCommand {
  AnnotatorsCommand() {
    super("annotators");
  }

  @Override
  void start(Roles roles) {
    roles.startAnnotators();
  }
}
