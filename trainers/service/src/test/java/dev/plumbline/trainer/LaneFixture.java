/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A broker with many feeds, an artifact store and a tiny base; every test takes a feed of its own.
 */
final class LaneFixture implements AutoCloseable {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LocalBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher publisher;
  private int feedsTaken;

  final KafkaClients clients;
  final TopicLayout layout =
      new TopicLayout(IntStream.range(0, 32).mapToObj(i -> "policy-" + i).toList(), 1, 1);
  final ArtifactStore artifacts;
  final CausalLanguageModel model = base(7);

  LaneFixture(Path folder) throws IOException {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    artifacts = FileArtifactStore.open(folder.resolve("artifacts"));
    producer = clients.producer("fixture", PATIENCE);
    publisher = new EventPublisher(producer);
  }

  static CausalLanguageModel base(long seed) {
    byte[] tokenizer = ByteBpeTrainer.train(List.of("the cat sat on the mat"), 270);
    return CausalLanguageModel.initialize(
        "base-" + seed, CONFIG, tokenizer, seed, EngineOptions.defaults());
  }

  /** A policy whose feed nobody has used. */
  String newPolicy() {
    return layout.policies().get(feedsTaken++);
  }

  LaneSettings settings(String policy, String... assignments) {
    return Settings.bind(
        LaneSettings.class,
        SettingsSource.yaml(
                """
                policy: %s
                learning:
                  learning_rate: 0.01
                  per_device_train_batch_size: 2
                  gradient_accumulation_steps: 2
                  lora_r: 2
                  examples_per_version: 4
                  eval_examples: 3
                """
                    .formatted(policy),
                "test")
            .with(List.of(assignments)));
  }

  /** Writes records to their feed and waits until they are there. */
  void write(ExampleRecord... records) {
    for (ExampleRecord record : records) {
      writeTo(layout.feedOf(record.policy()), record);
    }
  }

  /** Writes a record to any feed. */
  void writeTo(int feed, ExampleRecord record) {
    var unused = publisher.publish(Topics.EXAMPLES, feed, record.policy(), record).join();
  }

  LaneEnvironment environment() {
    return LaneEnvironment.of(clients, layout, artifacts, model);
  }

  /** Runs a lane until it has published so many versions, then stops it. */
  List<PolicyVersion> runUntil(int versions, LaneSettings settings) throws InterruptedException {
    return runUntil(versions, settings, environment -> environment);
  }

  List<PolicyVersion> runUntil(
      int versions, LaneSettings settings, UnaryOperator<LaneEnvironment> adjust)
      throws InterruptedException {
    try (Running running = start(settings, adjust)) {
      List<PolicyVersion> published = new ArrayList<>();
      while (published.size() < versions) {
        published.add(running.next());
      }
      return published;
    }
  }

  Running start(LaneSettings settings, UnaryOperator<LaneEnvironment> adjust) {
    return new Running(settings, adjust.apply(environment()));
  }

  @Override
  public void close() {
    producer.close();
    model.close();
    broker.close();
  }

  /** A lane on a thread of its own; closing it stops it in good order. */
  static final class Running implements AutoCloseable {
    private final BlockingQueue<PolicyVersion> published = new ArrayBlockingQueue<>(100);
    private final TrainerRole role;

    Running(LaneSettings settings, LaneEnvironment environment) {
      role =
          TrainerRole.start(new TrainerLane(settings, environment.withPublished(published::add)));
    }

    PolicyVersion next() throws InterruptedException {
      PolicyVersion version = published.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (version == null) {
        throw new AssertionError(
            "no version within %s, the lane is at %s".formatted(PATIENCE, role.status()));
      }
      return version;
    }

    TrainerRole role() {
      return role;
    }

    @Override
    public void close() {
      role.close();
    }
  }
}
