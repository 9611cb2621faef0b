/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.objectives.LossType;
import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.base.FailPoint;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code plumbline train}: from preference files to a policy. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    customSynopsis =
        "plumbline train --model DIR --data FILE... --output_dir DIR [--config FILE] [--KEY VALUE...] [KEY=VALUE...]",
    description = {
      "Learns a policy from preference files: an adapter (or a whole model), checkpoints, metrics,"
          + " TensorBoard events and a report to look at, all in one folder.",
      "",
      "Keys are TRL's and may stand in a YAML file (--config), as flags (--beta 0.2) or as"
          + " assignments (beta=0.2); the command line wins. --keys lists them with defaults and"
          + " ranges. Files are what plumbline convert reads: JSON lines, plain or gzip, or Parquet.",
      ""
    },
    sortOptions = false)
public final class TrainCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final int WIDTH = 78;

  @Option(names = "--keys", description = "Lists all keys as a Markdown table and exits.")
  private boolean keys;

  @Unmatched private List<String> arguments = new ArrayList<>();

  private CommandSpec spec = CommandSpec.create();

  TrainCommand() {}

  @Spec
  void describe(CommandSpec spec) {
    this.spec = spec;
    List<String> footer = new ArrayList<>();
    footer.add("");
    footer.add("loss_type is one or, added up with loss_weights, several of:");
    footer.addAll(
        wrapped(LossTypes.all().stream().map(LossType::name).collect(Collectors.joining(", "))));
    footer.add("");
    footer.add("Examples:");
    footer.add("  plumbline train --model DIR --data pairs.jsonl.gz --output_dir out \\");
    footer.add("      --loss_type tdpo2 --beta 0.1 --eval_fraction 0.1");
    footer.add("  plumbline train --config dpo.yaml learning_rate=1e-4 --resume_from_checkpoint");
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (keys) {
      out.print(Settings.reference(TrainSettings.class));
      out.flush();
      return ExitCode.OK;
    }
    SettingsSource source = TrainArguments.source(arguments);
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    Thread onSignal =
        new Thread(
            () -> {
              stop.set(true);
              awaitUninterruptibly(ended);
            },
            "train-shutdown");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      TrainingSession session =
          new TrainingSession(
              source, Clock.system(ZoneId.systemDefault()), FailPoint.NONE, ProgressStyle.detect());
      List<String> summary = session.run(stop::get);
      summary.forEach(out::println);
      out.flush();
      return stop.get() ? INTERRUPTED : ExitCode.OK;
    } finally {
      ended.countDown();
      if (!stop.get()) {
        Runtime.getRuntime().removeShutdownHook(onSignal);
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> wrapped(String names) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(" ");
    for (String word : names.split(" ")) {
      if (line.length() + word.length() >= WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
