/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyAlias;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersion.Learned;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.streams.history.Finding;
import dev.plumbline.streams.history.HistoryReport;
import dev.plumbline.streams.history.Promise;
import dev.plumbline.streams.history.Tainted;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.LogRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test breaks a clean history in one way and expects to be told of it. */
class PlantedFaultsTest {
  private static final String EXAMPLES = Topics.EXAMPLES.name();
  private static final String LETTERS = Topics.DEAD_LETTERS.name();
  private static final String VERSIONS = Topics.POLICY_VERSIONS.name();
  private static final String CHANGELOG =
      Dispositions.topic(SimulatedCluster.SETTINGS.applicationId());

  @TempDir private Path folder;
  private SimulatedCluster cluster;

  @BeforeEach
  void makeCleanHistory() throws IOException {
    cluster = SimulatedCluster.quiet(1, folder);
  }

  @Test
  void shouldFindAMissingExample() {
    LogRecord lost = onlyRevision();
    records(EXAMPLES, lost.partition()).remove(lost);

    requireFound(Promise.I2, example(lost).exampleId(), "is missing; item");
  }

  @Test
  void shouldFindAnExampleWrittenTwice() {
    LogRecord twice = onlyRevision();
    append(twice, twice.value().toArray());

    requireFound(Promise.I2, example(twice).exampleId(), "has revision 1, expected 2");
  }

  @Test
  void shouldFindARevisionThatGoesBack() {
    LogRecord third = anExample(example -> example.revision() == 3);
    String id = example(third).exampleId();
    append(third, anExample(it -> it.exampleId().equals(id)).value().toArray());

    requireFound(Promise.I2, id, "has revision 1, expected");
  }

  @Test
  void shouldFindAWrongBelief() {
    LogRecord record = latestPair();
    PreferencePair pair = (PreferencePair) example(record);
    int wrong = pair.probABetterPpm() == 0 ? 400_000 : 0;
    replace(record, with(pair, wrong, pair.evidence()));

    requireFound(Promise.I2, pair.exampleId(), "says P(a better) %d ppm".formatted(wrong));
  }

  @Test
  void shouldFindEvidenceThatNobodyGave() {
    LogRecord record = latestPair();
    PreferencePair pair = (PreferencePair) example(record);
    List<String> evidence = new ArrayList<>(pair.evidence().eventIds());
    evidence.add("ghost");
    replace(
        record,
        with(
            pair,
            pair.probABetterPpm(),
            new Evidence(evidence, pair.evidence().newestAcceptedAt(), null)));

    requireFound(Promise.I1, pair.itemId() + "/ghost", "was never accepted");
    requireFound(Promise.I2, pair.exampleId(), "ghost");
  }

  @Test
  void shouldFindAnExampleInTheFeedOfAnotherPolicy() {
    LogRecord record = onlyRevision();
    records(EXAMPLES, record.partition()).remove(record);
    int other = 1 - record.partition();
    cluster.logs.append(EXAMPLES, other, 0, record.key().toArray(), record.value().toArray());

    requireFound(Promise.I2, example(record).policy(), "stands in a feed that isn't its policy's");
  }

  @Test
  void shouldFindALostDisposition() {
    EventIdentity lost = identity(Disposition.InEvidence.class);
    cluster
        .logs
        .partitions(CHANGELOG)
        .forEach(log -> records(CHANGELOG, log.partition()).removeIf(it -> is(it, lost)));

    requireFound(Promise.I1, lost.toString(), "has disposition none, expected InEvidence");
  }

  @Test
  void shouldFindADispositionThatIsNotTheEvents() {
    EventIdentity event = identity(Disposition.Superseded.class);
    remember(event, new Disposition.Waiting());

    requireFound(Promise.I1, event.toString(), "has disposition Waiting[], expected Superseded[]");
  }

  @Test
  void shouldFindAnEventWithTwoDispositions() {
    EventIdentity event = identity(Disposition.InEvidence.class);
    int home = cluster.scenario.layout.partitionOf(event.itemId());
    byte[] superseded = StateCodec.value(new IdentifiedEvent("hash", new Disposition.Superseded()));
    cluster.logs.append(CHANGELOG, (home + 1) % 3, 0, key(event), superseded);

    requireFound(Promise.I1, event.toString(), "but no such event was accepted there");
  }

  @Test
  void shouldFindALostDeadLetter() {
    LogRecord lost = letter(DeadLetterReason.UNDECODABLE);
    records(LETTERS, 0).remove(lost);

    requireFound(
        Promise.I1, origin(lost), "has 0 dead letters of the reason UNDECODABLE, expected 1");
  }

  @Test
  void shouldFindADeadLetterWithOtherBytesThanItsOrigin() {
    LogRecord record = letter(DeadLetterReason.MIS_PARTITIONED);
    DeadLetter letter = Topics.DEAD_LETTERS.value().decode(record.value().toArray());
    replace(
        record, Topics.DEAD_LETTERS.value().encode(moved(letter, letter.offset(), new byte[5])));

    requireFound(Promise.I1, origin(record), "holds 5 bytes that are not those of the record");
  }

  @Test
  void shouldFindADeadLetterAboutNoRecord() {
    LogRecord record = letter(DeadLetterReason.MIS_PARTITIONED);
    DeadLetter letter = Topics.DEAD_LETTERS.value().decode(record.value().toArray());
    records(letter.topic(), letter.partition()).removeIf(it -> it.offset() == letter.offset());

    requireFound(Promise.I1, origin(record), "is about a record that doesn't stand there");
  }

  @Test
  void shouldFindAnExampleThatRestsOnWhatWasRetractedAndNameWhoLearnedFromIt() {
    LogRecord record = firstLearned();
    String itemId = example(record).itemId();
    String eventId = example(record).evidence().eventIds().getFirst();
    remember(new EventIdentity(itemId, eventId), new Disposition.Retracted());

    requireFound(Promise.I8, example(record).exampleId(), "which was taken back");
    List<Tainted> tainted = cluster.check().tainted();
    assertThat(tainted.getFirst().version()).hasToString("assistant@000001");
    assertThat(tainted.getFirst().way()).isEqualTo(Tainted.Way.DIRECTLY);
    assertThat(tainted.getFirst().events()).containsExactly(eventId);
    assertThat(tainted)
        .filteredOn(it -> it.way() == Tainted.Way.BY_DESCENT)
        .extracting(it -> it.version().toString())
        .contains("assistant@000002", "assistant.branch@000000");
    assertThat(tainted).extracting(it -> it.version().policy()).doesNotContain("robot");
  }

  @Test
  void shouldFindARetractionThatDidNotReachTheExample() {
    TrainingExample example = example(firstLearned());
    String eventId = example.evidence().eventIds().getFirst();
    takeBack(example.itemId(), eventId);

    requireFound(
        Promise.I8, example.exampleId(), "rests on [%s], which was taken back".formatted(eventId));
    requireFound(Promise.I1, example.itemId() + "/" + eventId, "expected Retracted[]");
  }

  @Test
  void shouldFindAGapBetweenAVersionAndItsParent() {
    alter("assistant@000002", it -> ranged(it, range(it).from() + 1, range(it).to()));

    requireFound(Promise.I3, "assistant@000002", "but its parent assistant@000001 ended at");
  }

  @Test
  void shouldFindAVersionThatLearnedTheSameTwice() {
    alter("assistant@000002", it -> ranged(it, range(it).from() - 1, range(it).to()));

    requireFound(Promise.I3, "assistant@000002", "but its parent assistant@000001 ended at");
  }

  @Test
  void shouldFindAVersionThatLearnedWhatDoesNotStandThere() {
    alter("robot@000001", it -> ranged(it, range(it).from(), 1_000_000));

    requireFound(Promise.I3, "robot@000001", "learned up to 1000000 of examples-1, which ends at");
  }

  @Test
  void shouldFindAVersionThatLearnedFromATopicThatIsNoMore() {
    alter(
        "robot@000001",
        it -> {
          ConsumedRange range = range(it);
          return consumed(it, new ConsumedRange("old", EXAMPLES, 1, range.from(), range.to()));
        });

    requireFound(Promise.I3, "robot@000001", "with id old, but its id is id-of-examples");
  }

  @Test
  void shouldFindAWrongExampleHash() {
    alter("assistant.ipo@000001", it -> hashed(it, "f".repeat(64)));

    requireFound(Promise.I3, "assistant.ipo@000001", "has example hash ffffffffffff");
  }

  @Test
  void shouldFindThatSomethingHeldOutWasLearned() {
    PolicyVersion version =
        versions().stream()
            .filter(it -> it.learned().counts().heldOut() > 0)
            .findFirst()
            .orElseThrow();
    ExampleCounts counts = version.learned().counts();
    alter(
        version.id().toString(),
        it ->
            counted(
                it,
                new ExampleCounts(
                    counts.learned() + 1,
                    counts.heldOut() - 1,
                    counts.superseded(),
                    counts.skipped(),
                    counts.withdrawn(),
                    counts.unusable(),
                    counts.parked())));

    requireFound(Promise.I3, version.id().toString(), "%d held out".formatted(counts.heldOut()));
  }

  @Test
  void shouldFindThatAVersionNamesWhatItMustNotLearn() {
    PolicyVersion version = cluster.version("assistant@000001");
    long heldOut =
        records(EXAMPLES, 0).stream()
            .filter(record -> example(record).split() == Split.HELD_OUT)
            .mapToLong(LogRecord::offset)
            .filter(offset -> offset < range(version).to())
            .findFirst()
            .orElseThrow();
    alter("assistant@000001", it -> consumed(it, range(it).withLearned(List.of(heldOut))));

    requireFound(Promise.I3, "assistant@000001", "learned what stands at %d of".formatted(heldOut));
  }

  @Test
  void shouldFindAGroupThatIsAheadOfItsNewestVersion() {
    var feed = new TopicPartition(EXAMPLES, 1);
    cluster.logs.commit("trainer-robot", new Cut(Map.of(feed, 999L)));

    requireFound(Promise.I4, newest("robot"), "group trainer-robot has committed 999");
  }

  @Test
  void shouldFindStreamsThatClaimToHaveReadMoreThanThereIs() {
    Map<TopicPartition, Long> claimed =
        new HashMap<>(cluster.logs.committed(SimulatedCluster.SETTINGS.applicationId()).ends());
    claimed.put(new TopicPartition("feedback", 1), 9_999L);
    cluster.logs.commit(SimulatedCluster.SETTINGS.applicationId(), new Cut(claimed));

    requireFound(Promise.I4, SimulatedCluster.SETTINGS.applicationId(), "offset 9999, but the log");
  }

  @Test
  void shouldFindAMissingArtifact() {
    String absent = "0".repeat(64);
    alter("assistant@000003", it -> stored(it, absent));

    requireFound(Promise.I4, "assistant@000003", "names no artifact");
  }

  @Test
  void shouldFindACorruptArtifact() throws IOException {
    String digest = cluster.version("assistant@000003").learned().artifactDigest();
    Path file = cluster.artifacts.open(new ArtifactDigest(digest)).folder().resolve("weights");
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);

    requireFound(Promise.I6, "assistant@000003", "file 'weights' has SHA-256");
  }

  @Test
  void shouldFindTwoArtifactsOfTheSameInputs() {
    PolicyVersion base = cluster.version("assistant@000000");
    PolicyVersion twin =
        new PolicyVersion(
            new PolicyVersionId("twin", 0),
            "twin",
            stored(base.learned(), cluster.version("robot@000001").learned().artifactDigest()),
            base.observed());
    cluster.publish(twin);

    requireFound(Promise.I5, "twin@000000", "but assistant@000000 learned the same from the same");
  }

  @Test
  void shouldFindAVersionOfALaneThatWasFenced() {
    PolicyVersion late = cluster.version("assistant@000002");
    cluster.publish(
        new PolicyVersion(
            new PolicyVersionId("assistant", 77), late.lane(), late.learned(), late.observed()));

    requireFound(
        Promise.I7, "assistant@000077", "has parent assistant@000001, but the newest version");
  }

  @Test
  void shouldFindAVersionThatWasPublishedTwice() {
    cluster.publish(cluster.version(newest("assistant")));

    requireFound(Promise.I7, newest("assistant"), "was published before");
  }

  @Test
  void shouldFindAnotherLaneThatWritesVersionsOfAPolicy() {
    PolicyVersion head = cluster.version(newest("robot"));
    cluster.publish(
        new PolicyVersion(
            head.id().next(),
            "stranger",
            parented(ranged(head, range(head).to(), range(head).to()).learned(), head.id()),
            head.observed()));

    requireFound(Promise.I7, head.id().next().toString(), "was written by lane stranger");
  }

  @Test
  void shouldFindAnAliasOfAVersionThatNeverWas() {
    var alias =
        new PolicyAlias(
            "assistant",
            PolicyAlias.Alias.CHAMPION,
            new PolicyVersionId("assistant", 500),
            Fixtures.START);
    cluster.logs.append(
        Topics.POLICY_ALIASES.name(),
        0,
        0,
        new byte[0],
        Topics.POLICY_ALIASES.value().encode(alias));

    requireFound(Promise.I6, "assistant@000500", "but was never published");
  }

  private void requireFound(Promise promise, String id, String problem) {
    HistoryReport report = cluster.check();
    assertThat(report.holds()).isFalse();
    assertThat(report.findings())
        .anySatisfy(
            (Finding finding) -> {
              assertThat(finding.promise()).isEqualTo(promise);
              assertThat(finding.id()).isEqualTo(id);
              assertThat(finding.problem()).contains(problem);
            });
  }

  private List<LogRecord> records(String topic, int partition) {
    return cluster.logs.records(topic, partition);
  }

  private static TrainingExample example(LogRecord record) {
    return (TrainingExample) Topics.EXAMPLES.value().decode(record.value().toArray());
  }

  /** The first example of the main policy's feed that a test says yes to. */
  private LogRecord anExample(Predicate<TrainingExample> wanted) {
    return records(EXAMPLES, 0).stream()
        .filter(record -> wanted.test(example(record)))
        .findFirst()
        .orElseThrow();
  }

  /** The first revision in the main policy's feed that no other follows. */
  private LogRecord onlyRevision() {
    return anExample(it -> it.revision() == 1 && revisions(it.exampleId()) == 1);
  }

  private LogRecord latestPair() {
    return anExample(
        it ->
            it instanceof PreferencePair
                && !it.evidence().isWithdrawn()
                && it.revision() == revisions(it.exampleId()));
  }

  /** An example of the first version that is still what it was when it was learned. */
  private LogRecord firstLearned() {
    long to = range(cluster.version("assistant@000001")).to();
    LogRecord record =
        anExample(
            it ->
                it.revision() == revisions(it.exampleId())
                    && it.split() == Split.TRAIN
                    && !it.evidence().isWithdrawn());
    assertThat(record.offset()).isLessThan(to);
    return record;
  }

  private long revisions(String exampleId) {
    return records(EXAMPLES, 0).stream()
        .filter(record -> example(record).exampleId().equals(exampleId))
        .count();
  }

  private LogRecord letter(DeadLetterReason reason) {
    return records(LETTERS, 0).stream()
        .filter(
            record ->
                Topics.DEAD_LETTERS.value().decode(record.value().toArray()).reason() == reason)
        .findFirst()
        .orElseThrow();
  }

  private static String origin(LogRecord record) {
    DeadLetter letter = Topics.DEAD_LETTERS.value().decode(record.value().toArray());
    return "%s-%d@%d".formatted(letter.topic(), letter.partition(), letter.offset());
  }

  private static DeadLetter moved(DeadLetter letter, long offset, byte[] original) {
    return new DeadLetter(
        letter.reason(),
        letter.detail(),
        letter.topic(),
        letter.partition(),
        offset,
        letter.key(),
        Bytes.of(original),
        letter.eventId(),
        letter.acceptedAt());
  }

  /** An event whose latest disposition is of a kind. */
  private EventIdentity identity(Class<? extends Disposition> kind) {
    Map<EventIdentity, Disposition> latest = new HashMap<>();
    for (TopicPartition log : cluster.logs.partitions(CHANGELOG)) {
      for (LogRecord record : records(CHANGELOG, log.partition())) {
        Dispositions.identity(record.key().toArray())
            .ifPresent(
                identity ->
                    latest.put(identity, Dispositions.disposition(record.value().toArray())));
      }
    }
    return latest.entrySet().stream()
        .filter(entry -> kind.isInstance(entry.getValue()))
        .map(Map.Entry::getKey)
        .min(EventIdentity::compareTo)
        .orElseThrow();
  }

  /** Appends a retraction by who said the event, which streams claim to have read. */
  private void takeBack(String itemId, String eventId) {
    int partition = cluster.scenario.layout.partitionOf(itemId);
    FeedbackEvent event =
        records("feedback", partition).stream()
            .flatMap(record -> record.feedback().stream())
            .filter(it -> it.itemId().equals(itemId) && it.eventId().equals(eventId))
            .findFirst()
            .orElseThrow();
    var retraction =
        new FeedbackEvent(
            "retraction",
            itemId,
            event.annotator(),
            "test",
            event.acceptedAt(),
            null,
            null,
            FeedbackEvent.OVERALL,
            new Statement.Retraction(new Statement.OneEvent(eventId)));
    cluster.logs.append(
        "feedback",
        partition,
        event.acceptedAt().toEpochMilli(),
        Topics.FEEDBACK.key().encode(itemId),
        Topics.FEEDBACK.value().encode(retraction));
    Map<TopicPartition, Long> read =
        new HashMap<>(cluster.logs.committed(SimulatedCluster.SETTINGS.applicationId()).ends());
    read.merge(new TopicPartition("feedback", partition), 1L, Long::sum);
    cluster.logs.commit(SimulatedCluster.SETTINGS.applicationId(), new Cut(read));
  }

  private static boolean is(LogRecord record, EventIdentity identity) {
    return Dispositions.identity(record.key().toArray()).equals(Optional.of(identity));
  }

  private void remember(EventIdentity event, Disposition disposition) {
    cluster.logs.append(
        CHANGELOG,
        cluster.scenario.layout.partitionOf(event.itemId()),
        0,
        key(event),
        StateCodec.value(new IdentifiedEvent("hash", disposition)));
  }

  private static byte[] key(EventIdentity event) {
    return Table.Name.IDENTITIES.storeKey(StateCodec.key(event.itemId(), event.eventId())).get();
  }

  private void append(LogRecord like, byte[] value) {
    cluster.logs.append(like.topic(), like.partition(), 0, like.key().toArray(), value);
  }

  private void replace(LogRecord record, TrainingExample example) {
    replace(record, Topics.EXAMPLES.value().encode(example));
  }

  private void replace(LogRecord record, byte[] value) {
    records(record.topic(), record.partition())
        .replaceAll(
            it ->
                it.offset() == record.offset()
                    ? new LogRecord(
                        it.topic(),
                        it.partition(),
                        it.offset(),
                        it.timestampMillis(),
                        it.key(),
                        Bytes.of(value))
                    : it);
  }

  private static PreferencePair with(PreferencePair pair, int probABetterPpm, Evidence evidence) {
    return new PreferencePair(
        pair.exampleId(),
        pair.revision(),
        pair.policy(),
        pair.itemId(),
        pair.criterion(),
        pair.prompt(),
        pair.a(),
        pair.b(),
        probABetterPpm,
        probABetterPpm == pair.probABetterPpm() ? pair.probTiePpm() : 0,
        pair.weightPpm(),
        evidence);
  }

  private List<PolicyVersion> versions() {
    return records(VERSIONS, 0).stream()
        .map(record -> Topics.POLICY_VERSIONS.value().decode(record.value().toArray()))
        .toList();
  }

  private String newest(String policy) {
    return versions().stream()
        .filter(version -> version.policy().equals(policy))
        .reduce((one, other) -> other)
        .orElseThrow()
        .id()
        .toString();
  }

  private void alter(String id, UnaryOperator<PolicyVersion> change) {
    for (LogRecord record : List.copyOf(records(VERSIONS, 0))) {
      PolicyVersion version = Topics.POLICY_VERSIONS.value().decode(record.value().toArray());
      if (version.id().toString().equals(id)) {
        replace(record, Topics.POLICY_VERSIONS.value().encode(change.apply(version)));
      }
    }
  }

  private static ConsumedRange range(PolicyVersion version) {
    return version.learned().consumed().getFirst();
  }

  private static PolicyVersion ranged(PolicyVersion version, long from, long to) {
    ConsumedRange range = range(version);
    return consumed(
        version, new ConsumedRange(range.topicId(), range.topic(), range.partition(), from, to));
  }

  private static PolicyVersion consumed(PolicyVersion version, ConsumedRange range) {
    Learned it = version.learned();
    return of(
        version, copy(it, it.parent(), it.artifactDigest(), range, it.exampleHash(), it.counts()));
  }

  private static PolicyVersion hashed(PolicyVersion version, String hash) {
    Learned it = version.learned();
    return of(
        version, copy(it, it.parent(), it.artifactDigest(), range(version), hash, it.counts()));
  }

  private static PolicyVersion counted(PolicyVersion version, ExampleCounts counts) {
    Learned it = version.learned();
    return of(
        version,
        copy(it, it.parent(), it.artifactDigest(), range(version), it.exampleHash(), counts));
  }

  private static PolicyVersion stored(PolicyVersion version, String digest) {
    return of(version, stored(version.learned(), digest));
  }

  private static Learned stored(Learned it, String digest) {
    return copy(it, it.parent(), digest, it.consumed().getFirst(), it.exampleHash(), it.counts());
  }

  private static Learned parented(Learned it, PolicyVersionId parent) {
    return copy(
        it, parent, it.artifactDigest(), it.consumed().getFirst(), it.exampleHash(), it.counts());
  }

  private static PolicyVersion of(PolicyVersion version, Learned learned) {
    return new PolicyVersion(version.id(), version.lane(), learned, version.observed());
  }

  private static Learned copy(
      Learned it,
      @org.jspecify.annotations.Nullable PolicyVersionId parent,
      String digest,
      ConsumedRange range,
      String hash,
      ExampleCounts counts) {
    return new Learned(
        parent,
        digest,
        List.of(range),
        hash,
        counts,
        it.step(),
        it.metrics(),
        it.objective(),
        it.configHash(),
        it.base(),
        it.engine(),
        it.heldOutFrom());
  }
}
