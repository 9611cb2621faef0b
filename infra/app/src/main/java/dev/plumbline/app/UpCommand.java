/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.trainer.LaneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All roles in one process, on an embedded broker. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole loop in one process, on an embedded broker, until Ctrl-C. Started again on the"
          + " same data folder it goes on from the last version.",
      "",
      "Each new version is one line of JSON on standard output; everything else goes to standard"
          + " error."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline up",
      "  plumbline up --exit-after-versions 3",
      "  plumbline up --objective rldaf",
      "  plumbline up --shadow tdpo2 --shadow 'ipo beta=0.2' --shadow kto",
      "  plumbline up --model DIR --replay preferences.jsonl.gz",
      "  plumbline up --data /var/lib/plumbline --port 8081 --set trainer.learning.beta=0.2"
    })
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--broker-port",
      paramLabel = "PORT",
      description = "Where the embedded broker listens (default: 9092; the next one is taken too).")
  private @Nullable String brokerPort;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "Learn from a preference file; no prompts, sampler or simulated annotators.")
  private @Nullable String replay;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description = {
        "What the loop learns by: dpo or tdpo2 from annotators, online-dpo from a judge's"
            + " preferences, grpo, rloo or rldaf from a judge's scores (default: dpo)."
      })
  private @Nullable String objective;

  @Option(
      names = "--shadow",
      paramLabel = "LANE",
      description = {
        "A lane beside the policy's own on the same feed: a loss type and the learning settings that"
            + " differ. Several may be given."
      })
  private List<String> shadows = new ArrayList<>();

  @Option(
      names = "--exit-after-versions",
      paramLabel = "N",
      description = "End with status 0 after N new versions of this run, N of each lane.")
  private @Nullable Integer exitAfterVersions;

  @Override
  public Integer call() {
    if (exitAfterVersions != null && exitAfterVersions < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--exit-after-versions must be at least 1, but was " + exitAfterVersions);
    }
    List<Flag> flags = new ArrayList<>(gateway.flags());
    flags.addAll(Flag.of("--broker-port", "broker_port", brokerPort));
    flags.addAll(Flag.of("--replay", "replay.file", replay));
    if (objective != null) {
      flags.add(new Flag("--objective", "objective", objective.replace('-', '_')));
    }
    if (!shadows.isEmpty()) {
      flags.add(new Flag("--shadow", "trainer.shadows", String.join(",", shadows)));
    }
    AppSettings settings =
        replay == null ? Defaults.settings(common, flags) : Defaults.ofReplay(common, flags);
    var published =
        new PublishedVersions(
            settings.trainer().withShadows().stream().map(LaneSettings::policy).toList(),
            System.out);
    ArtifactStore artifacts;
    int code;
    try (Node node = Node.open(settings, "up", Node.Cluster.EMBEDDED)) {
      artifacts = node.artifacts();
      var roles = new Roles(node);
      // A model that can't be loaded is named before a broker is started for it.
      CausalLanguageModel model = roles.loadModel();
      node.connect();
      // The gateway first: its port may be taken.
      roles.startGateway();
      roles.startStreams();
      roles.startTrainer(model, version -> show(version, published, roles, node));
      if (replay != null) {
        roles.startReplay();
      } else {
        roles.startSampler();
        if (Defaults.needsAnnotators(settings)) {
          roles.startAnnotators();
        }
        if (Defaults.needsJudge(settings)) {
          roles.startJudges();
        }
        roles.startPrompts();
      }
      System.err.println("plumbline: live page at " + roles.gatewayAddress() + " (Ctrl-C stops)");
      code = node.await();
    }
    if (code == 0 && !published.last().isEmpty()) {
      PolicyVersion last = published.last().getFirst();
      Comparison.printHeldOut(last, System.err);
      Comparison.printLanes(published.last(), System.err);
      if (replay == null) {
        Comparison.printSamples(settings, artifacts, last, System.err);
      }
    }
    return code;
  }

  /** Runs on a lane's thread, so that no further version of it can come in between. */
  private void show(PolicyVersion version, PublishedVersions published, Roles roles, Node node) {
    if (version.learned().parent() == null) {
      return;
    }
    published.add(version);
    if (exitAfterVersions != null && published.hasOfEach(exitAfterVersions)) {
      roles.stopLearning();
      node.finish();
    }
  }
}
