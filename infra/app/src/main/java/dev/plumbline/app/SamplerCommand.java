/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** The sampler role alone. */
@Command(
    name = "sampler",
    mixinStandardHelpOptions = true,
    description =
        "Answers prompts with the newest policy version, two completions each, and puts them up for comparison.",
    footer = {
      "",
      "Example:",
      "  plumbline sampler --bootstrap-servers broker-1:9092 --config plumbline.yaml"
    })
final class SamplerCommand extends RoleCommand {
  SamplerCommand() {
    super("sampler");
  }

  @Override
  void start(Roles roles) {
    roles.startSampler();
  }
}
