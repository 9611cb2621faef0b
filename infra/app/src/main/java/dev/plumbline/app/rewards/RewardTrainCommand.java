/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.training.TrainArguments;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code plumbline reward train}: from preference files to a reward model. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    customSynopsis =
        "plumbline reward train --model DIR --data FILE... --output DIR [--config FILE] [--KEY VALUE...] [KEY=VALUE...]",
    description = {
      "Learns from pairs how good a text is: a scalar head on a model, with a LoRA adapter below it,"
          + " by the Bradley-Terry loss; ensemble_size of them beside each other.",
      "",
      "Keys are TRL's (RewardConfig) and may stand in a YAML file (--config), as flags or as"
          + " assignments; the command line wins. --keys lists them. Columns belief, margin and weight"
          + " of a row reach the loss."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline reward train --model DIR --data pairs.jsonl.gz --output reward",
      "  plumbline reward train --model DIR --data pairs.jsonl.gz --output reward \\",
      "      --ensemble_size 3 --center_rewards_coefficient 0.01 --num_train_epochs 2"
    })
final class RewardTrainCommand implements Callable<Integer> {
  @Option(names = "--keys", description = "Lists all keys as a Markdown table and exits.")
  private boolean keys;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (keys) {
      out.print(Settings.reference(RewardSettings.class));
    } else {
      RewardSettings settings =
          Settings.bind(RewardSettings.class, TrainArguments.source(arguments));
      RewardTraining training =
          new RewardTraining(
              settings, Clock.system(ZoneId.systemDefault()), ProgressStyle.detect());
      training.run().forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }
}
