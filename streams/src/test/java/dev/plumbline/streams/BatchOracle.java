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
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The final view computed in one batch from whole logs, straight from the rules: all references are
 * read first, then each partition's feedback and rewards once. Shares no code with the topology.
 */
final class BatchOracle {
  private final Scenario scenario;
  private final StreamsSettings settings;
  private final Map<String, Prompt> prompts = new HashMap<>();
  private final Map<String, Completion> completions = new HashMap<>();
  private final Map<String, ComparisonTask> tasks = new HashMap<>();
  private final Map<String, String> examples = new TreeMap<>();
  private final Map<String, String> dispositions = new TreeMap<>();
  private final TrustOracle trust;

  private BatchOracle(Scenario scenario, StreamsSettings settings, TrustOracle trust) {
    this.scenario = scenario;
    this.settings = settings;
    this.trust = trust;
  }

  static FinalView of(Scenario scenario, StreamsSettings settings) {
    var oracle = new BatchOracle(scenario, settings, trust(scenario, settings));
    oracle.read();
    return new FinalView(oracle.examples, oracle.dispositions);
  }

  /** The first of two readings only tells whom to believe. */
  static TrustOracle trust(Scenario scenario, StreamsSettings settings) {
    var trust = new TrustOracle(scenario.layout.itemPartitions(), settings.trust());
    new BatchOracle(scenario, settings, trust).read();
    trust.estimate();
    return trust;
  }

  private void read() {
    readReferences();
    for (int partition = 0; partition < scenario.layout.itemPartitions(); partition++) {
      trust.begin();
      var taken = new TakenBack();
      Instant clock = readFeedback(partition, taken);
      trust.end(clock);
      readRewards(partition, clock, taken);
    }
  }

  /** Marks that agree in who marked what. */
  private record About(
      String annotatorId, String candidateId, int startChar, int endChar, String label) {}

  /** One question with its votes in the order of the log. */
  private static final class Asked {
    final List<FeedbackEvent> votes = new ArrayList<>();
    final TakenBack taken;
    int most;

    Asked(TakenBack taken) {
      this.taken = taken;
    }

    void count() {
      most = Math.max(most, evidence());
    }

    List<FeedbackEvent> standing() {
      Map<String, FeedbackEvent> last = new HashMap<>();
      for (FeedbackEvent vote : votes) {
        FeedbackEvent other = last.get(vote.annotator().id());
        if (taken.fates.containsKey(key(vote))) {
          continue;
        }
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

  /** What was taken back in one partition so far, in the order of its feedback. */
  private static final class TakenBack {
    final Map<String, String> fates = new HashMap<>();
    final Map<String, String> retractions = new TreeMap<>();
    final Map<String, List<FeedbackEvent>> ofEvents = new HashMap<>();
    final Set<String> candidates = new TreeSet<>();
    final Set<String> persons = new TreeSet<>();

    void take(String key, String fate) {
      fates.merge(key, fate, (before, now) -> before.equals("Erased[]") ? before : now);
    }
  }

  private static final String RETRACTION = "NoExample[cause=RETRACTION]";
  private static final String FOREIGN = "DeadLettered[reason=FOREIGN_RETRACTION]";
  private static final String REJECTED = "DeadLettered[reason=REJECTED]";

  private static String key(FeedbackEvent event) {
    return event.itemId() + "/" + event.eventId();
  }

  /** Returns the partition's clock in the end. */
  private Instant readFeedback(int partition, TakenBack taken) {
    Instant clock = Instant.EPOCH;
    Map<String, FeedbackEvent> seen = new HashMap<>();
    Map<String, Asked> questions = new TreeMap<>();
    Map<String, List<FeedbackEvent>> marks = new TreeMap<>();
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
      if (value instanceof FeedbackEvent event) {
        FeedbackEvent first = seen.putIfAbsent(key(event), event);
        if (first == null || (isDecidedAfresh(taken, event) && saysTheSame(first, event))) {
          take(event, clock, taken, seen, questions, marks);
        }
      }
    }
    Map<String, List<FeedbackEvent>> standing = new HashMap<>();
    marks.forEach(
        (candidate, all) ->
            standing.put(
                candidate,
                isErased(all.getFirst().itemId(), taken)
                    ? List.of()
                    : lastWords(
                        all.stream()
                            .filter(mark -> !taken.fates.containsKey(key(mark)))
                            .toList())));
    Set<String> judged = new TreeSet<>();
    for (Asked asked : questions.values()) {
      settle(asked, clock, standing, judged);
    }
    for (String candidate : marks.keySet()) {
      for (FeedbackEvent mark : marks.get(candidate)) {
        String fate = fate(mark, clock, judged.contains(candidate));
        boolean stands = standing.get(candidate).contains(mark);
        dispose(mark, stands || fate.contains("SPAN_OUTSIDE") ? fate : "Superseded[]");
      }
    }
    taken.retractions.forEach(dispositions::put);
    taken.fates.forEach(dispositions::put);
    for (FeedbackEvent event : seen.values()) {
      if (isErased(event.itemId(), taken)) {
        dispose(event, "Erased[]");
      }
    }
    return clock;
  }

  private boolean isErased(String item, TakenBack taken) {
    Prompt prompt = prompts.get(item);
    return prompt != null && prompt.subject() != null && taken.persons.contains(prompt.subject());
  }

  private boolean isDecidedAfresh(TakenBack taken, FeedbackEvent event) {
    String now =
        taken.fates.getOrDefault(
            key(event),
            taken.retractions.getOrDefault(
                key(event), dispositions.getOrDefault(key(event), "Waiting[]")));
    return now.startsWith("DeadLettered");
  }

  private static boolean saysTheSame(FeedbackEvent one, FeedbackEvent other) {
    return one.contentHash().equals(other.contentHash());
  }

  private void take(
      FeedbackEvent event,
      Instant clock,
      TakenBack taken,
      Map<String, FeedbackEvent> seen,
      Map<String, Asked> questions,
      Map<String, List<FeedbackEvent>> marks) {
    boolean isRetraction = event.statement() instanceof Statement.Retraction;
    boolean isMeant = false;
    for (FeedbackEvent by : List.copyOf(taken.ofEvents.getOrDefault(key(event), List.of()))) {
      if (isRetraction || !mayTakeBack(by, event.annotator().id())) {
        taken.ofEvents.get(key(event)).remove(by);
        taken.retractions.replace(key(by), RETRACTION, isRetraction ? REJECTED : FOREIGN);
      } else {
        isMeant = true;
      }
    }
    boolean isOfTakenCandidate =
        !isRetraction
            && spoken(event).stream()
                .anyMatch(id -> taken.candidates.contains(event.itemId() + "/" + id));
    if (taken.persons.contains(event.annotator().id())) {
      taken.take(key(event), "Erased[]");
    } else if (isMeant || isOfTakenCandidate) {
      taken.take(key(event), "Retracted[]");
    } else if (event.statement() instanceof Statement.Retraction retraction) {
      takeBack(event, retraction.scope(), taken, seen, questions, marks);
    } else {
      trust.admit(event, clock, vote -> taken.fates.containsKey(key(vote)));
      admit(event, questions, marks, taken);
    }
  }

  private boolean isOperator(FeedbackEvent event) {
    return settings.kinds().operators().contains(event.annotator().id());
  }

  private boolean mayTakeBack(FeedbackEvent retraction, String annotator) {
    return isOperator(retraction) || retraction.annotator().id().equals(annotator);
  }

  private void takeBack(
      FeedbackEvent event,
      Statement.RetractionScope scope,
      TakenBack taken,
      Map<String, FeedbackEvent> seen,
      Map<String, Asked> questions,
      Map<String, List<FeedbackEvent>> marks) {
    taken.retractions.put(key(event), RETRACTION);
    switch (scope) {
      case Statement.OneEvent(String eventId) -> {
        String target = event.itemId() + "/" + eventId;
        FeedbackEvent known = eventId.equals(event.eventId()) ? null : seen.get(target);
        String now = taken.retractions.get(target);
        boolean isRefused =
            eventId.equals(event.eventId())
                || (!taken.fates.containsKey(target)
                    && (RETRACTION.equals(now) || FOREIGN.equals(now)));
        if (isRefused) {
          taken.retractions.put(key(event), REJECTED);
        } else if (known != null && !mayTakeBack(event, known.annotator().id())) {
          taken.retractions.put(key(event), FOREIGN);
        } else {
          taken.ofEvents.computeIfAbsent(target, none -> new ArrayList<>()).add(event);
          if (known != null) {
            taken.take(target, "Retracted[]");
          }
        }
      }
      case Statement.OneCandidate(String candidateId) -> {
        if (!isOperator(event)) {
          taken.retractions.put(key(event), FOREIGN);
          break;
        }
        taken.candidates.add(event.itemId() + "/" + candidateId);
        questions.values().stream()
            .flatMap(asked -> asked.votes.stream())
            .filter(vote -> vote.itemId().equals(event.itemId()))
            .filter(vote -> candidates(vote).contains(candidateId))
            .forEach(vote -> taken.take(key(vote), "Retracted[]"));
        marks
            .getOrDefault(event.itemId() + "/" + candidateId, List.of())
            .forEach(mark -> taken.take(key(mark), "Retracted[]"));
      }
      case Statement.WholeContribution(String person) -> {
        if (!mayTakeBack(event, person)) {
          taken.retractions.put(key(event), FOREIGN);
          break;
        }
        taken.persons.add(person);
        seen.values().stream()
            .filter(said -> said.annotator().id().equals(person))
            .filter(said -> !key(said).equals(key(event)))
            .forEach(said -> taken.take(key(said), "Erased[]"));
      }
    }
    questions.values().forEach(Asked::count);
  }

  private void readRewards(int partition, Instant clock, TakenBack taken) {
    Map<String, Map<String, Map<String, RewardScore>>> byItem = new TreeMap<>();
    var place = new Scenario.Place(Topics.REWARDS.name(), partition);
    for (Scenario.LogRecord record : scenario.logs.get(place)) {
      RewardScore score = Topics.REWARDS.value().decode(record.value().toArray());
      String item = score.itemId();
      boolean isRetracted = taken.candidates.contains(item + "/" + score.completionId());
      if (!item.equals(new String(record.key().toArray(), UTF_8))) {
        continue;
      }
      String key = item + "/" + score.eventId();
      for (FeedbackEvent by : taken.ofEvents.getOrDefault(key, List.of())) {
        if (mayTakeBack(by, score.judge().id())) {
          isRetracted = true;
        } else {
          dispositions.replace(key(by), RETRACTION, FOREIGN);
        }
      }
      if (taken.persons.contains(score.judge().id()) || isErased(item, taken)) {
        dispose(score, "Erased[]");
      } else if (isRetracted) {
        dispose(score, "Retracted[]");
      } else {
        byItem
            .computeIfAbsent(item, none -> new TreeMap<>())
            .computeIfAbsent(score.judge().id(), judge -> new TreeMap<>())
            .putIfAbsent(score.completionId(), score);
      }
    }
    byItem.forEach((id, byJudge) -> settleRewards(id, byJudge, clock));
  }

  private void settleRewards(
      String item, Map<String, Map<String, RewardScore>> byJudge, Instant clock) {
    Map<String, Integer> best = new HashMap<>();
    List<String> fates =
        List.of("Waiting[]", "NoExample[cause=WITHOUT_TOKENS]", "Waiting[]", inExample(item));
    Map<String, Map<String, RewardScore>> usable = new TreeMap<>();
    byJudge.forEach(
        (judge, scores) ->
            scores.forEach(
                (id, score) -> {
                  Completion completion = completions.get(item + "/" + id);
                  int prefixes = score.prefixScores().size();
                  if (completion == null || !prompts.containsKey(item)) {
                    dispose(score, lacking(item, score.acceptedAt(), clock));
                  } else if (prefixes > 0 && prefixes != completion.tokenIds().size() + 1) {
                    dispose(score, "DeadLettered[reason=SCORE_OF_OTHER_TOKENS]");
                  } else {
                    usable.computeIfAbsent(judge, none -> new TreeMap<>()).put(id, score);
                  }
                }));
    tasks.values().stream()
        .filter(task -> task.itemId().equals(item))
        .forEach(
            task -> {
              Set<String> ids = new TreeSet<>();
              task.candidates().forEach(candidate -> ids.add(candidate.candidateId()));
              List<Map<String, RewardScore>> whole =
                  usable.values().stream().filter(said -> said.keySet().containsAll(ids)).toList();
              boolean enough = whole.size() >= settings.groupQuorum();
              boolean haveTokens = ids.stream().allMatch(id -> Scenario.tokens(item, id) > 0);
              usable
                  .values()
                  .forEach(
                      said ->
                          said.values().stream()
                              .filter(score -> ids.contains(score.completionId()))
                              .forEach(
                                  score ->
                                      best.merge(
                                          score.eventId(),
                                          !enough || !whole.contains(said) ? 2 : haveTokens ? 3 : 1,
                                          Math::max)));
              if (enough && haveTokens) {
                emitRollouts(task, List.copyOf(ids), whole);
              }
            });
    usable
        .values()
        .forEach(
            said ->
                said.values()
                    .forEach(
                        score -> dispose(score, fates.get(best.getOrDefault(score.eventId(), 0)))));
  }

  private void emitRollouts(
      ComparisonTask task, List<String> ids, List<Map<String, RewardScore>> whole) {
    String item = task.itemId();
    Prompt prompt = prompts.get(item);
    boolean prefixed =
        whole.stream()
            .allMatch(said -> ids.stream().noneMatch(id -> said.get(id).prefixScores().isEmpty()));
    List<String> rollouts = new ArrayList<>();
    List<String> events = new ArrayList<>();
    for (String id : ids) {
      Completion completion = completions.get(item + "/" + id);
      double reward = 0;
      double[] prefixes = new double[prefixed ? completion.tokenIds().size() + 1 : 0];
      for (Map<String, RewardScore> said : whole) {
        events.add(said.get(id).eventId());
        reward += said.get(id).score() / whole.size();
        for (int t = 0; t < prefixes.length; t++) {
          prefixes[t] += said.get(id).prefixScores().get(t);
        }
      }
      rollouts.add(
          FinalView.rollout(
              FinalView.shown(id, completion.text().toString(), List.of()),
              completion.tokenIds(),
              completion.tokenLogProbs(),
              completion.promptLevels(),
              Arrays.stream(prefixes).mapToObj(sum -> (float) (sum / whole.size())).toList(),
              Math.round(reward * 1e9) / 1e9));
    }
    examples.put(
        Identity.groupId(prompt.policy(), item, task.criterion(), ids),
        FinalView.rollouts(
            prompt.policy(),
            item,
            prompt.text().toString(),
            rollouts,
            events.stream().sorted().toList()));
  }

  private void dispose(RewardScore score, String disposition) {
    dispositions.put(score.itemId() + "/" + score.eventId(), disposition);
  }

  private static List<FeedbackEvent> lastWords(List<FeedbackEvent> marks) {
    Map<About, FeedbackEvent> last = new HashMap<>();
    marks.stream()
        .sorted(Comparator.comparing(FeedbackEvent::saidAt).thenComparing(FeedbackEvent::eventId))
        .forEach(
            event -> {
              var mark = (Statement.SpanMark) event.statement();
              last.put(
                  new About(
                      event.annotator().id(),
                      mark.candidateId(),
                      mark.startChar(),
                      mark.endChar(),
                      mark.label()),
                  event);
            });
    return List.copyOf(last.values());
  }

  private String fate(FeedbackEvent event, Instant clock, boolean isJudged) {
    var mark = (Statement.SpanMark) event.statement();
    Completion completion = completions.get(event.itemId() + "/" + mark.candidateId());
    if (completion == null || !prompts.containsKey(event.itemId())) {
      return lacking(event, clock);
    }
    if (mark.endChar() > completion.lengthChars()) {
      return "DeadLettered[reason=SPAN_OUTSIDE_TEXT]";
    }
    if (trust.discount(event) != null) {
      return "Discounted[cause=" + trust.discount(event) + "]";
    }
    return isJudged ? inExample(event.itemId()) : "Waiting[]";
  }

  private String lacking(FeedbackEvent event, Instant clock) {
    return lacking(event.itemId(), event.acceptedAt(), clock);
  }

  private String lacking(String item, Instant acceptedAt, Instant clock) {
    boolean late = !clock.isBefore(acceptedAt.plus(settings.referenceWait()));
    String reason = prompts.containsKey(item) ? "UNKNOWN_CANDIDATE" : "UNKNOWN_ITEM";
    return late ? "DeadLettered[reason=" + reason + "]" : "Waiting[]";
  }

  private static String inExample(String item) {
    return Split.of(item) == Split.HELD_OUT ? "HeldOut[]" : "InEvidence[]";
  }

  private void admit(
      FeedbackEvent event,
      Map<String, Asked> questions,
      Map<String, List<FeedbackEvent>> marks,
      TakenBack taken) {
    if (event.statement() instanceof Statement.Comparison c
        && c.candidateA().equals(c.candidateB())) {
      dispose(event, "DeadLettered[reason=SELF_COMPARISON]");
    } else if (event.statement() instanceof Statement.Ranking
        && (candidates(event).size() < 2
            || candidates(event).size() != Set.copyOf(candidates(event)).size())) {
      dispose(event, "DeadLettered[reason=INVALID_RANKING]");
    } else if (event.statement() instanceof Statement.SpanMark mark) {
      marks
          .computeIfAbsent(event.itemId() + "/" + mark.candidateId(), none -> new ArrayList<>())
          .add(event);
    } else if (event.statement() instanceof Statement.Comparison
        || event.statement() instanceof Statement.Ranking
        || event.statement() instanceof Statement.Thumbs) {
      String key =
          event.statement().getClass().getSimpleName()
              + event.itemId()
              + event.criterion()
              + candidates(event);
      Asked asked = questions.computeIfAbsent(key, unknown -> new Asked(taken));
      asked.votes.add(event);
      asked.count();
    } else {
      dispose(event, "NoExample[cause=EDIT_DISTANCE]");
    }
  }

  private void settle(
      Asked asked, Instant clock, Map<String, List<FeedbackEvent>> marks, Set<String> judged) {
    FeedbackEvent any = asked.votes.getFirst();
    String item = any.itemId();
    boolean candidatesKnown =
        candidates(any).stream().allMatch(id -> completions.containsKey(item + "/" + id));
    boolean known = prompts.containsKey(item) && candidatesKnown;
    boolean ready = known && enough(asked, clock);
    List<FeedbackEvent> standing = asked.standing();
    boolean gold =
        standing.stream()
            .filter(BatchOracle::isEvidence)
            .anyMatch(vote -> settings.trust().goldAnnotators().contains(vote.annotator().id()));
    for (FeedbackEvent vote : asked.votes) {
      if (!standing.contains(vote)) {
        dispose(vote, "Superseded[]");
      } else if (!known) {
        dispose(vote, lacking(vote, clock));
      } else if (gold) {
        dispose(vote, "Gold[]");
      } else if (!isEvidence(vote)) {
        Answer answer = ((Statement.Comparison) vote.statement()).answer();
        dispose(vote, "NoExample[cause=" + answer + "]");
      } else if (trust.discount(vote) != null) {
        dispose(vote, "Discounted[cause=" + trust.discount(vote) + "]");
      } else if (!ready) {
        dispose(vote, "Waiting[]");
      } else {
        dispose(vote, inExample(item));
      }
    }
    List<FeedbackEvent> evidence =
        (isErased(item, asked.taken) ? List.<FeedbackEvent>of() : standing)
            .stream()
                .filter(BatchOracle::isEvidence)
                .filter(vote -> trust.ppm(vote) > 0)
                .sorted((one, other) -> one.eventId().compareTo(other.eventId()))
                .toList();
    if (ready && !gold && !evidence.isEmpty()) {
      candidates(any).forEach(id -> judged.add(item + "/" + id));
      emit(any, evidence, marks);
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

  private void emit(
      FeedbackEvent any,
      List<FeedbackEvent> evidence,
      Map<String, List<FeedbackEvent>> marksByCandidate) {
    String item = any.itemId();
    Prompt prompt = prompts.get(item);
    List<String> ids = candidates(any);
    Map<String, List<FeedbackEvent>> marks = new HashMap<>();
    for (String id : ids) {
      int length = completions.get(item + "/" + id).lengthChars();
      marks.put(
          id,
          marksByCandidate.getOrDefault(item + "/" + id, List.of()).stream()
              .filter(mark -> ((Statement.SpanMark) mark.statement()).endChar() <= length)
              .filter(mark -> trust.ppm(mark) > 0)
              .toList());
    }
    List<String> events =
        Stream.concat(evidence.stream(), marks.values().stream().flatMap(List::stream))
            .map(FeedbackEvent::eventId)
            .sorted()
            .toList();
    Long epoch =
        Stream.concat(evidence.stream(), marks.values().stream().flatMap(List::stream))
            .map(trust::epoch)
            .filter(java.util.Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    if (epoch != null) {
      events = Stream.concat(events.stream(), Stream.of("epoch " + epoch)).toList();
    }
    if (any.statement() instanceof Statement.Ranking) {
      emitRanking(any, evidence, marks, events);
      return;
    }
    long total = evidence.stream().mapToLong(trust::ppm).sum();
    int weight = (int) Math.min(1_000_000, total);
    if (any.statement() instanceof Statement.Thumbs) {
      long up =
          evidence.stream()
              .filter(vote -> ((Statement.Thumbs) vote.statement()).thumb() == Thumb.UP)
              .mapToLong(trust::ppm)
              .sum();
      examples.put(
          Identity.unpairedId(prompt.policy(), item, any.criterion(), ids.getFirst()),
          FinalView.unpaired(
              prompt.policy(),
              item,
              prompt.text().toString(),
              text(item, ids.getFirst(), marks),
              (int) (up * 1_000_000 / total),
              weight,
              events));
      return;
    }
    long better = 0;
    long ties = 0;
    for (FeedbackEvent vote : evidence) {
      var comparison = (Statement.Comparison) vote.statement();
      boolean firstShown = comparison.candidateA().equals(ids.getFirst());
      if (comparison.answer() == Answer.TIE) {
        ties += trust.ppm(vote);
      } else if (firstShown == (comparison.answer() == Answer.A)) {
        better += trust.ppm(vote);
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
            text(item, ids.getFirst(), marks),
            text(item, ids.getLast(), marks),
            cut,
            tieCut - cut,
            weight,
            events));
  }

  /** Borda by points: for every other candidate 2 where above it, 1 where beside it. */
  private void emitRanking(
      FeedbackEvent any,
      List<FeedbackEvent> evidence,
      Map<String, List<FeedbackEvent>> marks,
      List<String> events) {
    String item = any.itemId();
    Prompt prompt = prompts.get(item);
    Map<String, Long> points = new TreeMap<>();
    for (FeedbackEvent vote : evidence) {
      for (String one : candidates(any)) {
        for (String other : candidates(any)) {
          long gained = one.equals(other) ? 0 : 1 + above(vote, one, other);
          points.merge(one, gained * trust.ppm(vote), Long::sum);
        }
      }
    }
    Map<Long, List<String>> tiers = new TreeMap<>(Comparator.reverseOrder());
    points.forEach((id, sum) -> tiers.computeIfAbsent(sum, none -> new ArrayList<>()).add(id));
    long agreed = 0;
    long all = 0;
    long total = evidence.stream().mapToLong(trust::ppm).sum();
    for (FeedbackEvent vote : evidence) {
      for (String one : candidates(any)) {
        for (String other : candidates(any)) {
          if (one.compareTo(other) < 0) {
            int consensus = Long.compare(points.get(one), points.get(other));
            agreed += trust.ppm(vote) * (2L - Math.abs(consensus - above(vote, one, other)));
            all += 2L * trust.ppm(vote);
          }
        }
      }
    }
    examples.put(
        Identity.rankingId(prompt.policy(), item, any.criterion(), candidates(any)),
        FinalView.ranked(
            prompt.policy(),
            item,
            prompt.text().toString(),
            tiers.values().stream().flatMap(List::stream).map(id -> text(item, id, marks)).toList(),
            tiers.values().stream().map(List::size).toList(),
            (int) (agreed * 1_000_000 / all * Math.min(1_000_000, total) / 1_000_000),
            events));
  }

  /** Returns 1 where the ranking puts one above the other, 0 beside, -1 below. */
  static int above(FeedbackEvent vote, String one, String other) {
    int place = 0;
    int otherPlace = 0;
    List<Statement.Tier> tiers = ((Statement.Ranking) vote.statement()).tiers();
    for (int tier = 0; tier < tiers.size(); tier++) {
      place = tiers.get(tier).candidateIds().contains(one) ? tier : place;
      otherPlace = tiers.get(tier).candidateIds().contains(other) ? tier : otherPlace;
    }
    return Integer.signum(otherPlace - place);
  }

  private String text(String item, String id, Map<String, List<FeedbackEvent>> marks) {
    Map<Integer, long[]> strengths = new TreeMap<>();
    for (FeedbackEvent event : marks.get(id)) {
      var mark = (Statement.SpanMark) event.statement();
      long[] sums =
          strengths.computeIfAbsent(mark.startChar() * 1_000 + mark.endChar(), none -> new long[2]);
      sums[0] += trust.ppm(event) * Math.round(mark.strength() * 1_000_000);
      sums[1] += trust.ppm(event);
    }
    List<String> spans = new ArrayList<>();
    strengths.forEach(
        (place, sums) ->
            spans.add(FinalView.span(place / 1_000, place % 1_000, (int) (sums[0] / sums[1]))));
    return FinalView.shown(id, completions.get(item + "/" + id).text().toString(), spans);
  }

  /** Returns the candidates that any event but a retraction speaks of. */
  private static List<String> spoken(FeedbackEvent event) {
    return switch (event.statement()) {
      case Statement.SpanMark mark -> List.of(mark.candidateId());
      case Statement.Correction correction -> List.of(correction.candidateId());
      default -> candidates(event);
    };
  }

  static List<String> candidates(FeedbackEvent event) {
    if (event.statement() instanceof Statement.Thumbs thumbs) {
      return List.of(thumbs.candidateId());
    }
    if (event.statement() instanceof Statement.Ranking ranking) {
      return ranking.tiers().stream()
          .flatMap(tier -> tier.candidateIds().stream())
          .sorted()
          .toList();
    }
    var comparison = (Statement.Comparison) event.statement();
    return List.of(comparison.candidateA(), comparison.candidateB()).stream().sorted().toList();
  }

  static boolean isEvidence(FeedbackEvent vote) {
    return !(vote.statement() instanceof Statement.Comparison comparison)
        || (comparison.answer() != Answer.BOTH_BAD && comparison.answer() != Answer.CANT_TELL);
  }

  private void dispose(FeedbackEvent event, String disposition) {
    dispositions.put(event.itemId() + "/" + event.eventId(), disposition);
  }
}
