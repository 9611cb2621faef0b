/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.app.training.ObjectivesCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what methods do, in exact worlds and on real pairs. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = "Shows what methods do, where it can be computed exactly and on real pairs.",
    subcommands = {
      ExperimentCommand.TdpoFrontier.class,
      RldafCommand.class,
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
    @Spec private CommandSpec spec;

    @Option(
        names = "--seeds",
        paramLabel = "N",
        description = "Number of worlds (default: ${DEFAULT-VALUE}).")
    private int seeds = 8;

    @Option(
        names = "--seed",
        description =
            "Seed of the first world; the next ones count up (default: ${DEFAULT-VALUE}).")
    private long firstSeed = 1;

    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = "Where to write the plot, tdpo-frontier.svg, and a page around it.")
    private @Nullable Path output;

    @Option(names = "--json", description = "One JSON line per seed and method, with its curve.")
    private boolean json;

    @Override
    public Integer call() {
      if (seeds < 1) {
        throw new ParameterException(
            spec.commandLine(), "--seeds must be at least 1, but was " + seeds);
      }
      PrintWriter out = spec.commandLine().getOut();
      List<FrontierSeed> results = new ArrayList<>();
      for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
        FrontierSeed result = FrontierRun.allMethods(seed);
        results.add(result);
        if (json) {
          FrontierReport.json(result).forEach(out::println);
          out.flush();
        }
      }
      if (!json) {
        FrontierTable.lines(results).forEach(out::println);
      }
      if (output != null) {
        FrontierReport.page(results).write(output);
      }
      List<String> failures = FrontierCriteria.failures(results);
      failures.forEach(failure -> spec.commandLine().getErr().println("plumbline: " + failure));
      out.flush();
      return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }
}
