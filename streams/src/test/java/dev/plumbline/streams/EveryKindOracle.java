/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pairs and unpaired examples that feedback of every kind adds up to, where one answer suffices,
 * all count alike and nothing is taken back: written from the rules, not from the code.
 */
final class EveryKindOracle {
  private static final long FULL = 1_000_000;

  /** What each annotator says of each pair. */
  private final Map<String, List<PairVote>> pairs = new TreeMap<>();

  /**
   * A say on a pair.
   *
   * @param better 1 for a, -1 for b, 0 for a tie; absent where the answer is no evidence
   */
  private record PairVote(
      String annotator,
      boolean isOutright,
      Instant saidAt,
      String id,
      @Nullable Integer better,
      @Nullable Integer gapPpm,
      List<String> eventIds) {
    static final Comparator<PairVote> STRENGTH =
        Comparator.comparing(PairVote::isOutright)
            .thenComparing(PairVote::saidAt)
            .thenComparing(PairVote::id);
  }

  static Map<String, String> examples(List<FeedbackEvent> events) {
    var oracle = new EveryKindOracle();
    Map<String, String> examples = new TreeMap<>();
    events.stream()
        .map(FeedbackEvent::itemId)
        .distinct()
        .forEach(
            item -> {
              List<FeedbackEvent> ofItem =
                  events.stream().filter(event -> event.itemId().equals(item)).toList();
              oracle.hearPairs(ofItem);
              examples.putAll(unpaired(ofItem));
            });
    oracle.pairs.forEach(
        (key, votes) -> {
          String belief = belief(votes);
          if (belief != null) {
            examples.put(key, belief);
          }
        });
    return examples;
  }

  static String pairKey(String item, String criterion, String a, String b) {
    return "pair %s %s %s %s".formatted(item, criterion, a, b);
  }

  static String unpairedKey(String item, String candidate) {
    return "unpaired %s %s".formatted(item, candidate);
  }

  private void hearPairs(List<FeedbackEvent> events) {
    for (FeedbackEvent event : events) {
      switch (event.statement()) {
        case Statement.Comparison said ->
            hear(event, said.candidateA(), said.candidateB(), said.answer());
        case Statement.SegmentComparison said ->
            hear(event, said.first().candidateId(), said.second().candidateId(), said.answer());
        case Statement.Correction said -> {
          String edited = Identity.correctionId(event.itemId(), event.eventId());
          hear(event, edited, said.candidateId(), Answer.A);
        }
        default -> {}
      }
    }
    standing(events, Statement.Thumbs.class)
        .forEach(
            up ->
                standing(events, Statement.Thumbs.class)
                    .forEach(
                        down -> {
                          var liked = (Statement.Thumbs) up.statement();
                          var disliked = (Statement.Thumbs) down.statement();
                          if (areOfOne(up, down)
                              && liked.thumb() == Thumb.UP
                              && disliked.thumb() == Thumb.DOWN) {
                            imply(
                                "overall",
                                liked.candidateId(),
                                disliked.candidateId(),
                                1,
                                null,
                                up,
                                down);
                          }
                        }));
    for (FeedbackEvent ranking : standing(events, Statement.Ranking.class)) {
      List<Statement.Tier> tiers = ((Statement.Ranking) ranking.statement()).tiers();
      for (int tier = 0; tier < tiers.size(); tier++) {
        List<String> ids = tiers.get(tier).candidateIds();
        for (String one : ids) {
          ids.stream()
              .filter(other -> one.compareTo(other) < 0)
              .forEach(other -> imply("overall", one, other, 0, null, ranking));
          if (tier + 1 < tiers.size()) {
            tiers
                .get(tier + 1)
                .candidateIds()
                .forEach(other -> imply("overall", one, other, 1, null, ranking));
          }
        }
      }
    }
    List<FeedbackEvent> ratings = standing(events, Statement.Rating.class);
    for (FeedbackEvent one : ratings) {
      for (FeedbackEvent other : ratings) {
        if (areOfOne(one, other)) {
          compareRatings(one, other);
        }
      }
    }
  }

  private void compareRatings(FeedbackEvent one, FeedbackEvent other) {
    var rated = (Statement.Rating) one.statement();
    var otherRated = (Statement.Rating) other.statement();
    if (rated.candidateId().compareTo(otherRated.candidateId()) >= 0) {
      return;
    }
    List<Integer> gaps = new ArrayList<>();
    for (Statement.Mark mark : rated.marks()) {
      for (Statement.Mark otherMark : otherRated.marks()) {
        if (mark.attribute().equals(otherMark.attribute())) {
          double scale = mark.scaleMax() - mark.scaleMin();
          int gap = (int) Math.round((mark.value() - otherMark.value()) / scale * FULL);
          gaps.add(gap);
          imply(mark.attribute(), rated, otherRated, gap, one, other);
        }
      }
    }
    if (!gaps.isEmpty()) {
      int mean = gaps.stream().mapToInt(Integer::intValue).sum() / gaps.size();
      imply("overall", rated, otherRated, mean, one, other);
    }
  }

  private void imply(
      String criterion,
      Statement.Rating one,
      Statement.Rating other,
      int gap,
      FeedbackEvent... events) {
    imply(criterion, one.candidateId(), other.candidateId(), Integer.signum(gap), gap, events);
  }

  private void hear(FeedbackEvent event, String shownFirst, String shownSecond, Answer answer) {
    Integer better =
        switch (answer) {
          case A -> 1;
          case B -> -1;
          case TIE -> 0;
          case BOTH_BAD, CANT_TELL -> null;
        };
    add(
        event.itemId(),
        event.criterion(),
        shownFirst,
        shownSecond,
        new PairVote(
            event.annotator().id(),
            true,
            event.saidAt(),
            event.eventId(),
            better,
            null,
            List.of(event.eventId())));
  }

  private void imply(
      String criterion,
      String one,
      String other,
      int better,
      @Nullable Integer gap,
      FeedbackEvent... events) {
    FeedbackEvent later = Stream.of(events).max(SAID).orElseThrow();
    List<String> ids = Stream.of(events).map(FeedbackEvent::eventId).sorted().toList();
    add(
        later.itemId(),
        criterion,
        one,
        other,
        new PairVote(
            later.annotator().id(),
            false,
            later.saidAt(),
            Identity.hash("implied", ids.toArray(String[]::new)),
            better,
            gap,
            ids));
  }

  /** Votes are kept as of the smaller id against the larger one. */
  private void add(String item, String criterion, String one, String other, PairVote vote) {
    boolean mirrored = one.compareTo(other) > 0;
    PairVote kept =
        !mirrored
            ? vote
            : new PairVote(
                vote.annotator(),
                vote.isOutright(),
                vote.saidAt(),
                vote.id(),
                vote.better() == null ? null : Integer.valueOf(-vote.better()),
                vote.gapPpm() == null ? null : Integer.valueOf(-vote.gapPpm()),
                vote.eventIds());
    String key = pairKey(item, criterion, mirrored ? other : one, mirrored ? one : other);
    pairs.computeIfAbsent(key, none -> new ArrayList<>()).add(kept);
  }

  private static @Nullable String belief(List<PairVote> votes) {
    Map<String, PairVote> last = new HashMap<>();
    votes.forEach(
        vote ->
            last.merge(
                vote.annotator(),
                vote,
                (one, other) -> PairVote.STRENGTH.compare(one, other) > 0 ? one : other));
    List<PairVote> evidence = last.values().stream().filter(vote -> vote.better() != null).toList();
    if (evidence.isEmpty()) {
      return null;
    }
    long total = evidence.size();
    long better = evidence.stream().filter(vote -> vote.better() == 1).count();
    long ties = evidence.stream().filter(vote -> vote.better() == 0).count();
    long cut = better * FULL / total;
    List<Integer> gaps = evidence.stream().map(PairVote::gapPpm).filter(Objects::nonNull).toList();
    Integer margin =
        gaps.isEmpty()
            ? null
            : Integer.valueOf(gaps.stream().mapToInt(Integer::intValue).sum() / gaps.size());
    return "a=%d tie=%d w=%d %s%s"
        .formatted(
            cut,
            (better + ties) * FULL / total - cut,
            FULL,
            named(evidence.stream().flatMap(vote -> vote.eventIds().stream()).toList()),
            FinalView.margin(margin));
  }

  /** What an annotator says outright hides all that the same annotator's signals say. */
  private static Map<String, String> unpaired(List<FeedbackEvent> events) {
    Map<String, Map<String, FeedbackEvent>> byCandidate = new TreeMap<>();
    standing(events, Statement.Signal.class)
        .forEach(
            event ->
                byCandidate
                    .computeIfAbsent(subject(event), none -> new HashMap<>())
                    .put(event.annotator().id(), event));
    standing(events, Statement.Thumbs.class)
        .forEach(
            event ->
                byCandidate
                    .computeIfAbsent(subject(event), none -> new HashMap<>())
                    .put(event.annotator().id(), event));
    Map<String, String> examples = new TreeMap<>();
    byCandidate.forEach(
        (candidate, said) -> {
          long up = said.values().stream().mapToLong(event -> Math.max(0, worth(event))).sum();
          long total = said.values().stream().mapToLong(event -> Math.abs(worth(event))).sum();
          String item = said.values().iterator().next().itemId();
          examples.put(
              unpairedKey(item, candidate),
              "up=%d w=%d %s"
                  .formatted(
                      up * FULL / total,
                      Math.min(FULL, total),
                      named(said.values().stream().map(FeedbackEvent::eventId).toList())));
        });
    return examples;
  }

  private static long worth(FeedbackEvent event) {
    return switch (event.statement()) {
      case Statement.Thumbs thumbs -> thumbs.thumb() == Thumb.UP ? FULL : -FULL;
      case Statement.Signal signal -> signal.name().equals("copied") ? 300_000 : -500_000;
      default -> throw new IllegalStateException("no thumb: " + event);
    };
  }

  private static List<String> named(Collection<String> eventIds) {
    return List.copyOf(new TreeSet<>(eventIds));
  }

  private static boolean areOfOne(FeedbackEvent one, FeedbackEvent other) {
    return one.annotator().equals(other.annotator());
  }

  private static final Comparator<FeedbackEvent> SAID =
      Comparator.comparing(FeedbackEvent::saidAt).thenComparing(FeedbackEvent::eventId);

  /** The last word of each annotator on each subject. */
  private static List<FeedbackEvent> standing(
      List<FeedbackEvent> events, Class<? extends Statement> kind) {
    Map<String, FeedbackEvent> last = new TreeMap<>();
    for (FeedbackEvent event : events) {
      if (kind.isInstance(event.statement())) {
        last.merge(
            event.annotator().id() + " " + subject(event),
            event,
            (one, other) -> SAID.compare(one, other) > 0 ? one : other);
      }
    }
    return List.copyOf(last.values());
  }

  private static String subject(FeedbackEvent event) {
    return switch (event.statement()) {
      case Statement.Thumbs said -> said.candidateId();
      case Statement.Signal said -> said.candidateId();
      case Statement.Rating said -> said.candidateId();
      case Statement.Ranking said ->
          said.tiers().stream()
              .flatMap(tier -> tier.candidateIds().stream())
              .sorted()
              .toList()
              .toString();
      default -> throw new IllegalStateException("answers no question of its own: " + event);
    };
  }
}
