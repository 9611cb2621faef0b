/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of an experiment over several toy worlds, and how one runs. */
final class ToyWorlds {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Number of worlds (default: ${DEFAULT-VALUE}).")
  private int seeds = 8;

  @Option(
      names = "--seed",
      description = "Seed of the first world; the next ones count up (default: ${DEFAULT-VALUE}).")
  private long firstSeed = 1;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Where to write the plot, an SVG named as the experiment, and a page around it.")
  private @Nullable Path output;

  @Option(names = "--json", description = "One JSON line per seed and method.")
  private boolean json;

  /**
   * An experiment.
   *
   * @param <S> what happened in one world
   * @param world runs all methods in the world of a seed
   * @param json lines of a world, for programs
   * @param table lines of all worlds, for people
   * @param page the plot and what stands around it
   * @param failures criteria that don't hold
   */
  record Experiment<S>(
      LongFunction<S> world,
      Function<S, List<String>> json,
      Function<List<S>, List<String>> table,
      Function<List<S>, ReportPage> page,
      Function<List<S>, List<String>> failures) {}

  /** Runs it as the options say, and returns the exit code: 1 where a criterion doesn't hold. */
  <S> int run(Experiment<S> experiment) {
    if (seeds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seeds must be at least 1, but was " + seeds);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<S> results = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      S result = experiment.world().apply(seed);
      results.add(result);
      if (json) {
        experiment.json().apply(result).forEach(out::println);
        out.flush();
      }
    }
    if (!json) {
      experiment.table().apply(results).forEach(out::println);
    }
    if (output != null) {
      experiment.page().apply(results).write(output);
    }
    List<String> failures = experiment.failures().apply(results);
    failures.forEach(failure -> spec.commandLine().getErr().println("plumbline: " + failure));
    out.flush();
    return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
