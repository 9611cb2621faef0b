/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.trainer.PolicyVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code plumbline reward publish} on a real broker. */
@Timeout(120)
class RewardPublishCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldPublishAControllerAsVersionsOfItsOwnName() throws Exception {
    String model = folder.resolve("tiny").toString();
    run("export-random", "--family", "llama", "--seed", "7", "--output", model);
    Path controller = controller(model, "lovely");

    try (LocalBroker broker = LocalBroker.startOnFreePort(folder.resolve("broker"))) {
      KafkaClients clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      new TopicProvisioner(clients, new TopicLayout(List.of("assistant"), 2, 1))
          .provision(Topics.ALL);
      String[] command = {
        "reward",
        "publish",
        controller.toString(),
        "--model",
        model,
        "--as",
        "cheerful",
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--data",
        folder.resolve("data").toString()
      };

      assertThat(run(command).out()).startsWith("cheerful@000001 artifact ");
      assertThat(run(command).out()).startsWith("cheerful@000001 artifact ");
      command[2] = controller(model, "sunny").toString();
      assertThat(run(command).out()).startsWith("cheerful@000002 artifact ");

      publishPolicy(clients);
      command[6] = "assistant";
      assertRefused(
          run(command),
          "--as: assistant is a policy that lane 'assistant' writes from a feed (assistant@000000): choose another name");

      try (PolicyVersions versions = PolicyVersions.open(clients, "test")) {
        List<PolicyVersion> published = versions.of("cheerful");
        assertThat(published.stream().map(version -> version.id().toString()))
            .containsExactly("cheerful@000001", "cheerful@000002");
        PolicyVersion second = published.getLast();
        assertThat(second.learned().parent()).isEqualTo(published.getFirst().id());
        assertThat(second.learned().objective()).isEqualTo("controller/lexicon");
        assertThat(second.learned().consumed()).isEmpty();
        FileArtifactStore store =
            FileArtifactStore.openForReading(folder.resolve("data/artifacts"));
        store.open(new ArtifactDigest(second.learned().artifactDigest())).verify();
        assertThat(versions.of("assistant")).hasSize(1);
      }
    }
  }

  private Path controller(String model, String word) throws IOException {
    StringBuilder sentences = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      sentences.append(
          "{\"text\": \"a %s fox\", \"label\": %d}\n"
              .formatted(i % 2 == 0 ? word : "gloomy", i % 2));
    }
    Path data = Files.writeString(folder.resolve(word + ".jsonl"), sentences);
    Path output = folder.resolve(word);
    run(
        "reward",
        "train",
        "--kind",
        "controller",
        "--controller",
        "lexicon",
        "--model",
        model,
        "--data",
        data.toString(),
        "--attribute",
        "0",
        "--output",
        output.toString(),
        "--disable_tqdm");
    return output;
  }

  /** A version of a policy that learned from a feed. */
  private static void publishPolicy(KafkaClients clients) {
    PolicyVersion.Learned learned =
        new PolicyVersion.Learned(
            null,
            "d0",
            List.of(new PolicyVersion.ConsumedRange("id", "examples", 0, 0, 0)),
            "h0",
            new PolicyVersion.ExampleCounts(0, 0, 0, 0, 0, 0, 0),
            0,
            Map.of(),
            "sigmoid",
            "c0",
            new PolicyVersion.BaseModel("tiny", "w0", "t0"),
            "engine",
            0);
    try (var producer = clients.producer("test-policy", Duration.ofSeconds(10))) {
      new EventPublisher(producer)
          .publish(
              Topics.POLICY_VERSIONS,
              "assistant",
              new PolicyVersion(
                  new PolicyVersionId("assistant", 0),
                  "assistant",
                  learned,
                  new PolicyVersion.Observed(Instant.EPOCH, null, Map.of())))
          .join();
    }
  }
}
