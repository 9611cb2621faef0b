/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

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

/** {@code experiment rldaf}. */
@Command(
    name = "rldaf",
    mixinStandardHelpOptions = true,
    description = {
      "What RLDAF adds to plug-and-play control, in toy worlds whose language and attribute are",
      "exact and whose controller errs. Exits with 1, naming the criterion, where it doesn't keep",
      "its promise."
    },
    footer = {
      "",
      "accuracy: mean probability, exact, that a text has the attribute.",
      "perplexity: of the exact language, per token.",
      "distinct-3: unique trigrams over all trigrams of 500 texts; per seed, relative to the frozen",
      "policy's.",
      "control's: perplexity of control alone at the accuracy of RLDAF.",
      "",
      "Example:",
      "  plumbline experiment rldaf --seeds 8 --output rldaf"
    })
final class RldafCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

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
      description = "Where to write the plot, rldaf.svg, and a page around it.")
  private @Nullable Path output;

  @Option(names = "--json", description = "One JSON line per seed and method.")
  private boolean json;

  @Override
  public Integer call() {
    if (seeds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seeds must be at least 1, but was " + seeds);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<RldafSeed> results = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      RldafSeed result = RldafRun.allMethods(seed);
      results.add(result);
      if (json) {
        RldafReport.json(result).forEach(out::println);
        out.flush();
      }
    }
    if (!json) {
      RldafTable.lines(results).forEach(out::println);
    }
    if (output != null) {
      RldafReport.page(results).write(output);
    }
    List<String> failures = RldafCriteria.failures(results);
    failures.forEach(failure -> spec.commandLine().getErr().println("plumbline: " + failure));
    out.flush();
    return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
