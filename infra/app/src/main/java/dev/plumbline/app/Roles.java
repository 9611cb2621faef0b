/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.lineage.LineageRole;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.feeds.DatasetReplay;
import dev.plumbline.feeds.FeedRole;
import dev.plumbline.feeds.FeedbackImport;
import dev.plumbline.feeds.ImportSettings;
import dev.plumbline.feeds.JudgeRole;
import dev.plumbline.feeds.LanguageModelCompletions;
import dev.plumbline.feeds.PromptLoop;
import dev.plumbline.feeds.ReplaySettings;
import dev.plumbline.feeds.RoleContext;
import dev.plumbline.feeds.Sampler;
import dev.plumbline.feeds.SimulatedAnnotators;
import dev.plumbline.feeds.judges.Judge;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.feeds.pocket.PhraseAttribute;
import dev.plumbline.feeds.pocket.PocketPrompts;
import dev.plumbline.feeds.pocket.PocketWinRate;
import dev.plumbline.gateway.GatewayRole;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.trainer.LaneEnvironment;
import dev.plumbline.trainer.LaneSettings;
import dev.plumbline.trainer.PolicyEvaluator;
import dev.plumbline.trainer.TrainerLane;
import dev.plumbline.trainer.TrainerRole;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts roles in a node. Each is closed by the node, and a role that fails ends it. Used by the
 * thread that opened the node.
 */
final class Roles {
  private final Node node;
  private final AppSettings settings;
  private final BaseModel base;
  private final InstantSource clock = InstantSource.system();
  private @Nullable GatewayRole gateway;
  private final List<TrainerLane> lanes = new CopyOnWriteArrayList<>();

  Roles(Node node) {
    this.node = node;
    this.settings = node.settings();
    this.base = new BaseModel(settings);
  }

  void startStreams() {
    StreamsRole role =
        node.own(
            StreamsRole.start(
                settings.streams(),
                settings.topics(),
                node.clients().connection(),
                node.folder().resolve("streams"),
                node.metrics().registry()));
    node.own(bound(new KafkaStreamsMetrics(role.streams())));
    node.health().addLiveness("streams", role::live);
    node.health().addReadiness("streams", role::ready);
    node.endWhenFailed(role.failure());
  }

  void startGateway() {
    LineageRole lineage =
        node.own(
            LineageRole.start(
                node.folder().resolve("lineage"),
                node.clients(),
                settings.topics(),
                settings.streams().trust().trustEpoch()));
    gateway =
        node.own(
            GatewayRole.start(
                settings.gateway(),
                node.clients(),
                settings.topics(),
                node.keys(),
                node.metrics(),
                node.health(),
                clock));
    gateway.watchLineage(lineage);
  }

  /** Where the gateway that was started is found. */
  URI gatewayAddress() {
    if (gateway == null) {
      throw new IllegalStateException("no gateway was started");
    }
    return gateway.address();
  }

  /** Loads the base model; it is closed with the node. */
  CausalLanguageModel loadModel() {
    return node.own(base.load());
  }

  /**
   * Starts the lane and its shadows, each with a model of its own.
   *
   * @param published told of each version on the thread of its lane
   */
  void startTrainer(CausalLanguageModel model, Consumer<PolicyVersion> published) {
    List<LaneSettings> all = settings.trainer().withShadows();
    startLane(all.getFirst(), model, published);
    all.stream().skip(1).forEach(shadow -> startLane(shadow, loadModel(), published));
  }

  private void startLane(
      LaneSettings laneSettings, CausalLanguageModel model, Consumer<PolicyVersion> published) {
    PolicyEvaluator evaluator =
        settings.replay() == null ? winRate(laneSettings, model) : PolicyEvaluator.NONE;
    var started =
        new TrainerLane(
            laneSettings,
            LaneEnvironment.of(node.clients(), settings.topics(), node.artifacts(), model)
                .withOpener(new TextOpener(node.keys(), node.metrics().registry()))
                .withEvaluator(evaluator)
                .withPublished(published));
    lanes.add(started);
    TrainerRole role = node.own(TrainerRole.start(started));
    role.addTo(node.health());
    role.addTo(node.metrics().registry());
    node.endWhenFailed(role.ended());
  }

  private PolicyEvaluator winRate(LaneSettings lane, CausalLanguageModel model) {
    PocketWinRate winRate =
        BaseModel.measure(model, settings.sampler(), lane, controllerFor(model));
    return (policy, adapter, version) -> winRate.measure(adapter);
  }

  /** The controller that versions speak under, if they do; it is closed with the node. */
  private @Nullable AttributeController controllerFor(CausalLanguageModel model) {
    @Nullable AttributeController controller =
        Judges.controller(settings.judge(), model).orElse(null);
    return controller == null ? null : node.own(controller);
  }

  /** Makes the lanes end after what they have just published. For any thread, a lane's too. */
  void stopLearning() {
    lanes.forEach(TrainerLane::stop);
  }

  void startSampler() {
    CausalLanguageModel model = loadModel();
    @Nullable AttributeController controller =
        Judges.controller(settings.judge(), model).orElse(null);
    if (controller != null) {
      node.own(controller);
    }
    var completions =
        node.own(
            new LanguageModelCompletions(model, node.artifacts(), settings.sampler(), controller));
    start(Sampler.start(settings.sampler(), completions, context()));
  }

  void startPrompts() {
    start(PromptLoop.start(settings.prompts(), new PocketPrompts(), context()));
  }

  void startAnnotators() {
    start(SimulatedAnnotators.start(settings.annotators(), PhraseAttribute.ofReviews(), context()));
  }

  /** Starts the judge; a gateway that was started before shows it. */
  void startJudges() {
    JudgeSettings judging = settings.judge();
    Judge judge = node.own(Judges.open(judging, this::loadModel, node.metrics().registry(), clock));
    JudgeRole role = JudgeRole.start(judging, judge, context());
    start(role);
    if (gateway != null) {
      gateway.watchJudge(() -> Judges.report(role.status()));
    }
  }

  /** Returns what completes when the whole file has been sent. */
  CompletionStage<Void> startReplay() {
    ReplaySettings replay = settings.replay();
    if (replay == null) {
      throw new IllegalArgumentException("no preference file was named: replay.file is not set");
    }
    return start(DatasetReplay.start(replay, context()));
  }

  /**
   * Imports the export that the settings name.
   *
   * @return completes when the import has ended
   */
  CompletionStage<Void> startImport() {
    ImportSettings imported = settings.feedbackImport();
    if (imported == null) {
      throw new IllegalArgumentException("no export was named: feedback_import.file is not set");
    }
    Path annotators =
        imported.annotators() == null
            ? settings
                .data()
                .resolve("imports")
                .resolve(imported.datasetName().replaceAll("[^\\w.-]", "_") + ".annotators.jsonl")
            : imported.annotators();
    return start(FeedbackImport.start(imported, context(), annotators, new SecureRandom()));
  }

  /** Ends the node with success. */
  void finish() {
    node.finish();
  }

  private CompletionStage<Void> start(FeedRole role) {
    node.own(role);
    node.endWhenFailed(role.done());
    return role.done();
  }

  private RoleContext context() {
    return new RoleContext(
        node.clients(),
        settings.topics(),
        node.keys(),
        node.metrics().registry(),
        clock,
        ProgressStyle.detect(),
        System.err);
  }

  private KafkaStreamsMetrics bound(KafkaStreamsMetrics metrics) {
    metrics.bindTo(node.metrics().registry());
    return metrics;
  }
}
