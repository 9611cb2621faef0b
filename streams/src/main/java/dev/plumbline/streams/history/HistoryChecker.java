/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.Dispositions;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.replay.ClusterLogs;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.LogRecord;
import dev.plumbline.streams.replay.Logs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Verifies promises I1 to I8 over the topics of a cluster, which may be in use meanwhile.
 *
 * <p>The order of cuts makes that possible: first how far streams have read, then the ends of what
 * they write, then the ends of what they read. Whatever the first cut covers must show in the
 * second, and whatever stands in the second must follow from the third. What lies between the first
 * and the third is in flight, and is counted rather than judged. News of whom to believe that are
 * still in flight can bear on any example; then what differs from the rules is only counted. Used
 * by one thread.
 */
public final class HistoryChecker {
  private static final String NEWS_IN_FLIGHT = "news_in_flight";

  private final Logs logs;
  private final TopicLayout layout;
  private final @Nullable ArtifactStore artifacts;
  private final LongConsumer progress;
  private final Findings findings = new Findings();
  private final List<VersionRecord> versions = new ArrayList<>();
  private final ExampleLog examples;

  private HistoryChecker(
      Logs logs, TopicLayout layout, @Nullable ArtifactStore artifacts, LongConsumer progress) {
    this.logs = logs;
    this.layout = layout;
    this.artifacts = artifacts;
    this.progress = progress;
    this.examples = new ExampleLog(findings, layout);
  }

  /**
   * Checks the topics of a cluster up to now.
   *
   * @param settings what streams run with
   * @param artifacts where versions' artifacts are; null leaves them unchecked
   */
  public static HistoryReport check(
      KafkaClients clients,
      StreamsSettings settings,
      TopicLayout layout,
      @Nullable ArtifactStore artifacts) {
    try (var logs = new ClusterLogs(clients, "plumbline-check")) {
      return check(logs, settings, layout, artifacts, records -> {});
    }
  }

  /**
   * Checks logs up to now.
   *
   * @param settings what streams run with
   * @param artifacts where versions' artifacts are; null leaves them unchecked
   * @param progress told how many more records were read
   */
  public static HistoryReport check(
      Logs logs,
      StreamsSettings settings,
      TopicLayout layout,
      @Nullable ArtifactStore artifacts,
      LongConsumer progress) {
    return new HistoryChecker(logs, layout, artifacts, progress).checkAll(settings);
  }

  /**
   * Checks promises I3 to I7 of a cluster only: versions and the feeds that they learned from,
   * wherever those come from.
   *
   * @param artifacts where versions' artifacts are; null leaves them unchecked
   */
  public static HistoryReport checkLineages(
      KafkaClients clients, TopicLayout layout, @Nullable ArtifactStore artifacts) {
    try (var logs = new ClusterLogs(clients, "plumbline-check")) {
      var checker = new HistoryChecker(logs, layout, artifacts, records -> {});
      checker.readVersions();
      Cut ends = logs.ends(List.of(Topics.EXAMPLES.name()));
      checker.read(Topics.EXAMPLES.name(), ends, checker.examples::take);
      checker.checkLineage(ends);
      return checker.report("", List.of(), ends);
    }
  }

  private HistoryReport checkAll(StreamsSettings settings) {
    readVersions();
    String changelog = Dispositions.topic(settings.applicationId());
    Cut committed = logs.committed(settings.applicationId());
    Cut read = onlySources(committed);
    Cut derived = logs.ends(List.of(Topics.EXAMPLES.name(), Topics.DEAD_LETTERS.name(), changelog));
    Cut sources = logs.ends(ExampleReplay.SOURCES);
    boolean isNewsInFlight = isAnyInFlight(internalTopics(settings.applicationId()), committed);
    checkReadingPosition(settings.applicationId(), read, sources);

    var dispositions = new DispositionLog();
    var deadLetters = new DeadLetterLog(findings);
    read(changelog, derived, dispositions::take);
    read(Topics.DEAD_LETTERS.name(), derived, deadLetters::take);
    read(Topics.EXAMPLES.name(), derived, examples::take);
    checkLineage(derived);

    var rules =
        new SourceCheck(
            findings, settings, layout, examples, dispositions, deadLetters, isNewsInFlight);
    var retractions = new RetractionCheck(findings, rules);
    readSources(
        Cut.START,
        read,
        record -> {
          rules.takeRead(record);
          retractions.findRetraction(record);
        });
    rules.compare();
    boolean tookBack = retractions.accept(dispositions);
    readSources(read, sources, rules::takeInFlight);
    rules.conclude();
    deadLetters.requireNoneLeft(sources);

    List<Tainted> tainted = List.of();
    if (tookBack) {
      read(Topics.FEEDBACK.name(), read, retractions::findContribution);
      retractions.checkExamples(examples);
      read(Topics.EXAMPLES.name(), derived, retractions::findTouched);
      tainted = retractions.tainted(versions, examples);
    }
    Map<TopicPartition, Long> ends = new HashMap<>(derived.ends());
    ends.putAll(sources.ends());
    return report(rules.viewHash(), tainted, new Cut(ends));
  }

  /** Versions first: what they learned from then stands before the ends taken later. */
  private void readVersions() {
    String topic = Topics.POLICY_VERSIONS.name();
    Set<String> lanes = new TreeSet<>();
    read(topic, logs.ends(List.of(topic)), record -> lanes.add(version(record).lane()));
    Map<String, Cut> before = committed(lanes);
    read(
        topic,
        logs.ends(List.of(topic)),
        record -> versions.add(new VersionRecord(record.place(), version(record))));
    Map<String, Cut> after = committed(lanes);
    versions.forEach(record -> lanes.add(record.version().lane()));
    lanes.forEach(lane -> before.putIfAbsent(lane, Cut.START));
    lanes.forEach(lane -> after.putIfAbsent(lane, Cut.START));
    new CommitCheck(findings).checkGroups(versions, before, after);
  }

  private void checkLineage(Cut ends) {
    new LineageCheck(findings, logs, examples, ends).check(versions);
    var commits = new CommitCheck(findings);
    if (artifacts != null) {
      commits.checkArtifacts(versions, artifacts);
    }
    String aliases = Topics.POLICY_ALIASES.name();
    read(aliases, logs.ends(List.of(aliases)), record -> commits.checkAlias(record, versions));
  }

  private Map<String, Cut> committed(Set<String> lanes) {
    Map<String, Cut> committed = new TreeMap<>();
    lanes.forEach(lane -> committed.put(lane, logs.committed(CommitCheck.group(lane))));
    return committed;
  }

  /** What partitions tell each other, whom to believe. */
  private List<String> internalTopics(String applicationId) {
    return logs.topics().stream()
        .filter(topic -> topic.startsWith(applicationId + "-"))
        .filter(topic -> topic.endsWith("-repartition"))
        .sorted()
        .toList();
  }

  private boolean isAnyInFlight(List<String> topics, Cut committed) {
    long before = findings.counts().getOrDefault(NEWS_IN_FLIGHT, 0L);
    logs.read(topics, committed, logs.ends(topics), record -> findings.count(NEWS_IN_FLIGHT));
    return findings.counts().getOrDefault(NEWS_IN_FLIGHT, 0L) > before;
  }

  private void checkReadingPosition(String applicationId, Cut read, Cut sources) {
    read.ends()
        .forEach(
            (log, position) -> {
              if (position > sources.end(log)) {
                findings.add(
                    Promise.I4,
                    log.toString(),
                    applicationId,
                    "has committed offset %d, but the log ends at %d"
                        .formatted(position, sources.end(log)));
              }
            });
  }

  private static Cut onlySources(Cut committed) {
    Map<TopicPartition, Long> sources = new HashMap<>(committed.ends());
    sources.keySet().removeIf(log -> !ExampleReplay.SOURCES.contains(log.topic()));
    return new Cut(sources);
  }

  private static PolicyVersion version(LogRecord record) {
    return Topics.POLICY_VERSIONS.value().decode(record.value().toArray());
  }

  private void read(String topic, Cut to, Consumer<LogRecord> sink) {
    logs.read(List.of(topic), Cut.START, to, counted(sink));
  }

  private void readSources(Cut from, Cut to, Consumer<LogRecord> sink) {
    logs.read(ExampleReplay.SOURCES, from, to, counted(sink));
  }

  private Consumer<LogRecord> counted(Consumer<LogRecord> sink) {
    return record -> {
      sink.accept(record);
      progress.accept(1);
    };
  }

  private HistoryReport report(String viewHash, List<Tainted> tainted, Cut upTo) {
    return new HistoryReport(
        findings.listed(), findings.broken(), findings.counts(), viewHash, tainted, upTo);
  }
}
