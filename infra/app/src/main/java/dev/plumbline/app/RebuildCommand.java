/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.app.lineage.FeedReplay;
import dev.plumbline.app.lineage.LineageIndex;
import dev.plumbline.app.lineage.Without;
import dev.plumbline.app.models.InputException;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.trainer.LaneEnvironment;
import dev.plumbline.trainer.LaneSettings;
import dev.plumbline.trainer.TrainerLane;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Learns a policy anew, as if some events had never been. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    description = {
      "Learns a policy anew from its base, as if some events had never been: the rules run over the"
          + " logs without them, fill a feed of its own, and a lane with the policy's settings"
          + " learns from that. The policy and its feed stay as they are. Stopped halfway, the same"
          + " command goes on.",
      "",
      "The new name needs a feed: append it to topics.policies first, in the settings of every role."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline rebuild assistant --without tainted --config plumbline.yaml",
      "  plumbline rebuild assistant --without annotator:ann-7 --without event:e-17 --as assistant.2"
    })
final class RebuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: 127.0.0.1:9092, where up runs its broker).")
  private @Nullable String bootstrapServers;

  @Parameters(paramLabel = "POLICY", description = "The policy that is learned anew.")
  private String policy = "";

  @Option(
      names = "--without",
      paramLabel = "WHAT",
      required = true,
      description =
          "event:ID, annotator:ID, subject:ID, or tainted: all that was taken back. Several may be given.")
  private List<String> without = new ArrayList<>();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The name of what is learned (default: POLICY.rebuilt).")
  private @Nullable String name;

  RebuildCommand() {}

  @Override
  public Integer call() {
    List<Without> leftOut = without.stream().map(Without::parse).toList();
    String rebuilt = name == null ? policy + ".rebuilt" : name;
    AppSettings settings =
        Defaults.settings(
            common, Flag.of("--bootstrap-servers", "kafka.bootstrap_servers", bootstrapServers));
    LaneSettings lane = laneOf(settings);
    if (rebuilt.equals(lane.feedPolicy()) || rebuilt.equals(policy)) {
      throw new InputException("--as", "must be another name than " + rebuilt + ", which exists");
    } else if (!settings.topics().policies().contains(rebuilt)) {
      throw new InputException(
          "--as",
          "policy '%s' has no feed, only %s have: append it to topics.policies"
              .formatted(rebuilt, settings.topics().policies()));
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Node node = Node.open(settings, "rebuild", Node.Cluster.OUTSIDE)) {
      CausalLanguageModel model = node.own(new BaseModel(settings).load());
      node.reach();
      new TopicProvisioner(node.clients(), settings.topics()).addFeeds(Topics.EXAMPLES);
      node.connect();
      LaneSettings anew = lane.rebuilt(rebuilt);
      var environment =
          LaneEnvironment.of(node.clients(), settings.topics(), node.artifacts(), model)
              .withOpener(new TextOpener(node.keys(), node.metrics().registry()))
              .withPublished(
                  version -> {
                    out.println(VersionLine.of(version));
                    out.flush();
                  });
      TrainerLane.requireSameSettings(policy, anew, environment);
      FeedReplay.Filled filled = fill(node, lane, rebuilt, leftOut);
      System.err.printf(
          "plumbline: %d of %d records left out; the feed of %s holds %d revisions of examples%n",
          filled.leftOut(), filled.records(), rebuilt, filled.examples());
      new TrainerLane(anew, environment).catchUp();
      System.err.printf(
          "plumbline: %s is learned; to go on with it, set trainer.policy=%s, trainer.feed=%s, trainer.lane=%s, trainer.rebuilt_from=%s%n",
          anew.policy(),
          anew.policy(),
          anew.feedPolicy(),
          anew.laneId(),
          String.join(",", anew.rebuiltFrom()));
    }
    return 0;
  }

  private FeedReplay.Filled fill(
      Node node, LaneSettings lane, String rebuilt, List<Without> leftOut) {
    AppSettings settings = node.settings();
    try (LineageIndex index =
        LineageIndex.open(
            node.folder().resolve("lineage"),
            node.clients(),
            settings.topics(),
            settings.streams().trust().trustEpoch())) {
      index.refresh();
      return new FeedReplay(
              node.clients(), settings.topics(), settings.streams(), InstantSource.system())
          .fill(rebuilt, lane.feedPolicies(), leftOut, index);
    }
  }

  private LaneSettings laneOf(AppSettings settings) {
    List<LaneSettings> lanes = settings.trainer().withShadows();
    return lanes.stream()
        .filter(lane -> lane.policy().equals(policy))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "POLICY",
                    "the settings are those of lanes that learn %s, not %s: give the settings that it is learned by (--config, --set trainer.policy=%s)"
                        .formatted(
                            lanes.stream().map(LaneSettings::policy).toList(), policy, policy)));
  }
}
