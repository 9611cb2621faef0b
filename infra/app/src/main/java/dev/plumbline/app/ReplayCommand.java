/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The replay role alone: it ends when the file does. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Sends a preference file through the stream as feedback: pairs of any format that plumbline"
          + " convert knows, or rows with named annotators. Sent twice, it counts once."
    },
    footer = {
      "",
      "Example:",
      "  plumbline replay preferences.jsonl.gz --bootstrap-servers broker-1:9092 --rate 100"
    })
final class ReplayCommand extends RoleCommand {
  @Parameters(paramLabel = "FILE", description = "The preference file.")
  private String file = "";

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      description = "Rows per second (default: as fast as possible).")
  private @Nullable String rate;

  ReplayCommand() {
    super("replay");
  }

  @Override
  List<Flag> flags() {
    List<Flag> flags = new ArrayList<>(Flag.of("FILE", "replay.file", file));
    flags.addAll(Flag.of("--rate", "replay.rows_per_second", rate));
    return flags;
  }

  @Override
  void start(Roles roles) {
    roles.startReplay().thenRun(roles::finish);
  }
}
