/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import picocli.CommandLine.Command;

/** {@code plumbline reward}. */
@Command(
    name = "reward",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Learns models that say how good a text is, and says how good they are at it.",
    subcommands = {
      RewardTrainCommand.class,
      RewardEvaluateCommand.class,
      RewardPublishCommand.class
    })
public final class RewardCommand {
  RewardCommand() {}
}
