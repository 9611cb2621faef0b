/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.attribute.ControllerFiles;
import dev.plumbline.reward.attribute.TrainedController;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plumbline reward publish}: a reward model or controller as a version on the stream. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Stores what plumbline reward train wrote in the artifact store and publishes it as a version"
          + " under a name of its own, NAME@000001 and so on, like a policy's. What is the newest"
          + " version already isn't published again.",
      "",
      "It is loaded on its model first: what can't be read isn't published."
    },
    footer = {"", "Example:", "  plumbline reward publish controller --model DIR --as cheerful"})
final class RewardPublishCommand implements Callable<Integer> {
  private static final Duration REACHABLE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "What plumbline reward train wrote.")
  private Path folder = Path.of("");

  @Option(
      names = "--as",
      required = true,
      paramLabel = "NAME",
      description = "Its name among policies, which no policy has.")
  private String name = "";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model it was learned on, a Hugging Face directory.")
  private Path model = Path.of("");

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: ${DEFAULT-VALUE}, where up runs its broker).")
  private String bootstrapServers = "127.0.0.1:9092";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of everything that must outlive the process, with the artifact store (default:"
              + " ${DEFAULT-VALUE}).")
  private Path data = Path.of(".plumbline");

  @Override
  public Integer call() throws IOException {
    SortedMap<String, byte[]> files = RewardFiles.read("DIR", folder);
    try (CausalLanguageModel loaded = CausalLanguageModel.load(model, EngineOptions.defaults())) {
      String objective = objective(loaded, files);
      var clients = new KafkaClients(KafkaConnection.to(bootstrapServers));
      clients.requireReachable(REACHABLE);
      PolicyVersion version =
          new Publication(
                  clients,
                  FileArtifactStore.open(data.resolve("artifacts")),
                  InstantSource.system())
              .publish(name, objective, files, loaded.identity());
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s artifact %s%n", version.id(), version.learned().artifactDigest());
      out.flush();
    }
    return ExitCode.OK;
  }

  private static String objective(CausalLanguageModel model, SortedMap<String, byte[]> files) {
    if (files.containsKey(ControllerFiles.FILE)) {
      try (TrainedController controller = ControllerFiles.read(model, files)) {
        return "controller/" + controller.kind().label();
      }
    }
    try (RewardEnsemble ensemble = RewardEnsemble.read(model, files)) {
      return ensemble.members().size() == 1 ? "bradley_terry" : "bradley_terry/ensemble";
    }
  }
}
