/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.judgement.Believed;
import dev.plumbline.judgement.Consensus;
import dev.plumbline.judgement.ConsensusRule;
import dev.plumbline.judgement.Desirability;
import dev.plumbline.judgement.PairVerdict;
import dev.plumbline.judgement.RankingConsensus;
import dev.plumbline.judgement.RankingVote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the standing votes on a question, and the marks on its candidates, add up to: a pure
 * function of their set. More than {@link Limits#MAX_EVIDENCE} of them all count, but only that
 * many, the smallest event ids, are named.
 */
sealed interface Outcome {
  Evidence evidence();

  /** Returns the hash of what an example says beside the texts, which never change. */
  String contentHash();

  /** Returns the outcome as an example; all that the question speaks of must be known. */
  TrainingExample example(PreferenceState known, int revision);

  /** Returns the outcome; without a vote there is no example that could carry marks. */
  static Outcome of(
      ConsensusRule rule,
      Question question,
      Ballot ballot,
      PreferenceState known,
      SpanMarks marks) {
    Map<String, CarriedSpans> spans = new TreeMap<>();
    if (!marks.isEmpty() && !ballot.evidence().isEmpty()) {
      for (String candidateId : question.candidateIds()) {
        spans.put(candidateId, CarriedSpans.of(known, question.itemId(), candidateId, marks));
      }
    }
    return switch (question) {
      case Question.WhichIsBetter pair -> Pair.of(rule, pair, ballot, spans);
      case Question.WhichSegment pair -> Pair.of(rule, pair, ballot, spans);
      case Question.WhichOrder order -> Ranked.of(order, ballot, spans);
      case Question.IsDesirable one -> Unpaired.of(rule, one, ballot, spans);
      case Question.HowGood one ->
          throw new IllegalStateException("no example is the outcome of ratings alone: " + one);
    };
  }

  /** The outcome of a comparison. */
  record Pair(
      Question question,
      Consensus consensus,
      @Nullable Integer marginPpm,
      Map<String, CarriedSpans> spans,
      Evidence evidence)
      implements Outcome {

    private static Pair of(
        ConsensusRule rule, Question question, Ballot ballot, Map<String, CarriedSpans> spans) {
      List<Vote> votes = ballot.evidence();
      List<Believed<PairVerdict>> believed = new ArrayList<>();
      for (Vote vote : votes) {
        believed.add(vote.believed(pairVerdict(vote.verdict())));
      }
      return new Pair(
          question, rule.pair(believed), marginPpm(votes), spans, named(votes, ballot, spans));
    }

    /** The mean gap, each annotator who rated both counting alike; rounded towards zero. */
    private static @Nullable Integer marginPpm(List<Vote> votes) {
      long sum = 0;
      int rated = 0;
      for (Vote vote : votes) {
        if (vote.ground() instanceof Ground.Implied(List<String> eventIds, Integer gapPpm)
            && gapPpm != null) {
          sum += gapPpm;
          rated++;
        }
      }
      return rated == 0 ? null : Integer.valueOf(Math.toIntExact(sum / rated));
    }

    private static PairVerdict pairVerdict(Verdict verdict) {
      return switch (verdict) {
        case Verdict.OfPair.A_BETTER -> PairVerdict.A_BETTER;
        case Verdict.OfPair.B_BETTER -> PairVerdict.B_BETTER;
        case Verdict.OfPair.TIE -> PairVerdict.TIE;
        case Verdict.OfPair other -> throw noEvidence(other, "a pair");
        case Verdict.OfOne other -> throw noEvidence(other, "a pair");
        case Verdict.Order other -> throw noEvidence(other, "a pair");
        case Verdict.Marks other -> throw noEvidence(other, "a pair");
      };
    }

    @Override
    public String contentHash() {
      IntStream numbers =
          IntStream.of(consensus.probABetterPpm(), consensus.probTiePpm(), consensus.weightPpm());
      IntStream margin = marginPpm == null ? IntStream.empty() : IntStream.of(marginPpm);
      return hash(evidence, spans, IntStream.concat(numbers, margin).toArray());
    }

    @Override
    public PreferencePair example(PreferenceState known, int revision) {
      return switch (question) {
        case Question.WhichSegment(
                String itemId,
                String criterion,
                String a,
                String b,
                String taskId) ->
            pair(
                known.task(itemId, taskId).orElseThrow().policy(),
                Text.plain(""),
                ExampleCandidate.of(known.segment(itemId, a).orElseThrow()),
                ExampleCandidate.of(known.segment(itemId, b).orElseThrow()),
                revision);
        case Question.WhichIsBetter(String itemId, String criterion, String a, String b) -> {
          Prompt prompt = known.prompt(itemId).orElseThrow();
          yield pair(
              prompt.policy(),
              prompt.text(),
              candidate(known, itemId, a, spans),
              candidate(known, itemId, b, spans),
              revision);
        }
        case Question.WhichOrder other -> throw noPair(other);
        case Question.IsDesirable other -> throw noPair(other);
        case Question.HowGood other -> throw noPair(other);
      };
    }

    private PreferencePair pair(
        String policy, Text prompt, ExampleCandidate a, ExampleCandidate b, int revision) {
      return new PreferencePair(
          Identity.pairId(
              policy, question.itemId(), question.criterion(), a.candidateId(), b.candidateId()),
          revision,
          policy,
          question.itemId(),
          question.criterion(),
          prompt,
          a,
          b,
          consensus.probABetterPpm(),
          consensus.probTiePpm(),
          consensus.weightPpm(),
          evidence,
          marginPpm);
    }

    private static IllegalStateException noPair(Question question) {
      return new IllegalStateException("the outcome is no pair: " + question);
    }
  }

  /** The outcome of rankings. */
  record Ranked(
      Question.WhichOrder question,
      RankingConsensus consensus,
      Map<String, CarriedSpans> spans,
      Evidence evidence)
      implements Outcome {

    private static Ranked of(
        Question.WhichOrder question, Ballot ballot, Map<String, CarriedSpans> spans) {
      List<Vote> votes = ballot.evidence();
      List<RankingVote> rankings =
          votes.stream()
              .map(vote -> new RankingVote(tierOf(vote.verdict()), vote.trustPpm()))
              .toList();
      RankingConsensus consensus = RankingConsensus.of(question.candidateIds().size(), rankings);
      return new Ranked(question, consensus, spans, named(votes, ballot, spans));
    }

    private static List<Integer> tierOf(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Order(List<Integer> tierOf) -> tierOf;
        case Verdict.OfPair other -> throw noEvidence(other, "an order");
        case Verdict.OfOne other -> throw noEvidence(other, "an order");
        case Verdict.Marks other -> throw noEvidence(other, "an order");
      };
    }

    @Override
    public String contentHash() {
      IntStream tiers = consensus.tierOf().stream().mapToInt(Integer::intValue);
      return hash(
          evidence, spans, IntStream.concat(tiers, IntStream.of(consensus.weightPpm())).toArray());
    }

    @Override
    public RankedGroup example(PreferenceState known, int revision) {
      Prompt prompt = known.prompt(question.itemId()).orElseThrow();
      List<String> ids = question.candidateIds();
      return new RankedGroup(
          Identity.rankingId(prompt.policy(), question.itemId(), question.criterion(), ids),
          revision,
          prompt.policy(),
          question.itemId(),
          question.criterion(),
          prompt.text(),
          consensus.order().stream()
              .map(place -> candidate(known, question.itemId(), ids.get(place), spans))
              .toList(),
          consensus.tierSizes(),
          consensus.weightPpm(),
          evidence);
    }
  }

  /** The outcome of thumbs. */
  record Unpaired(
      Question.IsDesirable question,
      Desirability desirability,
      Map<String, CarriedSpans> spans,
      Evidence evidence)
      implements Outcome {

    private static Unpaired of(
        ConsensusRule rule,
        Question.IsDesirable question,
        Ballot ballot,
        Map<String, CarriedSpans> spans) {
      List<Vote> votes = ballot.evidence();
      List<Believed<Boolean>> believed = new ArrayList<>();
      for (Vote vote : votes) {
        believed.add(vote.believed(vote.verdict() == Verdict.OfOne.DESIRABLE));
      }
      return new Unpaired(question, rule.thumbs(believed), spans, named(votes, ballot, spans));
    }

    @Override
    public String contentHash() {
      return hash(evidence, spans, desirability.probDesirablePpm(), desirability.weightPpm());
    }

    @Override
    public UnpairedExample example(PreferenceState known, int revision) {
      Prompt prompt = known.prompt(question.itemId()).orElseThrow();
      String id =
          Identity.unpairedId(
              prompt.policy(), question.itemId(), question.criterion(), question.candidateId());
      return new UnpairedExample(
          id,
          revision,
          prompt.policy(),
          question.itemId(),
          question.criterion(),
          prompt.text(),
          candidate(known, question.itemId(), question.candidateId(), spans),
          desirability.probDesirablePpm(),
          desirability.weightPpm(),
          evidence);
    }
  }

  private static IllegalStateException noEvidence(Verdict verdict, String what) {
    return new IllegalStateException(verdict + " is no evidence about " + what);
  }

  /** Who said an event. */
  record Said(String eventId, String annotatorId) {}

  private static Evidence named(
      List<Vote> evidence, Ballot ballot, Map<String, CarriedSpans> spans) {
    Set<Said> said = new LinkedHashSet<>();
    Instant newest = Instant.MIN;
    Long trustEpoch = null;
    for (Vote vote : evidence) {
      ImpliedVote.eventIds(vote)
          .forEach(eventId -> said.add(new Said(eventId, vote.annotatorId())));
      newest = later(newest, vote.acceptedAt());
      trustEpoch = later(trustEpoch, vote.weighing().trustEpoch());
    }
    for (CarriedSpans carried : spans.values()) {
      for (SpanMark mark : carried.marks()) {
        said.add(new Said(mark.eventId(), mark.about().annotatorId()));
        newest = later(newest, mark.acceptedAt());
        trustEpoch = later(trustEpoch, mark.weighing().trustEpoch());
      }
    }
    List<Said> named = new ArrayList<>(said);
    named.sort(Comparator.comparing(Said::eventId));
    if (named.size() > Limits.MAX_EVIDENCE) {
      named = named.subList(0, Limits.MAX_EVIDENCE);
    }
    return new Evidence(
        named.stream().map(Said::eventId).toList(),
        said.isEmpty() ? ballot.newestAcceptedAt() : newest,
        trustEpoch,
        named.stream().map(Said::annotatorId).toList());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private static @Nullable Long later(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.max(one, other);
  }

  private static ExampleCandidate candidate(
      PreferenceState known, String itemId, String id, Map<String, CarriedSpans> spans) {
    Completion completion = known.completion(itemId, id).orElseThrow();
    List<MarkedSpan> marked = spans.getOrDefault(id, CarriedSpans.NONE).spans();
    return new ExampleCandidate(id, completion.text(), completion.version(), marked);
  }

  private static String hash(Evidence evidence, Map<String, CarriedSpans> spans, int... numbers) {
    List<String> parts = new ArrayList<>();
    for (int number : numbers) {
      parts.add(Integer.toString(number));
    }
    parts.add(evidence.newestAcceptedAt().toString());
    parts.addAll(evidence.eventIds());
    String untrusted = Identity.hash("outcome", parts.toArray(String[]::new));
    String unmarked =
        evidence.trustEpoch() == null
            ? untrusted
            : Identity.hash("trusted-outcome", untrusted, Long.toString(evidence.trustEpoch()));
    List<String> marked = new ArrayList<>(List.of(unmarked));
    spans.forEach(
        (candidateId, carried) -> {
          for (MarkedSpan span : carried.spans()) {
            marked.add(candidateId);
            marked.add(Integer.toString(span.startChar()));
            marked.add(Integer.toString(span.endChar()));
            marked.add(Integer.toString(span.strengthPpm()));
          }
        });
    return marked.size() == 1
        ? unmarked
        : Identity.hash("marked-outcome", marked.toArray(String[]::new));
  }
}
