/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.metrics.Health;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.trainer.LaneEnvironment;
import dev.plumbline.trainer.TrainerLane;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lineage that was rebuilt without some events against one whose feed never had them. */
class RebuildCommandTest {
  private static final int ITEMS = 22;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<Flag> FLAGS =
      List.of(
          flag("topics.policies", "assistant,assistant.rebuilt"),
          flag("topics.item_partitions", "1"),
          flag("trainer.learning.examples_per_version", "8"),
          flag("trainer.learning.eval_examples", "4"));

  @TempDir private Path folder;

  @Test
  void shouldLearnTheBytesOfALineageWhoseFeedNeverHadTheEvents() throws IOException {
    List<String> clean;
    try (var never = new Cluster(folder.resolve("never"))) {
      never.references();
      never.votes("ann", Answer.A, 0);
      never.votes("bob", Answer.B, 1);
      never.stream();
      clean = digests(never.learn());
    }
    try (var once = new Cluster(folder.resolve("once"))) {
      once.references();
      once.votes("ann", Answer.A, 0);
      once.votes("farm", Answer.B, 2);
      once.votes("bob", Answer.B, 1);
      once.retract("farm");
      once.stream();
      List<PolicyVersion> learned = once.learn();
      assertThat(digests(learned)).hasSameSizeAs(clean).isNotEqualTo(clean);

      List<JsonNode> rebuilt = once.rebuild("tainted").lines();

      assertThat(rebuilt).extracting(line -> line.get("artifact").textValue()).isEqualTo(clean);
      assertThat(rebuilt.getLast().get("version").textValue())
          .isEqualTo("assistant.rebuilt@000002");
      assertThat(once.lineage("assistant@000002"))
          .contains("tainted           yes: it learned from 8 events that were taken back");
      assertThat(once.lineage("assistant.rebuilt@000002")).contains("tainted           no");
      assertThat(once.rebuild("tainted").lines()).as("it has all it can learn").isEmpty();
      assertThat(once.rebuild("annotator:bob").onlyErrorLine())
          .startsWith(
              "plumbline: --as assistant.rebuilt: the feed of this name was filled otherwise");
    }
  }

  private static Flag flag(String key, String value) {
    return new Flag("--set", key, value);
  }

  private static List<String> digests(List<PolicyVersion> versions) {
    return versions.stream().map(version -> version.learned().artifactDigest()).toList();
  }

  /** A cluster of one broker, its data folder, and what plays the parts of its roles. */
  private static final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path data;
    private final LocalBroker broker;
    private final KafkaClients clients;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AppSettings settings;

    Cluster(Path folder) throws IOException {
      data = folder.resolve("data");
      broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
      clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      List<Flag> flags = new ArrayList<>(FLAGS);
      flags.add(flag("data", data.toString()));
      settings = Defaults.settings(new CommonOptions(), flags);
      new TopicProvisioner(clients, settings.topics()).provision(Topics.ALL);
      producer = clients.producer("test", PATIENCE);
    }

    void references() {
      for (int item = 0; item < ITEMS; item++) {
        String id = "item-" + item;
        write(
            Topics.PROMPTS,
            id,
            new Prompt(id, "assistant", Text.plain("Write about the film."), 21, "test", START));
        for (String answer : List.of("a", "b")) {
          String text = "It was " + (answer.equals("a") ? "good " : "bad ") + item;
          write(
              Topics.COMPLETIONS,
              id,
              new Completion(
                  id + "/" + answer,
                  id,
                  Text.plain(text),
                  text.length(),
                  null,
                  0,
                  List.of(),
                  List.of(),
                  "test",
                  START));
        }
      }
    }

    /** A vote on every item, those of one item close together in time. */
    void votes(String annotator, Answer answer, int turn) {
      for (int item = 0; item < ITEMS; item++) {
        String id = "item-" + item;
        say(
            annotator + "/" + item,
            id,
            annotator,
            START.plusMillis(1 + 10L * item + turn),
            new Statement.Comparison(id + "/a", id + "/b", answer));
      }
    }

    void retract(String annotator) {
      say(
          "forget " + annotator,
          annotator,
          annotator,
          START.plusSeconds(60),
          new Statement.Retraction(new Statement.WholeContribution(annotator)));
    }

    private void say(String event, String item, String who, Instant at, Statement said) {
      write(
          Topics.FEEDBACK,
          item,
          new FeedbackEvent(
              event, item, Annotator.human(who), "test", at, null, null, "overall", said));
    }

    private <V> void write(Topic<String, V> topic, String key, V value) {
      var unused = new EventPublisher(producer).publish(topic, key, value).join();
    }

    /** Runs streams until they have made the last example of the last item. */
    void stream() {
      String last = "item-" + (ITEMS - 1);
      try (StreamsRole streams =
              StreamsRole.start(
                  settings.streams(),
                  settings.topics(),
                  clients.connection(),
                  data.resolve("streams"),
                  new SimpleMeterRegistry());
          TopicReader<String, ExampleRecord> reader =
              TopicReader.open(clients, "test-examples", Topics.EXAMPLES, Map.of(0, 0L))) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean done = false;
        while (!done) {
          assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
          assertThat(streams.live()).isEqualTo(Health.HEALTHY);
          done =
              reader.poll(Duration.ofMillis(200)).stream()
                  .map(record -> (TrainingExample) record.value().orElseThrow())
                  .anyMatch(
                      example ->
                          example.itemId().equals(last)
                              && example.evidence().annotatorIds().equals(List.of("ann", "bob")));
        }
      }
    }

    List<PolicyVersion> learn() {
      List<PolicyVersion> published = new ArrayList<>();
      try (CausalLanguageModel model = new BaseModel(settings).load()) {
        ArtifactStore artifacts = FileArtifactStore.open(data.resolve("artifacts"));
        new TrainerLane(
                settings.trainer(),
                LaneEnvironment.of(clients, settings.topics(), artifacts, model)
                    .withPublished(published::add))
            .catchUp();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return published;
    }

    Commands.Outcome rebuild(String without) {
      return command("rebuild", "assistant", "--without", without);
    }

    String lineage(String version) {
      return command("lineage", version).out();
    }

    private Commands.Outcome command(String... words) {
      return run(
          Stream.of(
                  Stream.of(words),
                  Stream.of("--bootstrap-servers", broker.bootstrapServers()),
                  Stream.of("--data", data.toString()),
                  FLAGS.stream()
                      .flatMap(flag -> Stream.of(flag.name(), flag.key() + "=" + flag.value())))
              .flatMap(each -> each)
              .toArray(String[]::new));
    }

    @Override
    public void close() {
      producer.close();
      broker.close();
    }
  }
}
