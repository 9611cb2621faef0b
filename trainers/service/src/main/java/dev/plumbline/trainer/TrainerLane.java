/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.events.Boundary;
import dev.plumbline.events.BoundaryReason;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.trainer.LaneStatus.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One memory on one feed: examples in, policy versions out, exactly once.
 *
 * <p>A lane that starts does always the same, whatever happened before: it fences its predecessor,
 * reads the newest committed version record, loads and verifies what that names, seeks to where
 * that ended, and learns. From there a version is made again and again: gather a slice of the feed,
 * take optimizer steps, store the artifact, and commit version record and consumer offsets in one
 * short transaction. The record is the only commit point: what it names is durable before, and
 * nothing counts that it does not name.
 *
 * <p>After anything unexpected (a lost assignment, an aborted transaction, an unknown outcome) the
 * lane drops its memory and starts over. After it was fenced it ends, because another process has
 * taken its place: both the transactional id and the group's instance id are the lane's name, so
 * the newest process of a name wins.
 *
 * <p>{@link #run} belongs to one thread, which polls all the time; learning happens on a thread of
 * its own meanwhile. {@link #stop} and {@link #status} may be called by any thread.
 *
 * <p>Announced steps: {@value #FENCED}, {@value #IN_STEP} after each optimizer step, those of the
 * artifact store, {@value #ARTIFACT_WRITTEN}, {@value #IN_TRANSACTION} when all is sent but not
 * committed, {@value #COMMITTED}.
 */
public final class TrainerLane {
  public static final String FENCED = "lane.fenced";
  public static final String IN_STEP = "lane.in-step";
  public static final String ARTIFACT_WRITTEN = "lane.artifact-written";
  public static final String IN_TRANSACTION = "lane.in-transaction";
  public static final String COMMITTED = "lane.committed";

  private static final Logger log = LoggerFactory.getLogger(TrainerLane.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** The running hash before any example. */
  private static final String NOTHING_CONSUMED = Identity.hash("consumed");

  /** When learning ends by itself. */
  private enum Until {
    STOPPED,
    CAUGHT_UP
  }

  private final LaneSettings settings;
  private final LearningSettings learning;
  private final LaneEnvironment environment;
  private final CausalLanguageModel model;
  private final LaneMeters meters;
  private volatile LaneStatus status;
  private volatile boolean stopped;
  private volatile @Nullable LaneSession current;

  public TrainerLane(LaneSettings settings, LaneEnvironment environment) {
    this.settings = settings;
    this.learning = settings.learning();
    this.environment = environment;
    this.model = environment.model();
    this.status = new LaneStatus(Phase.JOINING, null, 0, learning.examplesPerVersion(), 0);
    this.meters = new LaneMeters(id(), this::status);
  }

  /**
   * Learns until {@link #stop} is called.
   *
   * @throws LaneFencedException when another process has taken the lane over
   * @throws LaneRefusedException when policy, base, settings or feed don't fit together
   * @throws RebuildDueException when what may have been learned was withdrawn, and the rule is to
   *     rebuild
   */
  public void run() {
    learn(Until.STOPPED);
  }

  /**
   * Learns until the feed holds no further whole version, and returns; what is left of it waits for
   * the next run. Fails as {@link #run} does.
   */
  public void catchUp() {
    learn(Until.CAUGHT_UP);
  }

  private void learn(Until until) {
    try {
      boolean caughtUp = false;
      while (!stopped && !caughtUp) {
        try (var session = LaneSession.open(settings, environment)) {
          current = session;
          if (!stopped) {
            learnFrom(session, until);
            caughtUp = true;
          }
        } catch (LaneSession.StoppedException requested) {
          log.debug("lane {} was asked to stop", id());
        } catch (LaneSession.AssignmentLostException | KafkaException interruption) {
          switch (Interruption.of(interruption)) {
            case STOP -> log.debug("lane {} was asked to stop", id());
            case START_OVER -> {
              log.warn("lane {} drops its memory and starts over", id(), interruption);
              meters.restarted();
            }
            case FENCED -> throw new LaneFencedException(id(), interruption);
            case FAIL -> throw interruption;
          }
        }
      }
    } finally {
      current = null;
      show(Phase.ENDED, 0, 0);
    }
  }

  /**
   * Makes sure that a lane would learn as the newest version of a policy was learned.
   *
   * @throws LaneRefusedException naming what differs, or when the policy has no versions
   */
  public static void requireSameSettings(
      String policy, LaneSettings settings, LaneEnvironment environment) {
    try (PolicyVersions versions =
        PolicyVersions.open(environment.clients(), settings.transactionalId() + "-versions")) {
      PolicyVersion head =
          versions
              .head(policy)
              .orElseThrow(
                  () -> new LaneRefusedException("policy %s has no version".formatted(policy)));
      Lineage.requireSameBase(head, Lineage.base(environment.model().identity()));
      Artifact artifact =
          environment.artifacts().open(new ArtifactDigest(head.learned().artifactDigest()));
      Lineage.requireSameSettings(
          head,
          VersionArtifact.readSettings(artifact),
          settings.learning().asMap(environment.model().identity()),
          settings.allowChanged());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Makes {@link #run} return soon. What was not committed is learned again by the next run. */
  public void stop() {
    stopped = true;
    LaneSession session = current;
    if (session != null) {
      session.stop();
    }
  }

  /** The lane's name. */
  public String id() {
    return settings.laneId();
  }

  LaneMeters meters() {
    return meters;
  }

  /** What the lane is doing now. */
  public LaneStatus status() {
    return status;
  }

  /** Fence, then read, then learn; returns only when it has caught up, and should. */
  private void learnFrom(LaneSession session, Until until) {
    show(Phase.JOINING, 0, 0);
    session.awaitFeed();

    show(Phase.RECOVERING, 0, 0);
    session.fence();
    reached(FENCED);
    Optional<PolicyVersion> newest = session.head();
    PolicyVersion head = newest.isPresent() ? newest.get() : publishBase(session);
    show(head);
    ConsumedRange consumed = check(session, head);
    session.logOffsetsThatDiffer(consumed.to());

    try (LaneMemory memory = session.whilePolling(() -> restore(head))) {
      HeldOutWindow heldOut = readHeldOut(session, head);
      PolicyVersion parent = head;
      Optional<Slice> slice = gather(session, parent, heldOut, until);
      while (slice.isPresent()) {
        parent = publish(session, parent, slice.get(), memory, heldOut);
        slice = gather(session, parent, heldOut, until);
      }
    }
  }

  /** Everything that must hold before going on from a version. */
  private ConsumedRange check(LaneSession session, PolicyVersion head) {
    Lineage.requireSameLane(head, id());
    Lineage.requireSameBase(head, Lineage.base(model.identity()));
    Lineage.requireSameFeed(
        head, session.topicId(), session.feed().topic(), session.feed().partition());
    String engine = Lineage.engine(model.fingerprint());
    if (!engine.equals(head.learned().engine())) {
      log.warn(
          "{} was computed on another engine ({}); from here on it is {}, and equal bytes are not promised across the two",
          head.id(),
          head.learned().engine(),
          engine);
    }
    return Lineage.range(head);
  }

  private Curriculum curriculum(PolicyVersionId parent) {
    return Curriculum.of(learning, parent, settings.rebuiltFrom());
  }

  private LaneMemory restore(PolicyVersion head) throws IOException {
    Artifact artifact =
        environment.artifacts().open(new ArtifactDigest(head.learned().artifactDigest()));
    artifact.verify();
    Lineage.requireSameSettings(
        head,
        VersionArtifact.readSettings(artifact),
        learning.asMap(model.identity()),
        settings.allowChanged());
    return LaneMemory.restore(model, learning, artifact);
  }

  /** Reads again what the version was scored on, and stops where it stopped. */
  private HeldOutWindow readHeldOut(LaneSession session, PolicyVersion head) {
    var heldOut = new HeldOutWindow(curriculum(head.id()), learning.evalExamples());
    long to = Lineage.range(head).to();
    session.seek(head.learned().heldOutFrom());
    while (session.position() < to) {
      @Nullable TopicRecord<String, ExampleRecord> record = session.next(POLL);
      if (record != null && record.offset() < to) {
        heldOut.add(record.offset(), session.value(record));
      } else if (record != null) {
        session.seek(to);
      }
    }
    return heldOut;
  }

  /** Reads the feed until a slice is complete; empty when it has caught up first, and should. */
  private Optional<Slice> gather(
      LaneSession session, PolicyVersion parent, HeldOutWindow heldOut, Until until) {
    var builder =
        new SliceBuilder(
            curriculum(parent.id()),
            learning.revisions(),
            Lineage.range(parent).to(),
            learning.examplesPerVersion(),
            parent.learned().exampleHash());
    show(Phase.GATHERING, 0, 0);
    @Nullable Instant waitingSince = null;
    while (true) {
      @Nullable TopicRecord<String, ExampleRecord> record = session.next(POLL);
      if (record != null) {
        ExampleRecord example = session.value(record);
        heldOut.add(record.offset(), example);
        if (builder.add(record.offset(), example)) {
          return Optional.of(builder.build());
        }
        show(Phase.GATHERING, builder.learnable(), 0);
      } else if (until == Until.CAUGHT_UP && session.isAtEnd()) {
        return Optional.empty();
      }
      if (builder.learnable() == 0) {
        waitingSince = null;
      } else if (waitingSince == null) {
        waitingSince = environment.clock().instant();
      } else if (hasWaitedTooLong(waitingSince)) {
        Boundary boundary =
            new Boundary(
                settings.feedPolicy(), BoundaryReason.TIME_LIMIT, environment.clock().instant());
        // The log decides: the lane asks for the end of the slice in the feed, and reads it there.
        session.append(boundary);
        waitingSince = boundary.acceptedAt();
      }
    }
  }

  private boolean hasWaitedTooLong(Instant since) {
    Duration limit = settings.publishAfter();
    return limit != null
        && Duration.between(since, environment.clock().instant()).compareTo(limit) >= 0;
  }

  /** Turns a slice into the next version; returns when it is committed. */
  private PolicyVersion publish(
      LaneSession session,
      PolicyVersion parent,
      Slice slice,
      LaneMemory memory,
      HeldOutWindow heldOut) {
    PolicyVersionId id = parent.id().next();
    Instant gathered = environment.clock().instant();
    PolicyVersion.Learned learned =
        session.whilePolling(
            () -> {
              Map<String, Double> metrics = learn(session, memory, parent.id(), slice);
              show(Phase.PUBLISHING, slice.examples().size(), slice.examples().size());
              metrics.putAll(memory.score(heldOut.examples()));
              Map<String, Double> evaluated = memory.evaluate(environment.evaluator(), id);
              session.requireGoing();
              return store(
                  session, memory, parent, slice, metrics, evaluated, heldOut.oldest(slice.to()));
            });
    Instant now = environment.clock().instant();
    Map<String, Double> observed = new TreeMap<>();
    observed.put("learn_seconds", seconds(gathered, now));
    if (slice.newestAcceptedAt() != null) {
      observed.put("freshness_seconds", seconds(slice.newestAcceptedAt(), now));
    }
    var observation = new PolicyVersion.Observed(now, slice.newestAcceptedAt(), observed);
    return commit(session, new PolicyVersion(id, id(), learned, observation));
  }

  private Map<String, Double> learn(
      LaneSession session, LaneMemory memory, PolicyVersionId parent, Slice slice) {
    slice
        .unusable()
        .forEach(
            (reason, count) ->
                log.debug(
                    "lane {} passed over {} examples by {}: {}", id(), count, reason, parent));
    int[] seen = {0};
    show(Phase.LEARNING, slice.examples().size(), 0);
    Map<String, Double> metrics =
        memory.learn(
            slice,
            curriculum(parent),
            examples -> {
              seen[0] += examples;
              show(Phase.LEARNING, slice.examples().size(), seen[0]);
              reached(IN_STEP);
              session.requireGoing();
            });
    slice.unusable().forEach((reason, count) -> metrics.put("unusable/" + reason, (double) count));
    return metrics;
  }

  /** The first version of a policy: the base itself, with an adapter that changes nothing. */
  private PolicyVersion publishBase(LaneSession session) {
    PolicyVersionId id = new PolicyVersionId(settings.policy(), 0);
    Slice nothing =
        new SliceBuilder(
                curriculum(id), learning.revisions(), session.feedStart(), 1, NOTHING_CONSUMED)
            .build();
    PolicyVersion.Learned learned =
        session.whilePolling(
            () -> {
              try (LaneMemory memory = LaneMemory.atBase(model, learning)) {
                Map<String, Double> evaluated = memory.evaluate(environment.evaluator(), id);
                return store(session, memory, null, nothing, Map.of(), evaluated, nothing.to());
              }
            });
    var observation = new PolicyVersion.Observed(environment.clock().instant(), null, Map.of());
    return commit(session, new PolicyVersion(id, id(), learned, observation));
  }

  /**
   * Makes durable what a version record names, and returns the record's deterministic part.
   *
   * @param metrics of learning, which the artifact knows too
   * @param evaluated metrics of the evaluator, which may know names
   */
  private PolicyVersion.Learned store(
      LaneSession session,
      LaneMemory memory,
      @Nullable PolicyVersion parent,
      Slice slice,
      Map<String, Double> metrics,
      Map<String, Double> evaluated,
      long heldOutFrom)
      throws IOException {
    ArtifactDigest digest =
        environment
            .artifacts()
            .put(
                memory.artifact(
                    parent == null ? null : parent.learned().artifactDigest(), slice, metrics));
    reached(ARTIFACT_WRITTEN);
    Map<String, Double> measured = new TreeMap<>(metrics);
    measured.putAll(evaluated);
    return new PolicyVersion.Learned(
        parent == null ? null : parent.id(),
        digest.hex(),
        List.of(session.range(slice.from(), slice.to()).withLearned(slice.offsets())),
        slice.exampleHash(),
        slice.counts(),
        memory.steps(),
        measured,
        learning.objective().name(),
        learning.hash(model.identity()),
        Lineage.base(model.identity()),
        Lineage.engine(model.fingerprint()),
        heldOutFrom);
  }

  /** The commit point: version record and offsets, or neither. */
  private PolicyVersion commit(LaneSession session, PolicyVersion version) {
    // Fencing alone keeps two processes of this lane apart; this finds another lane at its policy.
    Lineage.requireHead(version, session.head());
    session.begin();
    session.send(Topics.POLICY_VERSIONS, version.policy(), version);
    session.sendOffset(Lineage.range(version).to());
    reached(IN_TRANSACTION);
    session.commit();
    reached(COMMITTED);
    log.info(
        "{} is out: {} examples, {} steps, artifact {}",
        version.id(),
        version.learned().counts().learned(),
        version.learned().step(),
        version.learned().artifactDigest());
    show(version);
    meters.published(version);
    environment.published().accept(version);
    return version;
  }

  private void reached(String step) {
    environment.failPoint().reached(step);
  }

  private void show(Phase phase, int gathered, int learned) {
    status = new LaneStatus(phase, status.head(), gathered, learning.examplesPerVersion(), learned);
  }

  private void show(PolicyVersion head) {
    status =
        new LaneStatus(
            status.phase(), head.id(), status.gathered(), status.wanted(), status.learned());
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }
}
