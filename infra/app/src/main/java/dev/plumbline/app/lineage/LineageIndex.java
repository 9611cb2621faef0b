/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.lineage.Key.Table;
import dev.plumbline.app.lineage.LineageLog.SaidBy;
import dev.plumbline.app.lineage.VersionSums.Taint;
import dev.plumbline.app.models.InputException;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Split;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lineage of all versions: what each learned from, and which versions an event taught.
 *
 * <p>An event is <em>taken back</em> when a retraction of a whole contribution names its annotator,
 * or the subject of its item's texts; or when a retraction names the event or a candidate of the
 * example, and an example that named the event no longer does in its newest revision. (Retractions
 * that streams refuse leave examples as they are, and take nothing back.) A version is
 * <em>tainted</em> when it learned from a revision that names an event that was taken back:
 * directly, or because an ancestor did.
 *
 * <p>Answers are as of the last {@link #refresh}. Used by one thread.
 */
public final class LineageIndex implements AutoCloseable {
  private final LineageStore store;
  private final LineageLog log;
  private final Duration trustEpoch;
  private final String examplesTopicId;
  private final VersionTree tree = new VersionTree();
  private final NavigableMap<PolicyVersionId, VersionSums> sums = new TreeMap<>();
  private @Nullable NavigableSet<NamedEvent> takenBack;

  private LineageIndex(
      LineageStore store, LineageLog log, Duration trustEpoch, String examplesTopicId) {
    this.store = store;
    this.log = log;
    this.trustEpoch = trustEpoch;
    this.examplesTopicId = examplesTopicId;
    store.scan(
        Key.of(Table.VERSION),
        (key, value) ->
            remember(
                Packed.read(
                    value,
                    in -> {
                      byte[] record = new byte[in.readInt()];
                      in.readFully(record);
                      PolicyVersion version = Topics.POLICY_VERSIONS.value().decode(record);
                      int examples = in.readInt();
                      int events = in.readInt();
                      int annotators = in.readInt();
                      @Nullable Long epoch = in.readBoolean() ? in.readLong() : null;
                      return new Remembered(
                          version,
                          new VersionSums(
                              version.id(),
                              version.learned().parent(),
                              examples,
                              events,
                              annotators,
                              epoch,
                              Taint.NONE));
                    })));
  }

  private record Remembered(PolicyVersion version, VersionSums sums) {
    byte[] packed() {
      return Packed.write(
          out -> {
            byte[] record = Topics.POLICY_VERSIONS.value().encode(version);
            out.writeInt(record.length);
            out.write(record);
            out.writeInt(sums.examples());
            out.writeInt(sums.events());
            out.writeInt(sums.annotators());
            out.writeBoolean(sums.trustEpoch() != null);
            if (sums.trustEpoch() != null) {
              out.writeLong(sums.trustEpoch());
            }
          });
    }
  }

  /**
   * Opens the index of a folder. One that is lost, or of another cluster, is made anew by the next
   * {@link #refresh}.
   *
   * @param trustEpoch how long an epoch of trust is: {@code streams.trust_epoch}
   */
  public static LineageIndex open(
      Path folder, KafkaClients clients, TopicLayout layout, Duration trustEpoch) {
    LineageLog.Binding binding = LineageLog.Binding.of(clients);
    LineageStore store = LineageStore.open(folder);
    if (!binding.isOf(store)) {
      store.close();
      store = LineageStore.openAnew(folder);
    }
    try {
      return new LineageIndex(
          store,
          LineageLog.open(clients, layout, binding, store),
          trustEpoch,
          binding.topicIds().get(Topics.EXAMPLES.name()));
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Reads on to everything that was committed before this call. */
  public void refresh() {
    takenBack = null;
    log.readOn(
        committed -> {
          PolicyVersion version = committed.version();
          List<Revision> learned = learned(version);
          Set<NamedEvent> events = new TreeSet<>();
          learned.forEach(revision -> events.addAll(named(revision)));
          Set<String> annotators = new TreeSet<>(annotators(events).keySet());
          var remembered =
              new Remembered(
                  version, VersionSums.of(version, learned, events.size(), annotators.size()));
          committed
              .batch()
              .put(
                  Key.of(Table.VERSION, version.policy()).with(version.id().number()),
                  remembered.packed());
          remember(remembered);
        });
  }

  /** Every version in a line, in the order of policies and numbers. */
  public List<VersionSums> versions() {
    Map<PolicyVersionId, Taint> taints = taints();
    return sums.values().stream()
        .map(version -> version.with(taints.getOrDefault(version.id(), Taint.NONE)))
        .toList();
  }

  /**
   * Where a version comes from.
   *
   * @throws InputException when it isn't known, naming the nearest that is
   */
  public VersionLineage version(PolicyVersionId id) {
    return lineage(tree.get(id).orElseThrow(() -> unknown(id)));
  }

  /**
   * What was learned from an event, whatever items it was said of.
   *
   * @throws InputException when no log holds an event of this id
   */
  public Influence ofEvent(String eventId) {
    List<NamedEvent> events = new ArrayList<>();
    store.scan(
        Key.of(Table.EVENT_ITEM, eventId),
        (key, value) -> {
          key.text();
          events.add(named(key.text(), eventId));
        });
    if (events.isEmpty()) {
      throw new InputException(
          "event " + eventId, "no log holds an event of this id; ids are whole, as they were sent");
    }
    return influence(events);
  }

  /**
   * What was learned from all that an annotator said.
   *
   * @throws InputException when they said nothing, naming the nearest who did
   */
  public Influence ofAnnotator(String annotatorId) {
    List<NamedEvent> events = saidBy(annotatorId);
    if (events.isEmpty()) {
      throw new InputException(
          "annotator " + annotatorId,
          "no log holds anything that they said" + meant(annotatorId, firstTexts(Table.SAID)));
    }
    return influence(events);
  }

  /**
   * What was learned from items that hold a subject's text, and from all that the subject said.
   *
   * @throws InputException when no log knows the subject, naming the nearest that one does
   */
  public Influence ofSubject(String subject) {
    NavigableSet<NamedEvent> events = new TreeSet<>(saidBy(subject));
    events.addAll(aboutTextsOf(subject));
    if (events.isEmpty() && itemsOf(subject).isEmpty()) {
      throw new InputException(
          "subject " + subject,
          "no log holds a text of theirs, or anything that they said"
              + meant(subject, firstTexts(Table.SUBJECT)));
    }
    return influence(events);
  }

  /** The tainted versions. */
  public NavigableSet<PolicyVersionId> tainted() {
    return new TreeSet<>(taints().keySet());
  }

  /** The events that were taken back, learned from or not. */
  public NavigableSet<NamedEvent> takenBack() {
    if (takenBack == null) {
      takenBack = findTakenBack();
    }
    return takenBack;
  }

  /**
   * Which records of the source logs to leave out.
   *
   * @throws InputException when nothing is known of something that is to be left out
   */
  LeftOut leftOut(Collection<Without> without) {
    var leftOut = new LeftOut.Builder();
    for (Without each : without) {
      switch (each) {
        case Without.Event(String id) -> {
          ofEvent(id);
          leftOut.eventId(id);
        }
        case Without.Annotator(String id) -> {
          ofAnnotator(id);
          leftOut.annotator(id);
        }
        case Without.Subject(String id) -> {
          ofSubject(id);
          leftOut.annotator(id).items(itemsOf(id));
        }
        case Without.Tainted tainted -> {
          leftOut.events(takenBack());
          retractedAnnotators().forEach(id -> leftOut.annotator(id).items(itemsOf(id)));
        }
      }
    }
    return leftOut.build();
  }

  @Override
  public void close() {
    log.close();
    store.close();
  }

  private void remember(Remembered remembered) {
    tree.add(remembered.version(), examplesTopicId);
    sums.put(remembered.version().id(), remembered.sums());
  }

  private InputException unknown(PolicyVersionId id) {
    NavigableSet<String> policies = new TreeSet<>();
    sums.keySet().forEach(known -> policies.add(known.policy()));
    @Nullable PolicyVersionId before = sums.floorKey(id);
    return new InputException(
        id.toString(),
        before != null && before.policy().equals(id.policy())
            ? "no such version; the newest of its policy is " + newestOf(id.policy())
            : "no version of policy %s is known%s"
                .formatted(id.policy(), meant(id.policy(), policies)));
  }

  private PolicyVersionId newestOf(String policy) {
    return sums.floorKey(new PolicyVersionId(policy, Integer.MAX_VALUE));
  }

  private static String meant(String name, Collection<String> known) {
    return Nearest.to(name, known).map(other -> "; did you mean %s?".formatted(other)).orElse("");
  }

  /** The different first texts of a table's keys. */
  private NavigableSet<String> firstTexts(Table table) {
    NavigableSet<String> texts = new TreeSet<>();
    store.scan(Key.of(table), (key, value) -> texts.add(key.text()));
    return texts;
  }

  /** The items that hold a subject's texts. */
  private NavigableSet<String> itemsOf(String subject) {
    NavigableSet<String> items = new TreeSet<>();
    store.scan(
        Key.of(Table.SUBJECT, subject),
        (key, value) -> {
          key.text();
          items.add(key.text());
        });
    return items;
  }

  private VersionLineage lineage(PolicyVersion version) {
    List<PolicyVersionId> ancestors = tree.ancestors(version.id());
    List<Revision> learned = learned(version);
    NavigableSet<NamedEvent> events = new TreeSet<>();
    learned.forEach(revision -> events.addAll(named(revision)));
    Map<PolicyVersionId, Taint> taints = taints();
    return new VersionLineage(
        version,
        sums.get(version.id()).with(taints.getOrDefault(version.id(), Taint.NONE)),
        ancestors,
        version.learned().consumed().stream().allMatch(range -> range.learned().isPresent()),
        learned.stream().map(this::learnedExample).toList(),
        annotators(events),
        events.stream().filter(takenBack()::contains).toList(),
        ancestors.stream().filter(id -> taints.get(id) == Taint.DIRECTLY).toList());
  }

  private Influence influence(Collection<NamedEvent> events) {
    List<LearnedExample> examples = new ArrayList<>();
    NavigableSet<PolicyVersionId> directly = new TreeSet<>();
    Set<List<Long>> seen = new HashSet<>();
    long firstEpoch = Long.MAX_VALUE;
    for (NamedEvent event : events) {
      for (Revision revision : naming(event)) {
        if (seen.add(List.of((long) revision.feed(), revision.offset()))) {
          LearnedExample example = learnedExample(revision);
          examples.add(example);
          directly.addAll(example.learnedBy());
        }
      }
      firstEpoch =
          Math.min(
              firstEpoch, saidBy(event).map(said -> said.epoch(trustEpoch)).orElse(Long.MAX_VALUE));
    }
    NavigableSet<PolicyVersionId> byDescent = tree.descendants(directly);
    NavigableSet<PolicyVersionId> throughTrust = weighedSince(firstEpoch);
    throughTrust.removeAll(directly);
    throughTrust.removeAll(byDescent);
    return new Influence(
        List.copyOf(events),
        events.stream().filter(takenBack()::contains).toList(),
        examples,
        directly,
        byDescent,
        throughTrust);
  }

  /** Versions that learned from examples weighed by an epoch or a later one, and descendants. */
  private NavigableSet<PolicyVersionId> weighedSince(long epoch) {
    NavigableSet<PolicyVersionId> found = new TreeSet<>();
    for (VersionSums version : sums.values()) {
      if (version.trustEpoch() != null && version.trustEpoch() >= epoch) {
        found.add(version.id());
      }
    }
    found.addAll(tree.descendants(found));
    return found;
  }

  private Map<PolicyVersionId, Taint> taints() {
    NavigableSet<PolicyVersionId> directly = new TreeSet<>();
    for (NamedEvent event : takenBack()) {
      naming(event).forEach(revision -> directly.addAll(learnedBy(revision)));
    }
    Map<PolicyVersionId, Taint> taints = new TreeMap<>();
    tree.descendants(directly).forEach(id -> taints.put(id, Taint.BY_DESCENT));
    directly.forEach(id -> taints.put(id, Taint.DIRECTLY));
    return taints;
  }

  private NavigableSet<NamedEvent> findTakenBack() {
    NavigableSet<NamedEvent> found = new TreeSet<>();
    store.scan(
        Key.of(Table.RETRACTED_EVENT),
        (key, value) -> {
          NamedEvent event = named(key.text(), key.text());
          if (naming(event).stream()
              .anyMatch(named -> !newest(named).eventIds().contains(event.eventId()))) {
            found.add(event);
          }
        });
    store.scan(
        Key.of(Table.RETRACTED_CANDIDATE),
        (key, value) -> {
          String itemId = key.text();
          String candidateId = key.text();
          for (Revision revision : about(itemId)) {
            if (revision.candidateIds().contains(candidateId)) {
              List<String> standing = newest(revision).eventIds();
              named(revision).stream()
                  .filter(event -> !standing.contains(event.eventId()))
                  .forEach(found::add);
            }
          }
        });
    for (String id : retractedAnnotators()) {
      found.addAll(saidBy(id));
      found.addAll(aboutTextsOf(id));
    }
    return found;
  }

  private NavigableSet<String> retractedAnnotators() {
    return firstTexts(Table.RETRACTED_ANNOTATOR);
  }

  /** What a version learned from, or may have where its record doesn't say. */
  private List<Revision> learned(PolicyVersion version) {
    List<Revision> learned = new ArrayList<>();
    for (ConsumedRange range : version.learned().consumed()) {
      if (!range.topicId().equals(examplesTopicId)) {
        continue;
      }
      Optional<List<Long>> offsets = range.learned();
      if (offsets.isPresent()) {
        offsets.get().forEach(offset -> learned.add(revision(range.partition(), offset)));
      } else {
        for (long offset = range.from(); offset < range.to(); offset++) {
          store
              .get(Key.of(Table.REVISION).with(range.partition()).with(offset))
              .map(read(range.partition(), offset))
              .filter(LineageIndex::teaches)
              .ifPresent(learned::add);
        }
      }
    }
    return learned;
  }

  private static Function<byte[], Revision> read(int feed, long offset) {
    return packed -> Revision.read(feed, offset, packed);
  }

  /** Whether any version could learn from it. */
  private static boolean teaches(Revision revision) {
    return !revision.isWithdrawn() && Split.of(revision.itemId()) == Split.TRAIN;
  }

  private List<PolicyVersionId> learnedBy(Revision revision) {
    return teaches(revision) ? tree.learnedFrom(revision.feed(), revision.offset()) : List.of();
  }

  private LearnedExample learnedExample(Revision revision) {
    return LearnedExample.of(revision, learnedBy(revision));
  }

  private Revision revision(int feed, long offset) {
    return store
        .get(Key.of(Table.REVISION).with(feed).with(offset))
        .map(read(feed, offset))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no example stands at %s-%d@%d, though a version learned from it"
                        .formatted(Topics.EXAMPLES.name(), feed, offset)));
  }

  private Revision newest(Revision revision) {
    return store
        .get(Key.of(Table.NEWEST).with(revision.feed()).with(revision.exampleId()))
        .map(Packed::number)
        .map(offset -> revision(revision.feed(), offset))
        .orElse(revision);
  }

  /** The revisions that name an event. */
  private List<Revision> naming(NamedEvent event) {
    List<Revision> revisions = new ArrayList<>();
    store.scan(
        Key.of(Table.EVENT_REVISION, event.itemId(), event.eventId()),
        (key, value) -> {
          key.text();
          key.text();
          revisions.add(revision(key.number(), key.longNumber()));
        });
    return revisions;
  }

  /** The revisions about an item. */
  private List<Revision> about(String itemId) {
    List<Revision> revisions = new ArrayList<>();
    store.scan(
        Key.of(Table.ITEM_REVISION, itemId),
        (key, value) -> {
          key.text();
          revisions.add(revision(key.number(), key.longNumber()));
        });
    return revisions;
  }

  private List<NamedEvent> saidBy(String annotatorId) {
    List<NamedEvent> events = new ArrayList<>();
    store.scan(
        Key.of(Table.SAID, annotatorId),
        (key, value) -> {
          key.text();
          events.add(new NamedEvent(key.text(), key.text(), annotatorId));
        });
    return events;
  }

  /** Everything said that examples of a subject's items rest on. */
  private Set<NamedEvent> aboutTextsOf(String subject) {
    Set<NamedEvent> events = new TreeSet<>();
    for (String item : itemsOf(subject)) {
      about(item).forEach(revision -> events.addAll(named(revision)));
    }
    return events;
  }

  private Optional<SaidBy> saidBy(NamedEvent event) {
    return store.get(Key.of(Table.EVENT, event.itemId(), event.eventId())).map(SaidBy::read);
  }

  private NamedEvent named(String itemId, String eventId) {
    NamedEvent unsaid = new NamedEvent(itemId, eventId, null);
    return saidBy(unsaid)
        .map(said -> new NamedEvent(itemId, eventId, said.annotatorId()))
        .orElse(unsaid);
  }

  private List<NamedEvent> named(Revision revision) {
    return revision.eventIds().stream().map(id -> named(revision.itemId(), id)).toList();
  }

  private static SortedMap<String, Integer> annotators(Collection<NamedEvent> events) {
    SortedMap<String, Integer> annotators = new TreeMap<>();
    for (NamedEvent event : events) {
      if (event.annotatorId() != null) {
        annotators.merge(event.annotatorId(), 1, Integer::sum);
      }
    }
    return annotators;
  }
}
