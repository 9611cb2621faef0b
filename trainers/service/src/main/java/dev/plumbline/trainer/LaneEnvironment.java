/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.FailPoint;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.lm.CausalLanguageModel;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What a lane stands in. Everything is the caller's and outlives the lane.
 *
 * @param clients the cluster
 * @param layout which partition is whose feed
 * @param artifacts where versions are kept
 * @param opener reads sealed texts of the feed
 * @param model the base, used by no one else while the lane runs
 * @param evaluator measures each version
 * @param published told of each version just after it was committed, on the lane's thread
 * @param clock for the observed part of records and for time limits; never for an artifact
 * @param failPoint watches the steps, see {@link TrainerLane}
 */
public record LaneEnvironment(
    KafkaClients clients,
    TopicLayout layout,
    ArtifactStore artifacts,
    TextOpener opener,
    CausalLanguageModel model,
    PolicyEvaluator evaluator,
    Consumer<PolicyVersion> published,
    InstantSource clock,
    FailPoint failPoint) {

  /**
   * The usual environment: the system's clock, no keys, no evaluator, nobody told, nobody watching.
   */
  public static LaneEnvironment of(
      KafkaClients clients,
      TopicLayout layout,
      ArtifactStore artifacts,
      CausalLanguageModel model) {
    return new LaneEnvironment(
        clients,
        layout,
        artifacts,
        TextOpener.withoutKeys(),
        model,
        PolicyEvaluator.NONE,
        version -> {},
        InstantSource.system(),
        FailPoint.NONE);
  }

  /** The same with another evaluator. */
  public LaneEnvironment withEvaluator(PolicyEvaluator other) {
    return new LaneEnvironment(
        clients, layout, artifacts, opener, model, other, published, clock, failPoint);
  }

  /** The same with another one to tell of versions. */
  public LaneEnvironment withPublished(Consumer<PolicyVersion> other) {
    return new LaneEnvironment(
        clients, layout, artifacts, opener, model, evaluator, other, clock, failPoint);
  }

  /** The same with another reader of sealed texts. */
  public LaneEnvironment withOpener(TextOpener other) {
    return new LaneEnvironment(
        clients, layout, artifacts, other, model, evaluator, published, clock, failPoint);
  }

  /** The same with another clock. */
  public LaneEnvironment withClock(InstantSource other) {
    return new LaneEnvironment(
        clients, layout, artifacts, opener, model, evaluator, published, other, failPoint);
  }

  /** The same with another fail-point. */
  public LaneEnvironment withFailPoint(FailPoint other) {
    return new LaneEnvironment(
        clients, layout, artifacts, opener, model, evaluator, published, clock, other);
  }
}
