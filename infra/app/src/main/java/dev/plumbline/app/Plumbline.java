/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.bench.BenchCommand;
import dev.plumbline.app.experiments.ExperimentCommand;
import dev.plumbline.app.models.ExportRandomCommand;
import dev.plumbline.app.models.GenerateCommand;
import dev.plumbline.app.models.InspectCommand;
import dev.plumbline.app.models.MergeCommand;
import dev.plumbline.app.models.RenderCommand;
import dev.plumbline.app.models.ScoreCommand;
import dev.plumbline.app.rewards.RewardCommand;
import dev.plumbline.app.training.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the {@code plumbline} command. */
@Command(
    name = "plumbline",
    mixinStandardHelpOptions = true,
    version = "plumbline 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Keeps a language model aligned with the people who use it: feedback goes in on Kafka,"
          + " better policy versions come out on Kafka.",
      ""
    },
    footer = {
      "",
      "First steps:",
      "  plumbline up                              the whole loop, embedded broker, built-in model",
      "  plumbline up --exit-after-versions 3      the same, and stop after three new versions",
      "  plumbline up --model DIR --replay FILE    your model, your preference file",
      "  plumbline versions                        what the loop has published",
      "  plumbline lineage assistant@000003        where a version comes from",
      "  plumbline train --model DIR --data FILE --output_dir DIR    learn from a file, no loop",
      "  plumbline inspect DIR                     what a model is, and what training it takes",
      "  plumbline generate --model DIR --prompt TEXT",
      "  plumbline COMMAND --help                  options of a command, with examples",
      "",
      "A role alone talks to the cluster named by --bootstrap-servers."
    },
    subcommands = {
      UpCommand.class,
      GatewayCommand.class,
      StreamsCommand.class,
      TrainerCommand.class,
      SamplerCommand.class,
      PromptsCommand.class,
      AnnotatorsCommand.class,
      JudgeCommand.class,
      ReplayCommand.class,
      ImportCommand.class,
      ScoreCommand.class,
      GenerateCommand.class,
      RenderCommand.class,
      MergeCommand.class,
      InspectCommand.class,
      ExportRandomCommand.class,
      ConvertCommand.class,
      TrainCommand.class,
      RewardCommand.class,
      PretrainCommand.class,
      EraseCommand.class,
      KeysCommand.class,
      VersionsCommand.class,
      LineageCommand.class,
      RebuildCommand.class,
      CheckCommand.class,
      ReplayExamplesCommand.class,
      DeadLettersCommand.class,
      SettingsCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      VerifyCommand.class,
      HelpCommand.class
    })
public final class Plumbline implements Runnable {
  @Spec private CommandSpec spec;

  Plumbline() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Plumbline())
        .setExecutionExceptionHandler(new Failures())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
