/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.judgement.trust.AnnotatorCounts;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.Standing;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustEstimate;
import dev.plumbline.judgement.trust.TrustLedger;
import dev.plumbline.judgement.trust.TrustSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom to believe, computed in one batch from whole logs: every partition's feedback is counted by
 * epochs of its own clock, then epoch after epoch is added up. Shares only the estimate itself with
 * the topology.
 */
final class TrustOracle {
  private final int partitions;
  private final TrustSettings settings;
  private final long epochMillis;
  private final TreeMap<Long, TrustCounts> counted = new TreeMap<>();
  private final TreeMap<Long, TrustSnapshot> snapshots = new TreeMap<>();
  private final Map<FeedbackEvent, Long> epochs = new HashMap<>();
  private final Set<FeedbackEvent> beyond = new HashSet<>();
  private final Map<String, Integer> said = new HashMap<>();
  private final Map<String, List<FeedbackEvent>> questions = new HashMap<>();
  private long completeThrough = Long.MAX_VALUE;
  private boolean isEstimated;

  TrustOracle(int partitions, TrustSettings settings) {
    this.partitions = partitions;
    this.settings = settings;
    epochMillis = settings.trustEpoch().toMillis();
  }

  /** Begins with the feedback of another partition. */
  void begin() {
    said.clear();
    questions.clear();
  }

  /** Takes in an event that no retraction caught, when its partition's clock stands as given. */
  void admit(FeedbackEvent event, Instant clock, Predicate<FeedbackEvent> isTaken) {
    if (!isEstimated) {
      long epoch = clock.toEpochMilli() / epochMillis;
      epochs.put(event, epoch);
      if (!verdicts(event).isEmpty()) {
        count(event, epoch, isTaken);
      }
    }
  }

  /** Ends the feedback of a partition. */
  void end(Instant clock) {
    long last = clock.equals(Instant.EPOCH) ? -1 : clock.toEpochMilli() / epochMillis - 1;
    completeThrough = Math.min(completeThrough, last);
  }

  /** Computes whom to believe, once all partitions were read. */
  void estimate() {
    TrustLedger ledger = TrustLedger.EMPTY;
    for (Map.Entry<Long, TrustCounts> epoch : counted.entrySet()) {
      if (epoch.getKey() <= completeThrough) {
        ledger = ledger.close(epoch.getKey(), epoch.getValue(), settings.policy());
        snapshots.put(epoch.getKey(), TrustEstimate.of(ledger, settings.policy()));
      }
    }
    isEstimated = true;
  }

  /** Returns how many snapshots there are. */
  int snapshots() {
    return snapshots.size();
  }

  /** Returns the epoch of the snapshot that weighs an event, if there is one. */
  @Nullable Long epoch(FeedbackEvent event) {
    return beyond.contains(event) ? null : snapshots.lowerKey(epochs.getOrDefault(event, 0L));
  }

  int ppm(FeedbackEvent event) {
    return beyond.contains(event) ? 0 : standing(event).trustPpm();
  }

  /** Returns why an event counts nothing, if so. */
  @Nullable String discount(FeedbackEvent event) {
    if (beyond.contains(event)) {
      return "OVER_INFLUENCE";
    }
    Standing standing = standing(event);
    if (!standing.suspicions().isEmpty()) {
      return "QUARANTINED";
    }
    return standing.trustPpm() == 0 ? "UNTRUSTED" : null;
  }

  /** While whom to believe is not known yet, everybody is a newcomer. */
  private Standing standing(FeedbackEvent event) {
    Map.Entry<Long, TrustSnapshot> before = snapshots.lowerEntry(epochs.getOrDefault(event, 0L));
    TrustSnapshot snapshot =
        before == null ? TrustEstimate.of(TrustLedger.EMPTY, settings.policy()) : before.getValue();
    return snapshot.of(event.annotator().id());
  }

  private void count(FeedbackEvent event, long epoch, Predicate<FeedbackEvent> isTaken) {
    List<FeedbackEvent> question =
        questions.computeIfAbsent(
            event.statement().getClass() + event.itemId() + BatchOracle.candidates(event),
            none -> new ArrayList<>());
    List<FeedbackEvent> before = List.copyOf(question);
    question.add(event);
    String who = event.annotator().id();
    boolean isFirst =
        before.stream()
            .filter(BatchOracle::isEvidence)
            .filter(other -> !beyond.contains(other))
            .noneMatch(other -> other.annotator().id().equals(who));
    if (!isFirst || !BatchOracle.isEvidence(event)) {
      return;
    }
    int cap = settings.votesPerEpoch();
    boolean isBeyond =
        cap > 0 && said.getOrDefault(who + epoch, 0) >= (cap + partitions - 1) / partitions;
    if (isBeyond) {
      beyond.add(event);
    }
    List<FeedbackEvent> others = new ArrayList<>();
    for (FeedbackEvent other : last(before, isTaken)) {
      if (BatchOracle.isEvidence(other) && !beyond.contains(other)) {
        others.add(other);
      }
    }
    others.sort(
        Comparator.comparing(FeedbackEvent::acceptedAt).thenComparing(FeedbackEvent::eventId));
    List<FeedbackEvent> gold = others.stream().filter(other -> isGold(other)).toList();
    if (isGold(event)) {
      others.stream().filter(other -> !isGold(other)).forEach(other -> check(other, event, epoch));
    } else if (!gold.isEmpty()) {
      gold.forEach(expert -> check(event, expert, epoch));
    } else {
      said.merge(who + epoch, 1, Integer::sum);
      compare(event, isBeyond ? List.of() : others, epoch);
    }
  }

  private boolean isGold(FeedbackEvent event) {
    return settings.goldAnnotators().contains(event.annotator().id());
  }

  private void check(FeedbackEvent event, FeedbackEvent expert, long epoch) {
    boolean right = verdicts(event).equals(verdicts(expert));
    add(
        epoch,
        event,
        new AnnotatorCounts(0, 0, 0, 0, 0, 0, 0, right ? 1 : 0, right ? 0 : 1, new TreeMap<>()));
  }

  private void compare(FeedbackEvent event, List<FeedbackEvent> others, long epoch) {
    boolean isOne = !(event.statement() instanceof Statement.Ranking);
    Answer answer =
        event.statement() instanceof Statement.Comparison comparison ? comparison.answer() : null;
    long passed = event.acceptedAt().toEpochMilli() - epoch * epochMillis;
    TreeMap<Integer, Long> pace = new TreeMap<>();
    pace.put((int) Math.max(0, Math.min(59, passed * 60 / epochMillis)), 1L);
    add(
        epoch,
        event,
        new AnnotatorCounts(
            1,
            answer == Answer.A || answer == Answer.B ? 1 : 0,
            answer == Answer.A ? 1 : 0,
            0,
            0,
            isOne && !others.isEmpty() ? 1 : 0,
            isOne && !others.isEmpty() && verdicts(others.getLast()).equals(verdicts(event))
                ? 1
                : 0,
            0,
            0,
            pace));
    String alphabet = event.statement() instanceof Statement.Thumbs ? "thumbs" : "pair";
    for (FeedbackEvent other : others) {
      for (int part = 0; part < verdicts(event).size(); part++) {
        TreeMap<Overlap, Long> one = new TreeMap<>();
        one.put(
            new Overlap(
                alphabet,
                other.annotator().id(),
                event.annotator().id(),
                verdicts(other).get(part),
                verdicts(event).get(part)),
            1L);
        counted.merge(epoch, new TrustCounts(new TreeMap<>(), one), TrustCounts::plus);
      }
    }
  }

  private void add(long epoch, FeedbackEvent event, AnnotatorCounts counts) {
    TreeMap<String, AnnotatorCounts> one = new TreeMap<>();
    one.put(event.annotator().id(), counts);
    counted.merge(epoch, new TrustCounts(one, new TreeMap<>()), TrustCounts::plus);
  }

  private static List<FeedbackEvent> last(
      List<FeedbackEvent> votes, Predicate<FeedbackEvent> isTaken) {
    Map<String, FeedbackEvent> last = new HashMap<>();
    votes.stream()
        .filter(vote -> !isTaken.test(vote))
        .sorted(Comparator.comparing(FeedbackEvent::saidAt).thenComparing(FeedbackEvent::eventId))
        .forEach(vote -> last.put(vote.annotator().id(), vote));
    return List.copyOf(last.values());
  }

  /** Returns what an answer says: of each pair of its candidates 0, 1 or 2, of one 0 or 1. */
  private static List<Integer> verdicts(FeedbackEvent event) {
    return switch (event.statement()) {
      case Statement.Thumbs thumbs -> List.of(thumbs.thumb() == Thumb.UP ? 0 : 1);
      case Statement.Comparison comparison -> {
        List<String> ids = BatchOracle.candidates(event);
        boolean inOrder = ids.getFirst().equals(comparison.candidateA());
        if (ids.getFirst().equals(ids.getLast())) {
          yield List.of();
        }
        yield switch (comparison.answer()) {
          case A -> List.of(inOrder ? 0 : 1);
          case B -> List.of(inOrder ? 1 : 0);
          default -> List.of(2);
        };
      }
      case Statement.Ranking ranking -> {
        List<String> ids = BatchOracle.candidates(event);
        List<Integer> verdicts = new ArrayList<>();
        for (int one = 0; one < ids.size(); one++) {
          for (int other = one + 1; other < ids.size(); other++) {
            int above = BatchOracle.above(event, ids.get(one), ids.get(other));
            verdicts.add(above == 0 ? 2 : above > 0 ? 0 : 1);
          }
        }
        yield ids.size() == Set.copyOf(ids).size() ? verdicts : List.of();
      }
      default -> List.of();
    };
  }
}
