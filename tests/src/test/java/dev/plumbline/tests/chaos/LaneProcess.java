/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.chaos;

import dev.plumbline.base.FailPoint;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.trainer.LaneEnvironment;
import dev.plumbline.trainer.LaneFencedException;
import dev.plumbline.trainer.LaneSettings;
import dev.plumbline.trainer.TrainerLane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A trainer process: learns from the recorded feed until a version is out, and meets its fate at a
 * named step on the way.
 */
final class LaneProcess {
  static final int EXIT_FENCED = 3;
  static final int EXIT_HALTED = 137;

  /** What a process says on standard output when it waits at its step for a line of input. */
  static final String WAITING = "waiting";

  /** What happens at the step. */
  enum Fate {
    /** Nothing. */
    LIVE,
    /** The process is gone, with no hook and no stream closed: like kill -9. */
    HALT,
    /** The thread that is there waits until it gets a line of input. */
    WAIT
  }

  private LaneProcess() {}

  /**
   * Arguments: cluster, artifacts, model, policy, last version, fate, step, which time of it, and
   * the learning settings that differ.
   */
  public static void main(String[] args) throws IOException {
    FailPoint failPoint =
        fate(Fate.valueOf(args[5]), args[6], new AtomicInteger(Integer.parseInt(args[7])));
    int lastVersion = Integer.parseInt(args[4]);
    try (CausalLanguageModel model =
        CausalLanguageModel.load(Path.of(args[2]), EngineOptions.defaults())) {
      var lane = new AtomicReference<TrainerLane>();
      LaneEnvironment environment =
          LaneEnvironment.of(
                  new KafkaClients(KafkaConnection.to(args[0])),
                  layout(),
                  FileArtifactStore.open(Path.of(args[1]), failPoint),
                  model)
              .withFailPoint(failPoint)
              .withPublished(
                  version -> {
                    if (version.id().number() == lastVersion) {
                      lane.get().stop();
                    }
                  });
      lane.set(
          new TrainerLane(settings(args[3], List.of(args).subList(8, args.length)), environment));
      lane.get().run();
    } catch (LaneFencedException fenced) {
      fenced.printStackTrace();
      System.exit(EXIT_FENCED);
    }
  }

  static TopicLayout layout() {
    return new TopicLayout(List.of(RecordedFeed.POLICY), 1, 1);
  }

  private static LaneSettings settings(String policy, List<String> differing) {
    return Settings.bind(
        LaneSettings.class,
        SettingsSource.yaml(
                """
            policy: %s
            feed: %s
            session_timeout: 6s
            learning:
              learning_rate: 0.01
              per_device_train_batch_size: 2
              gradient_accumulation_steps: 2
              lora_r: 2
              examples_per_version: 8
              eval_examples: 2
            """
                    .formatted(policy, RecordedFeed.POLICY),
                "chaos")
            .with(differing.stream().map(setting -> "learning." + setting).toList()));
  }

  private static FailPoint fate(Fate fate, String step, AtomicInteger times) {
    return reached -> {
      if (!reached.equals(step) || times.decrementAndGet() != 0) {
        return;
      }
      switch (fate) {
        case LIVE -> {}
        case HALT -> Runtime.getRuntime().halt(EXIT_HALTED);
        case WAIT -> awaitInput();
      }
    };
  }

  private static void awaitInput() {
    System.out.println(WAITING);
    try {
      if (System.in.read() < 0) {
        throw new IllegalStateException("nobody is there to go on for");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
