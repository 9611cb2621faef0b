/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.app.models.InputException;
import dev.plumbline.feeds.ImportSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The import role alone: it ends when the file does. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Sends what annotators said elsewhere through the stream as feedback: the export of Argilla,"
          + " Label Studio or Langfuse, or any preference file that plumbline convert knows. Every"
          + " annotator's judgement becomes a feedback event under a random pseudonym. Imported"
          + " twice, it counts once.",
      ""
    },
    footer = {
      "",
      "Formats: argilla, label-studio, langfuse, and those of plumbline convert; trl and openai",
      "are short for trl-pairwise and openai-preference. infra/docs/datasets.md says how each",
      "one's answers are read.",
      "",
      "Examples:",
      "  plumbline import records.json --format argilla --policy assistant",
      "  plumbline import observations.jsonl --format langfuse --scores scores.jsonl",
      "  plumbline import tasks.json --format label-studio --dataset summaries --overall comparison"
    })
final class ImportCommand extends RoleCommand {
  @Parameters(paramLabel = "FILE", description = "The export: JSON, JSON lines or Parquet.")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "The format (default: told from the first rows).")
  private @Nullable String format;

  @Option(
      names = "--scores",
      paramLabel = "FILE",
      description = "Langfuse's scores, where FILE has only traces or observations.")
  private @Nullable String scores;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "The policy that learns from it (default: assistant).")
  private @Nullable String policy;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "Name of the project (default: folder and file name).")
  private @Nullable String dataset;

  @Option(
      names = "--overall",
      paramLabel = "QUESTION",
      description = "The question that asks which one is better overall.")
  private @Nullable String overall;

  @Option(
      names = "--bad-rows",
      paramLabel = "POLICY",
      description = "refuse (send nothing, the default) or skip.")
  private @Nullable String badRows;

  ImportCommand() {
    super("import");
  }

  @Override
  List<Flag> flags() {
    List<Flag> flags = new ArrayList<>(Flag.of("FILE", "feedback_import.file", file));
    flags.addAll(Flag.of("--format", "feedback_import.format", fullName(format)));
    flags.addAll(Flag.of("--scores", "feedback_import.scores", scores));
    flags.addAll(Flag.of("--policy", "feedback_import.policy", policy));
    flags.addAll(Flag.of("--dataset", "feedback_import.dataset", dataset));
    flags.addAll(Flag.of("--overall", "feedback_import.overall", overall));
    flags.addAll(Flag.of("--bad-rows", "feedback_import.bad_rows", badRows));
    return flags;
  }

  @Override
  void require(AppSettings settings) {
    ImportSettings named = settings.feedbackImport();
    if (named != null) {
      InputException.requireFile("FILE", named.file());
      if (named.scores() != null) {
        InputException.requireFile("--scores", named.scores());
      }
    }
  }

  @Override
  void start(Roles roles) {
    roles.startImport().thenRun(roles::finish);
  }

  private static @Nullable String fullName(@Nullable String format) {
    return switch (format) {
      case null -> null;
      case "trl" -> "trl_pairwise";
      case "openai" -> "openai_preference";
      default -> format.replace('-', '_');
    };
  }
}
