/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.app.control.ControlCommand;
import dev.plumbline.app.training.ObjectivesCommand;
import dev.plumbline.app.trust.TrustCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what methods do, in exact worlds and on real pairs. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = "Shows what methods do, where it can be computed exactly and on real pairs.",
    subcommands = {
      ExperimentCommand.TdpoFrontier.class,
      RldafCommand.class,
      ControlCommand.class,
      TrustCommand.class,
      ObjectivesCommand.class
    })
public final class ExperimentCommand {

  ExperimentCommand() {}

  /** {@code experiment tdpo-frontier}. */
  @Command(
      name = "tdpo-frontier",
      mixinStandardHelpOptions = true,
      description = {
        "What a gain of reward costs in KL under DPO, TDPO1 and TDPO2, in a toy world whose expected",
        "reward and KL are exact. Exits with 1 where TDPO2 (alpha 0.5) doesn't keep its promise."
      },
      footer = {
        "",
        "reward: expected reward of a completion after the last update.",
        "KL policy: KL(policy || reference) of a completion, in nats.",
        "KL rejected: KL(reference || policy) along held-out rejected rows, in nats.",
        "at gain: KL rejected where the reward has first risen by as much.",
        "",
        "Example:",
        "  plumbline experiment tdpo-frontier --seeds 8 --output frontier"
      })
  static final class TdpoFrontier implements Callable<Integer> {
    @Mixin private ToyWorlds worlds = new ToyWorlds();

    @Override
    public Integer call() {
      return worlds.run(
          new ToyWorlds.Experiment<>(
              FrontierRun::allMethods,
              FrontierReport::json,
              FrontierTable::lines,
              FrontierReport::page,
              FrontierCriteria::failures));
    }
  }
}
