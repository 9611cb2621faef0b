/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.training.TrainArguments;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code plumbline reward train}: from files to a reward model or an attribute controller. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    customSynopsis =
        "plumbline reward train [--kind KIND] --model DIR --data FILE... --output DIR [--config FILE] [--KEY VALUE...] [KEY=VALUE...]",
    description = {
      "Learns from pairs how good a text is: a scalar head on a model, with a LoRA adapter below it,"
          + " by the Bradley-Terry loss; ensemble_size of them beside each other.",
      "",
      "Keys are TRL's (RewardConfig) and may stand in a YAML file (--config), as flags or as"
          + " assignments; the command line wins. --keys lists them. Columns belief, margin and weight"
          + " of a row reach the loss.",
      "",
      "With --kind controller: learns from labelled sentences how probable it is that a text, or the"
          + " beginning of one, has an attribute: --controller head (on the model's own hidden states),"
          + " class_conditional (two language models and Bayes' rule) or lexicon."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline reward train --model DIR --data pairs.jsonl.gz --output reward",
      "  plumbline reward train --model DIR --data pairs.jsonl.gz --output reward \\",
      "      --ensemble_size 3 --center_rewards_coefficient 0.01 --num_train_epochs 2",
      "  plumbline reward train --kind controller --controller head --model DIR --output controller \\",
      "      --data sentences.jsonl.gz --label_column sentiment --attribute positive --against negative"
    })
final class RewardTrainCommand implements Callable<Integer> {
  /** What is learned. */
  enum Kind {
    /** From pairs: how good a text is. */
    REWARD_MODEL,
    /** From labelled sentences: whether a text has an attribute. */
    CONTROLLER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "What is learned: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Kind kind = Kind.REWARD_MODEL;

  @Option(names = "--keys", description = "Lists all keys as a Markdown table and exits.")
  private boolean keys;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.system(ZoneId.systemDefault());
    if (keys) {
      out.print(
          Settings.reference(
              switch (kind) {
                case REWARD_MODEL -> RewardSettings.class;
                case CONTROLLER -> ControllerSettings.class;
              }));
    } else {
      SettingsSource source = TrainArguments.source(arguments);
      List<String> lines =
          switch (kind) {
            case REWARD_MODEL ->
                new RewardTraining(
                        Settings.bind(RewardSettings.class, source), clock, ProgressStyle.detect())
                    .run();
            case CONTROLLER ->
                new ControllerTraining(
                        Settings.bind(ControllerSettings.class, source),
                        clock,
                        ProgressStyle.detect())
                    .run();
          };
      lines.forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }
}
