/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the reward scores of one item up to date after a score, a reference or the clock changed:
 * their dispositions, what they wait for, and the rollout groups that rest on them.
 *
 * <p>A group makes an example once its prompt and its completions are known and enough judges have
 * each scored all of them. References and tasks only ever arrive, and a score that is taken back
 * counts as if it had never come, so what a group holds, and whether it is an example, depends on
 * their set alone, not on how topics interleaved. A score waits a limited time for its completion,
 * but as long as need be for a task that puts it up and for the judge's other scores.
 */
final class RewardSettlement {
  /** Stands where the content hash of a group would that is no example any more. */
  private static final String WITHDRAWN = "withdrawn";

  private final StreamsSettings settings;
  private final PreferenceState known;
  private final String itemId;
  private final Scores scores;
  private final Scores usable;
  private final Map<String, Optional<Completion>> completions = new HashMap<>();
  private final Map<String, Missing> missing = new HashMap<>();
  private final List<Standing> groups;

  /** A score that just came, with the record that it came with. */
  record Arrival(RewardScore score, Origin origin) {}

  /** How far a group has come. A score that is in several counts as far as the furthest. */
  private enum Progress {
    WITHOUT_TOKENS,
    BEYOND_LIMITS,
    LACKING,
    READY
  }

  /**
   * A group as it stands.
   *
   * @param judges those that scored all of it
   * @param progress how far it has come for their scores; for those of others it lacks something
   */
  private record Standing(Group group, List<String> judges, Progress progress) {
    Progress progressOf(RewardScore score) {
      return judges.contains(score.judge().id()) ? progress : Progress.LACKING;
    }
  }

  private RewardSettlement(
      StreamsSettings settings, PreferenceState known, String itemId, Scores scores) {
    this.settings = settings;
    this.known = known;
    this.itemId = itemId;
    this.scores = scores;
    usable = scores.where(this::fits);
    groups = Group.of(known.tasks(itemId)).stream().map(this::standing).toList();
  }

  /** Returns the effects of one more score. */
  static List<Effect> afterScore(StreamsSettings settings, PreferenceState known, Arrival arrival) {
    String itemId = arrival.score().itemId();
    Scores scores = Scores.of(known.scores(itemId)).with(arrival.score());
    var settlement = new RewardSettlement(settings, known, itemId, scores);
    List<Effect> effects = new ArrayList<>();
    settlement.admit(arrival, effects);
    settlement.settle(effects);
    return effects;
  }

  /** Returns the effects on the scores of an item of a prompt, completion or task that arrived. */
  static List<Effect> afterReference(
      StreamsSettings settings, PreferenceState known, String itemId) {
    Scores scores = Scores.of(known.scores(itemId));
    List<Effect> effects = new ArrayList<>();
    if (!scores.all().isEmpty()) {
      var settlement = new RewardSettlement(settings, known, itemId, scores);
      settlement.takeUp(effects);
      settlement.settle(effects);
    }
    return effects;
  }

  /** Returns the effects of a score being taken back, but for what rested on it. */
  static List<Effect> takeBack(StreamsSettings settings, RewardScore score) {
    return List.of(new Effect.DropScore(score), new Effect.Cease(wait(settings, score)));
  }

  /** Returns the effects of scores of an item having been taken back. */
  static List<Effect> afterRetraction(
      StreamsSettings settings, PreferenceState known, String itemId) {
    var settlement = new RewardSettlement(settings, known, itemId, Scores.of(known.scores(itemId)));
    List<Effect> effects = new ArrayList<>();
    settlement.settle(effects);
    settlement.withdraw(effects);
    return effects;
  }

  /** Returns the effects of a score having waited as long as it may for its references. */
  static List<Effect> afterWait(
      StreamsSettings settings, PreferenceState known, Due.ScoreReferences due, Origin origin) {
    Scores scores = Scores.of(known.scores(due.itemId()));
    var settlement = new RewardSettlement(settings, known, due.itemId(), scores);
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.Cease(due));
    scores
        .of(due.completionId(), due.judgeId())
        .filter(score -> !settlement.missing(score).isNothing())
        .ifPresent(
            score -> {
              settlement.waitOrGiveUp(score, origin, effects);
              settlement.move(score, effects);
            });
    return effects;
  }

  private void admit(Arrival arrival, List<Effect> effects) {
    RewardScore score = arrival.score();
    effects.add(new Effect.KeepScore(score, arrival.origin().value()));
    effects.add(
        new Effect.Identify(
            itemId, score.eventId(), new IdentifiedEvent(score.contentHash(), disposition(score))));
    if (!missing(score).isNothing()) {
      waitOrGiveUp(score, arrival.origin(), effects);
    } else if (!fits(score)) {
      effects.add(new Effect.SetAside(misfitLetter(score, arrival.origin())));
    }
  }

  /** Ends the wait of the scores whose references are known now. */
  private void takeUp(List<Effect> effects) {
    for (RewardScore score : scores.all()) {
      Optional<Origin> origin = known.awaiting(wait(score));
      if (origin.isPresent() && missing(score).isNothing()) {
        effects.add(new Effect.Cease(wait(score)));
        if (!fits(score)) {
          effects.add(new Effect.SetAside(misfitLetter(score, origin.get())));
        }
      }
    }
  }

  private void settle(List<Effect> effects) {
    scores.all().forEach(score -> move(score, effects));
    groups.stream()
        .filter(group -> group.progress() == Progress.READY)
        .forEach(group -> publish(group, effects));
  }

  private void publish(Standing standing, List<Effect> effects) {
    GroupState before = known.group(standing.group());
    GroupOutcome outcome = GroupOutcome.of(standing.group(), standing.judges(), usable);
    String contentHash = outcome.contentHash();
    if (!contentHash.equals(before.contentHash())) {
      int revision = before.revision() + 1;
      effects.add(new Effect.Emit(outcome.example(known, revision)));
      effects.add(
          new Effect.RememberGroup(standing.group(), new GroupState(revision, contentHash)));
    }
  }

  /** Unlike a question, a group that lacks a judge again is no example any more. */
  private void withdraw(List<Effect> effects) {
    for (Standing standing : groups) {
      GroupState before = known.group(standing.group());
      boolean isEmitted = before.revision() > 0 && !WITHDRAWN.equals(before.contentHash());
      if (isEmitted && standing.progress() != Progress.READY) {
        int revision = before.revision() + 1;
        GroupOutcome none = GroupOutcome.withdrawn(standing.group(), known.clock());
        effects.add(new Effect.Emit(none.example(known, revision)));
        effects.add(
            new Effect.RememberGroup(standing.group(), new GroupState(revision, WITHDRAWN)));
      }
    }
  }

  private void waitOrGiveUp(RewardScore score, Origin origin, List<Effect> effects) {
    effects.add(
        isOverdue(score)
            ? new Effect.SetAside(missingLetter(score, origin))
            : new Effect.Await(wait(score), origin));
  }

  private void move(RewardScore score, List<Effect> effects) {
    Optional<IdentifiedEvent> event = known.identified(itemId, score.eventId());
    Disposition next = disposition(score);
    if (event.isPresent() && !event.get().disposition().equals(next)) {
      effects.add(new Effect.Identify(itemId, score.eventId(), event.get().movedTo(next)));
    }
  }

  private Disposition disposition(RewardScore score) {
    if (!missing(score).isNothing()) {
      return isOverdue(score)
          ? new Disposition.DeadLettered(missing(score).reason())
          : new Disposition.Waiting();
    }
    if (!fits(score)) {
      return new Disposition.DeadLettered(DeadLetterReason.SCORE_OF_OTHER_TOKENS);
    }
    Progress furthest =
        groups.stream()
            .filter(standing -> standing.group().candidateIds().contains(score.completionId()))
            .map(standing -> standing.progressOf(score))
            .max(Comparator.naturalOrder())
            .orElse(Progress.LACKING);
    return switch (furthest) {
      case WITHOUT_TOKENS -> new Disposition.NoExample(Disposition.Cause.WITHOUT_TOKENS);
      case BEYOND_LIMITS -> new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS);
      case LACKING -> new Disposition.Waiting();
      case READY -> Disposition.inExample(itemId);
    };
  }

  private Standing standing(Group group) {
    List<String> judges = usable.judgesOf(group);
    return new Standing(group, judges, progress(group, judges));
  }

  /** A judge's score is usable only where its completion is known, so a judged group has all. */
  private Progress progress(Group group, List<String> judges) {
    Optional<Prompt> prompt = known.prompt(itemId);
    if (prompt.isEmpty() || judges.size() < settings.groupQuorum()) {
      return Progress.LACKING;
    }
    long bytes = prompt.get().text().sizeBytes();
    for (String id : group.candidateIds()) {
      Completion completion = completion(id).orElseThrow();
      if (completion.tokenIds().isEmpty() || completion.tokenLogProbs().isEmpty()) {
        return Progress.WITHOUT_TOKENS;
      }
      bytes += completion.text().sizeBytes();
      bytes += (long) completion.tokenIds().size() * Limits.ROLLOUT_TOKEN_BYTES;
    }
    return bytes > Limits.MAX_EXAMPLE_TEXT_BYTES ? Progress.BEYOND_LIMITS : Progress.READY;
  }

  /** Whether the completion is known and has the tokens whose prefixes were scored. */
  private boolean fits(RewardScore score) {
    int prefixes = score.prefixScores().size();
    return completion(score.completionId())
        .filter(completion -> prefixes == 0 || prefixes == completion.tokenIds().size() + 1)
        .isPresent();
  }

  private Optional<Completion> completion(String id) {
    return completions.computeIfAbsent(id, unread -> known.completion(itemId, unread));
  }

  private Missing missing(RewardScore score) {
    return missing.computeIfAbsent(
        score.completionId(), id -> Missing.of(known, itemId, List.of(id)));
  }

  private Due.ScoreReferences wait(RewardScore score) {
    return wait(settings, score);
  }

  private static Due.ScoreReferences wait(StreamsSettings settings, RewardScore score) {
    Instant at = score.acceptedAt().plus(settings.referenceWait());
    return new Due.ScoreReferences(at, score.itemId(), score.completionId(), score.judge().id());
  }

  private boolean isOverdue(RewardScore score) {
    return !known.clock().isBefore(wait(score).at());
  }

  private DeadLetter missingLetter(RewardScore score, Origin origin) {
    String detail = missing(score).detail("score", settings.referenceWait());
    return origin.deadLetter(missing(score).reason(), detail, score.eventId(), score.acceptedAt());
  }

  private DeadLetter misfitLetter(RewardScore score, Origin origin) {
    int tokens = completion(score.completionId()).orElseThrow().tokenIds().size();
    String detail =
        "completion %s of item %s has %d tokens and so %d prefixes, but %d were scored by %s"
            .formatted(
                score.completionId(),
                itemId,
                tokens,
                tokens + 1,
                score.prefixScores().size(),
                score.judge().id());
    return origin.deadLetter(
        DeadLetterReason.SCORE_OF_OTHER_TOKENS, detail, score.eventId(), score.acceptedAt());
  }
}
