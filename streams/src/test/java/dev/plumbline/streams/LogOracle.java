/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The final examples of comparisons and thumbs that all count alike, read straight from the logs,
 * in time and memory that grow with the number of votes. It knows the rules as {@code feedback.md}
 * states them, and shares no code with the topology; {@link BatchOracle} knows more kinds of
 * feedback, for logs that are small.
 */
final class LogOracle {
  private static final int WHOLE = 1_000_000;

  private final StreamsSettings settings;
  private final Map<String, Prompt> prompts = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private final Map<Integer, Partition> partitions = new HashMap<>();

  LogOracle(StreamsSettings settings) {
    this.settings = settings;
  }

  /** What one annotator said; {@code first} of the question's candidates, in the order of ids. */
  private enum Said {
    FIRST,
    SECOND,
    TIE,
    NOTHING
  }

  /** What makes two votes answers to the same question of an item. */
  private record About(List<String> candidates) {}

  private static final class Vote {
    final String eventId;
    final String annotator;
    final Instant acceptedAt;
    final Said said;
    final Question question;
    boolean isTakenBack;

    Vote(FeedbackEvent event, Said said, Question question) {
      eventId = event.eventId();
      annotator = event.annotator().id().intern();
      acceptedAt = event.acceptedAt();
      this.said = said;
      this.question = question;
    }
  }

  private static final class Question {
    final List<Vote> admitted = new ArrayList<>(4);
    int mostEvidence;

    /** The last word of everybody, of what is left, that takes a side; sorted by event. */
    List<Vote> evidence() {
      Map<String, Vote> last = new HashMap<>();
      for (Vote vote : admitted) {
        if (!vote.isTakenBack) {
          last.merge(
              vote.annotator,
              vote,
              (one, other) ->
                  Stream.of(one, other)
                      .max(
                          Comparator.<Vote, Instant>comparing(each -> each.acceptedAt)
                              .thenComparing(each -> each.eventId))
                      .orElseThrow());
        }
      }
      return last.values().stream()
          .filter(vote -> vote.said != Said.NOTHING)
          .sorted(Comparator.comparing(vote -> vote.eventId))
          .toList();
    }

    void recount() {
      mostEvidence = Math.max(mostEvidence, evidence().size());
    }
  }

  private static final class Item {
    final Map<String, Vote> votes = new HashMap<>();
    final Map<About, Question> questions = new HashMap<>();
    final Map<String, List<String>> retractors = new HashMap<>();
    final Set<String> retractedCandidates = new HashSet<>();
  }

  private static final class Partition {
    final Map<String, Item> items = new HashMap<>();
    final Map<String, List<Vote>> votesOf = new HashMap<>();
    final Set<String> gone = new HashSet<>();
    Instant clock = Instant.EPOCH;
  }

  void take(Prompt prompt) {
    prompts.putIfAbsent(prompt.itemId(), prompt);
  }

  void take(Completion completion) {
    texts.putIfAbsent(
        completion.itemId() + "/" + completion.completionId(), completion.text().toString());
  }

  /** Takes the next record of one partition of feedback. */
  void take(int number, String key, byte[] value) {
    FeedbackRecord record;
    try {
      record = Topics.FEEDBACK.value().decode(value);
    } catch (UndecodableException malformed) {
      return;
    }
    if (record instanceof FeedbackEvent event && !event.itemId().equals(key)) {
      return;
    }
    Partition partition = partitions.computeIfAbsent(number, none -> new Partition());
    if (record.acceptedAt().isAfter(partition.clock)) {
      partition.clock = record.acceptedAt();
    }
    if (record instanceof FeedbackEvent event) {
      Item item = partition.items.computeIfAbsent(event.itemId(), none -> new Item());
      if (event.statement() instanceof Statement.Retraction(Statement.RetractionScope scope)) {
        retract(event.annotator().id(), scope, item, partition);
      } else {
        vote(event, item, partition);
      }
    }
  }

  private void retract(String by, Statement.RetractionScope scope, Item item, Partition partition) {
    boolean isOperator = settings.kinds().operators().contains(by);
    switch (scope) {
      case Statement.OneEvent(String eventId) -> {
        item.retractors.computeIfAbsent(eventId, none -> new ArrayList<>()).add(by);
        Vote vote = item.votes.get(eventId);
        if (vote != null && (isOperator || by.equals(vote.annotator))) {
          takeBack(List.of(vote));
        }
      }
      case Statement.OneCandidate(String candidateId) -> {
        if (isOperator) {
          item.retractedCandidates.add(candidateId);
          item.questions.forEach(
              (about, question) -> {
                if (about.candidates().contains(candidateId)) {
                  takeBack(question.admitted);
                }
              });
        }
      }
      case Statement.WholeContribution(String person) -> {
        if (isOperator || by.equals(person)) {
          partition.gone.add(person);
          takeBack(partition.votesOf.getOrDefault(person, List.of()));
        }
      }
    }
  }

  private static void takeBack(List<Vote> votes) {
    votes.forEach(vote -> vote.isTakenBack = true);
    votes.forEach(vote -> vote.question.recount());
  }

  /** The first event under an id is the one that counts, whatever else comes under it. */
  private void vote(FeedbackEvent event, Item item, Partition partition) {
    if (item.votes.containsKey(event.eventId())) {
      return;
    }
    About about;
    Said said;
    switch (event.statement()) {
      case Statement.Thumbs(String candidate, Thumb thumb) -> {
        about = new About(List.of(candidate));
        said = thumb == Thumb.UP ? Said.FIRST : Said.SECOND;
      }
      case Statement.Comparison comparison -> {
        about =
            new About(
                Stream.of(comparison.candidateA(), comparison.candidateB()).sorted().toList());
        said = said(comparison, about.candidates().getFirst());
      }
      default -> throw new IllegalArgumentException("neither comparison nor thumb: " + event);
    }
    Question question = item.questions.computeIfAbsent(about, none -> new Question());
    var vote = new Vote(event, said, question);
    item.votes.put(event.eventId(), vote);
    boolean isRetracted =
        item.retractors.getOrDefault(event.eventId(), List.of()).stream()
            .anyMatch(by -> by.equals(vote.annotator) || settings.kinds().operators().contains(by));
    if (!isRetracted
        && !partition.gone.contains(vote.annotator)
        && about.candidates().stream().noneMatch(item.retractedCandidates::contains)) {
      question.admitted.add(vote);
      question.recount();
      partition.votesOf.computeIfAbsent(vote.annotator, none -> new ArrayList<>()).add(vote);
    }
  }

  private static Said said(Statement.Comparison comparison, String first) {
    boolean isFirstA = comparison.candidateA().equals(first);
    return switch (comparison.answer()) {
      case Answer.A -> isFirstA ? Said.FIRST : Said.SECOND;
      case Answer.B -> isFirstA ? Said.SECOND : Said.FIRST;
      case Answer.TIE -> Said.TIE;
      case Answer.BOTH_BAD, Answer.CANT_TELL -> Said.NOTHING;
    };
  }

  /** Returns the contents of all examples by id, as {@link FinalView} writes them. */
  Map<String, String> examples() {
    Map<String, String> examples = new TreeMap<>();
    for (Partition partition : partitions.values()) {
      partition.items.forEach(
          (itemId, item) -> {
            Prompt prompt = prompts.get(itemId);
            if (prompt != null && !partition.gone.contains(String.valueOf(prompt.subject()))) {
              item.questions.forEach(
                  (about, question) ->
                      addExample(prompt, about.candidates(), question, partition.clock, examples));
            }
          });
    }
    return examples;
  }

  private void addExample(
      Prompt prompt,
      List<String> ids,
      Question question,
      Instant clock,
      Map<String, String> examples) {
    int quorum = ids.size() == 1 ? settings.unpairedQuorum() : settings.quorum();
    boolean isLate =
        question.admitted.stream()
            .filter(vote -> vote.said != Said.NOTHING)
            .anyMatch(vote -> !clock.isBefore(vote.acceptedAt.plus(settings.timeLimit())));
    List<String> shown =
        ids.stream()
            .filter(id -> texts.containsKey(prompt.itemId() + "/" + id))
            .map(id -> FinalView.shown(id, texts.get(prompt.itemId() + "/" + id), List.of()))
            .toList();
    List<Vote> evidence = question.evidence();
    if (shown.size() < ids.size()
        || evidence.isEmpty()
        || (question.mostEvidence < quorum && !isLate)) {
      return;
    }
    List<String> events = evidence.stream().map(vote -> vote.eventId).toList();
    long first = evidence.stream().filter(vote -> vote.said == Said.FIRST).count();
    long ties = evidence.stream().filter(vote -> vote.said == Said.TIE).count();
    int better = (int) (first * WHOLE / evidence.size());
    int notWorse = (int) ((first + ties) * WHOLE / evidence.size());
    String item = prompt.itemId();
    String policy = prompt.policy();
    String text = prompt.text().toString();
    if (ids.size() == 1) {
      examples.put(
          Identity.unpairedId(policy, item, FeedbackEvent.OVERALL, ids.getFirst()),
          FinalView.unpaired(policy, item, text, shown.getFirst(), better, WHOLE, events));
    } else {
      examples.put(
          Identity.pairId(policy, item, FeedbackEvent.OVERALL, ids.getFirst(), ids.getLast()),
          FinalView.pair(
              policy,
              item,
              text,
              shown.getFirst(),
              shown.getLast(),
              better,
              notWorse - better,
              WHOLE,
              events));
    }
  }
}
