/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.history.HistoryText;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.streams.history.HistoryChecker;
import dev.plumbline.streams.history.HistoryReport;
import dev.plumbline.streams.replay.ClusterLogs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the history of a cluster. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks all topics up to now against what is promised: that every event has one disposition,"
          + " examples are what their sources give, versions learned what they say, and nothing"
          + " that was taken back is still in use.",
      "Roles may run meanwhile; they must run with the same settings. Writes nothing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every promise holds", "1:a promise is broken"},
    footer = {"", "Example:", "  plumbline check --config plumbline.yaml --json"})
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(
      names = "--artifacts",
      paramLabel = "DIR",
      description = "The artifact store (default: artifacts in the data folder).")
  private @Nullable Path artifacts;

  @Option(names = "--json", description = "Prints one line of JSON, nothing left out.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    AppSettings settings = options.settings();
    @Nullable ArtifactStore store = store(settings);
    HistoryReport report;
    try (var logs = new ClusterLogs(ClusterOptions.connect(settings), "plumbline-check");
        Progress progress = progress()) {
      report =
          HistoryChecker.check(
              logs, settings.streams(), settings.topics(), store, progress::advance);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? HistoryText.json(report) : HistoryText.of(report, store != null));
    out.flush();
    return report.holds() ? 0 : 1;
  }

  /** Who never ran a trainer here has no store; one that was named must be there. */
  private @Nullable ArtifactStore store(AppSettings settings) throws IOException {
    Path folder = artifacts == null ? settings.data().resolve("artifacts") : artifacts;
    return artifacts == null && !Files.isDirectory(folder)
        ? null
        : FileArtifactStore.openForReading(folder);
  }

  private static Progress progress() {
    return Progress.start(
        "check",
        "records",
        OptionalLong.empty(),
        ProgressStyle.detect(),
        System.err,
        InstantSource.system());
  }
}
