/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.app.experiments.ReportPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code experiment trust}: whom to believe, on real crowds and among spammers. */
@Command(
    name = "trust",
    mixinStandardHelpOptions = true,
    description = {
      "Weighs real and made-up votes by the trust that streams compute epoch by epoch, beside methods",
      "that see all votes at once, and adds a spam farm to real votes. Exits with 1 where a promise of",
      "infra/docs/trust.md isn't kept."
    },
    footer = {
      "",
      "Example, with the data of this project's experiments in D:",
      "  plumbline experiment trust --data D --output trust"
    })
public final class TrustCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder that holds crowd-labels, pandalm and convabuse.")
  private Path data = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where the picture and its page go.")
  private Path output = Path.of("");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Seeds of made-up crowds and of the farm (default: ${DEFAULT-VALUE}).")
  private int seeds = 10;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs that labels are cut into (default: ${DEFAULT-VALUE}).")
  private int epochs = 20;

  @Option(
      names = "--farm-epochs",
      paramLabel = "N",
      description = "The same with the farm, at least 4 (default: ${DEFAULT-VALUE}).")
  private int farmEpochs = 6;

  TrustCommand() {}

  @Override
  public Integer call() {
    requireAtLeast("--seeds", seeds, 1);
    requireAtLeast("--epochs", epochs, 1);
    requireAtLeast("--farm-epochs", farmEpochs, TrustReport.GRACE + 1);
    Path labels = data.resolve("crowd-labels");
    TrustReport report = new TrustReport();
    report.lines().addAll(AgreementTable.lines(data));
    report.lines().add("");
    report.crowds(labels, epochs);
    report.lines().add("");
    report.synthetic(seeds, epochs);
    report.lines().add("");
    report.farm(CrowdLabels.read(labels, "adult2"), seeds, farmEpochs);
    PrintWriter out = spec.commandLine().getOut();
    report.lines().forEach(out::println);
    report.failures().forEach(out::println);
    out.flush();
    new ReportPage("trust", "Whom to believe", FarmChart.svg(report.farms()), report.lines())
        .write(output);
    return report.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %d, but was %d".formatted(option, least, value));
    }
  }
}
