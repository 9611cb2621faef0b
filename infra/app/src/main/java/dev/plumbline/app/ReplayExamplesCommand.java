/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.history.ComparisonText;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.streams.replay.ClusterLogs;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.ReplayComparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what other settings would have made of the same feedback. */
@Command(
    name = "replay-examples",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what another quorum, time limit or rule of trust would have made of the same feedback:"
          + " how many examples, which beliefs change and whom they then prefer.",
      "Reads the source topics up to now and runs the rules of streams over them twice, in memory."
          + " Writes nothing."
    },
    footer = {
      "",
      "Example, settings.yaml being 'streams: {quorum: 3}':",
      "  plumbline replay-examples --with settings.yaml"
    })
final class ReplayExamplesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(
      names = "--with",
      required = true,
      paramLabel = "FILE",
      description = "Settings in YAML, laid over those that roles run with.")
  private Path with = Path.of("");

  @Option(names = "--json", description = "Prints one line of JSON, every flip named.")
  private boolean json;

  @Override
  public Integer call() {
    AppSettings settings = options.settings();
    AppSettings others = options.settingsWith(with);
    var comparison = new ReplayComparison();
    var one =
        new ExampleReplay(
            settings.streams(), settings.topics(), comparison::addToOne, letter -> {});
    var other =
        new ExampleReplay(
            others.streams(), settings.topics(), comparison::addToOther, letter -> {});
    try (var logs = new ClusterLogs(ClusterOptions.connect(settings), "plumbline-replay-examples");
        Progress progress = progress()) {
      Cut end = logs.ends(ExampleReplay.SOURCES);
      logs.read(
          ExampleReplay.SOURCES,
          Cut.START,
          end,
          record -> {
            one.take(record);
            other.take(record);
            progress.advance(1);
          });
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? ComparisonText.json(comparison) : ComparisonText.of(comparison));
    out.flush();
    return 0;
  }

  private static Progress progress() {
    return Progress.start(
        "replay",
        "records",
        OptionalLong.empty(),
        ProgressStyle.detect(),
        System.err,
        InstantSource.system());
  }
}
