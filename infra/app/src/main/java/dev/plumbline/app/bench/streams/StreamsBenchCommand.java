/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench streams}. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description = {
      "Votes per second that streams turn into examples, part by part, beside a bare transactional",
      "copy of the same bytes; from a vote's acknowledgement to its example; restoring; a profile.",
      "The broker runs in a process of its own and forces every batch to disk, as that of one node",
      "does. Ways to do the work take turns; each number is the median of the repetitions, with the",
      "least and the greatest."
    },
    footer = {
      "",
      "vote: a comparison; each item has two, and its prompt and completions were read before.",
      "of the copy: votes per second over those of the copy in the same repetition.",
      "CPU µs/vote: of this process and of the broker's, all their threads."
    })
public final class StreamsBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--items",
      description = "Items with two votes that each turn reads (default: ${DEFAULT-VALUE}).")
  private int items = 30_000;

  @Option(
      names = "--repetitions",
      description = "Turns of each way that count (default: ${DEFAULT-VALUE}).")
  private int repetitions = 3;

  @Option(
      names = "--threads",
      description = "Stream threads (default: ${DEFAULT-VALUE}, one for each partition).")
  private int threads = BenchLog.PARTITIONS;

  @Option(
      names = "--delay-seconds",
      description =
          "Time for which delays are measured in each repetition (default: ${DEFAULT-VALUE}).")
  private int delaySeconds = 10;

  @Option(
      names = "--commit-intervals",
      split = ",",
      paramLabel = "MS",
      description = "Commit intervals to measure besides the usual one (default: 25).")
  private List<Integer> commitIntervals = List.of(25);

  @Option(names = "--json", description = "JSON lines instead of tables in Markdown.")
  private boolean json;

  /** For picocli. */
  public StreamsBenchCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireAtLeast("--items", items, 100);
    requireAtLeast("--repetitions", repetitions, 1);
    requireAtLeast("--threads", threads, 1);
    requireAtLeast("--delay-seconds", delaySeconds, 1);
    commitIntervals.forEach(interval -> requireAtLeast("--commit-intervals", interval, 1));
    var plan =
        new StreamsBenchmark.Plan(
            items,
            repetitions,
            threads,
            Duration.ofSeconds(delaySeconds),
            commitIntervals.stream().map(Duration::ofMillis).toList());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (var benchmark = new StreamsBenchmark(plan, err::println)) {
      var report = new StreamsReport(plan, benchmark.measure(), benchmark.profile());
      if (json) {
        report.printJson(out);
      } else {
        report.printTables(out);
      }
    }
    out.flush();
    return 0;
  }

  private void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %d, but was %d".formatted(option, least, value));
    }
  }
}
