/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The final view computed in one batch from whole logs, straight from the rules: all references are
 * read first, then each partition's feedback once. Shares no code with the topology.
 */
final class BatchOracle {
  private final Scenario scenario;
  private final StreamsSettings settings;
  private final Map<String, Prompt> prompts = new HashMap<>();
  private final Map<String, Completion> completions = new HashMap<>();
  private final Map<String, ComparisonTask> tasks = new HashMap<>();
  private final Map<String, String> examples = new TreeMap<>();
  private final Map<String, String> dispositions = new TreeMap<>();

  private BatchOracle(Scenario scenario, StreamsSettings settings) {
    this.scenario = scenario;
    this.settings = settings;
  }

  static FinalView of(Scenario scenario, StreamsSettings settings) {
    var oracle = new BatchOracle(scenario, settings);
    oracle.readReferences();
    for (int partition = 0; partition < scenario.layout.itemPartitions(); partition++) {
      oracle.readFeedback(partition);
    }
    return new FinalView(oracle.examples, oracle.dispositions);
  }

  /** One question with its votes in the order of the log. */
  private static final class Asked {
    final List<FeedbackEvent> votes = new ArrayList<>();
    int most;

    List<FeedbackEvent> standing() {
      Map<String, FeedbackEvent> last = new HashMap<>();
      for (FeedbackEvent vote : votes) {
        FeedbackEvent other = last.get(vote.annotator().id());
        if (other == null
            || vote.saidAt().isAfter(other.saidAt())
            || (vote.saidAt().equals(other.saidAt())
                && vote.eventId().compareTo(other.eventId()) > 0)) {
          last.put(vote.annotator().id(), vote);
        }
      }
      return new ArrayList<>(last.values());
    }

    int evidence() {
      return (int) standing().stream().filter(BatchOracle::isEvidence).count();
    }
  }

  private void readReferences() {
    each(
        Topics.PROMPTS.name(),
        value -> {
          Prompt prompt = Topics.PROMPTS.value().decode(value);
          if (scenario.layout.policies().contains(prompt.policy())) {
            prompts.putIfAbsent(prompt.itemId(), prompt);
          }
        });
    each(
        Topics.COMPLETIONS.name(),
        value -> {
          Completion completion = Topics.COMPLETIONS.value().decode(value);
          completions.putIfAbsent(
              completion.itemId() + "/" + completion.completionId(), completion);
        });
    each(
        Topics.TASKS.name(),
        value -> {
          ComparisonTask task = Topics.TASKS.value().decode(value);
          tasks.putIfAbsent(task.itemId() + "/" + task.taskId(), task);
        });
  }

  private void each(String topic, Consumer<byte[]> reader) {
    scenario.logs.forEach(
        (place, log) -> {
          if (place.topic().equals(topic)) {
            log.forEach(record -> reader.accept(record.value().toArray()));
          }
        });
  }

  private void readFeedback(int partition) {
    Instant clock = Instant.EPOCH;
    Map<String, FeedbackEvent> seen = new HashMap<>();
    Map<String, Asked> questions = new TreeMap<>();
    var place = new Scenario.Place(Topics.FEEDBACK.name(), partition);
    for (Scenario.LogRecord record : scenario.logs.get(place)) {
      FeedbackRecord value;
      try {
        value = Topics.FEEDBACK.value().decode(record.value().toArray());
      } catch (UndecodableException expected) {
        continue;
      }
      if (value instanceof FeedbackEvent event
          && !event.itemId().equals(new String(record.key().toArray(), UTF_8))) {
        continue;
      }
      if (value.acceptedAt().isAfter(clock)) {
        clock = value.acceptedAt();
      }
      if (value instanceof FeedbackEvent event
          && seen.putIfAbsent(event.itemId() + "/" + event.eventId(), event) == null) {
        admit(event, questions);
      }
    }
    Instant end = clock;
    questions.values().forEach(asked -> settle(asked, end));
  }

  private void admit(FeedbackEvent event, Map<String, Asked> questions) {
    if (event.statement() instanceof Statement.Comparison c
        && c.candidateA().equals(c.candidateB())) {
      dispose(event, "DeadLettered[reason=SELF_COMPARISON]");
    } else if (event.statement() instanceof Statement.Comparison
        || event.statement() instanceof Statement.Thumbs) {
      String key = event.itemId() + event.criterion() + candidates(event);
      Asked asked = questions.computeIfAbsent(key, unknown -> new Asked());
      asked.votes.add(event);
      asked.most = Math.max(asked.most, asked.evidence());
    } else {
      dispose(event, "DeadLettered[reason=UNSUPPORTED_KIND]");
    }
  }

  private void settle(Asked asked, Instant clock) {
    FeedbackEvent any = asked.votes.getFirst();
    String item = any.itemId();
    boolean candidatesKnown =
        candidates(any).stream().allMatch(id -> completions.containsKey(item + "/" + id));
    boolean known = prompts.containsKey(item) && candidatesKnown;
    boolean ready = known && enough(asked, clock);
    List<FeedbackEvent> standing = asked.standing();
    for (FeedbackEvent vote : asked.votes) {
      if (!standing.contains(vote)) {
        dispose(vote, "Superseded[]");
      } else if (!known) {
        boolean late = !clock.isBefore(vote.acceptedAt().plus(settings.referenceWait()));
        String reason = prompts.containsKey(item) ? "UNKNOWN_CANDIDATE" : "UNKNOWN_ITEM";
        dispose(vote, late ? "DeadLettered[reason=" + reason + "]" : "Waiting[]");
      } else if (!isEvidence(vote)) {
        Answer answer = ((Statement.Comparison) vote.statement()).answer();
        dispose(vote, "NoExample[cause=" + answer + "]");
      } else if (!ready) {
        dispose(vote, "Waiting[]");
      } else {
        dispose(vote, Split.of(item) == Split.HELD_OUT ? "HeldOut[]" : "InEvidence[]");
      }
    }
    List<FeedbackEvent> evidence =
        standing.stream()
            .filter(BatchOracle::isEvidence)
            .sorted((one, other) -> one.eventId().compareTo(other.eventId()))
            .toList();
    if (ready && !evidence.isEmpty()) {
      emit(any, evidence);
    }
  }

  private boolean enough(Asked asked, Instant clock) {
    boolean enough = false;
    for (FeedbackEvent vote : asked.votes) {
      if (!isEvidence(vote)) {
        continue;
      }
      int quorum =
          vote.statement() instanceof Statement.Thumbs
              ? settings.unpairedQuorum()
              : settings.quorum();
      Duration limit = settings.timeLimit();
      if (vote.taskId() != null) {
        ComparisonTask task = tasks.get(vote.itemId() + "/" + vote.taskId());
        if (task == null) {
          quorum = Integer.MAX_VALUE;
          limit = settings.referenceWait();
        } else {
          quorum = task.quorum() == null ? quorum : task.quorum();
          limit = task.timeLimit() == null ? limit : task.timeLimit();
          limit = limit.compareTo(settings.referenceWait()) > 0 ? settings.referenceWait() : limit;
        }
      }
      enough |= asked.most >= quorum || !clock.isBefore(vote.acceptedAt().plus(limit));
    }
    return enough;
  }

  private void emit(FeedbackEvent any, List<FeedbackEvent> evidence) {
    String item = any.itemId();
    Prompt prompt = prompts.get(item);
    List<String> ids = candidates(any);
    List<String> events = evidence.stream().map(FeedbackEvent::eventId).toList();
    long total = evidence.size();
    if (any.statement() instanceof Statement.Thumbs) {
      long up =
          evidence.stream()
              .filter(vote -> ((Statement.Thumbs) vote.statement()).thumb() == Thumb.UP)
              .count();
      examples.put(
          Identity.unpairedId(prompt.policy(), item, any.criterion(), ids.getFirst()),
          FinalView.unpaired(
              prompt.policy(),
              item,
              prompt.text().toString(),
              text(item, ids.getFirst()),
              (int) (up * 1_000_000 / total),
              1_000_000,
              events));
      return;
    }
    long better = 0;
    long ties = 0;
    for (FeedbackEvent vote : evidence) {
      var comparison = (Statement.Comparison) vote.statement();
      boolean firstShown = comparison.candidateA().equals(ids.getFirst());
      if (comparison.answer() == Answer.TIE) {
        ties++;
      } else if (firstShown == (comparison.answer() == Answer.A)) {
        better++;
      }
    }
    int cut = (int) (better * 1_000_000 / total);
    int tieCut = (int) ((better + ties) * 1_000_000 / total);
    examples.put(
        Identity.pairId(prompt.policy(), item, any.criterion(), ids.getFirst(), ids.getLast()),
        FinalView.pair(
            prompt.policy(),
            item,
            prompt.text().toString(),
            text(item, ids.getFirst()),
            text(item, ids.getLast()),
            cut,
            tieCut - cut,
            1_000_000,
            events));
  }

  private String text(String item, String id) {
    return id + "=" + completions.get(item + "/" + id).text();
  }

  private static List<String> candidates(FeedbackEvent event) {
    if (event.statement() instanceof Statement.Thumbs thumbs) {
      return List.of(thumbs.candidateId());
    }
    var comparison = (Statement.Comparison) event.statement();
    return List.of(comparison.candidateA(), comparison.candidateB()).stream().sorted().toList();
  }

  private static boolean isEvidence(FeedbackEvent vote) {
    return !(vote.statement() instanceof Statement.Comparison comparison)
        || (comparison.answer() != Answer.BOTH_BAD && comparison.answer() != Answer.CANT_TELL);
  }

  private void dispose(FeedbackEvent event, String disposition) {
    dispositions.put(event.itemId() + "/" + event.eventId(), disposition);
  }
}
