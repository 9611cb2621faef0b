/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.judgement.Consensus;
import dev.plumbline.judgement.Desirability;
import dev.plumbline.judgement.PairTally;
import dev.plumbline.judgement.PairVerdict;
import dev.plumbline.judgement.Trust;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the standing votes on a question add up to: a pure function of their set. More than {@link
 * Limits#MAX_EVIDENCE} votes all count in the probabilities, but only that many, the smallest event
 * ids, are named.
 */
sealed interface Outcome {
  Evidence evidence();

  /** Returns the hash of what an example says beside the texts, which never change. */
  String contentHash();

  /** Returns the outcome as an example; all that the question speaks of must be known. */
  TrainingExample example(PreferenceState known, int revision);

  static Outcome of(Question question, Ballot ballot) {
    return switch (question) {
      case Question.WhichIsBetter pair -> Pair.of(pair, ballot);
      case Question.IsDesirable one -> Unpaired.of(one, ballot);
    };
  }

  /** The outcome of a comparison. */
  record Pair(Question.WhichIsBetter question, Consensus consensus, Evidence evidence)
      implements Outcome {

    private static Pair of(Question.WhichIsBetter question, Ballot ballot) {
      List<Vote> votes = ballot.evidence();
      PairTally tally = PairTally.EMPTY;
      for (Vote vote : votes) {
        tally = tally.plus(pairVerdict(vote.verdict()), Trust.FULL_PPM);
      }
      return new Pair(question, Consensus.of(tally), named(votes, ballot));
    }

    private static PairVerdict pairVerdict(Verdict verdict) {
      return switch (verdict) {
        case A_BETTER -> PairVerdict.A_BETTER;
        case B_BETTER -> PairVerdict.B_BETTER;
        case TIE -> PairVerdict.TIE;
        case BOTH_BAD, CANT_TELL, DESIRABLE, UNDESIRABLE ->
            throw new IllegalStateException(verdict + " is no evidence about a pair");
      };
    }

    @Override
    public String contentHash() {
      return hash(
          evidence, consensus.probABetterPpm(), consensus.probTiePpm(), consensus.weightPpm());
    }

    @Override
    public PreferencePair example(PreferenceState known, int revision) {
      Prompt prompt = known.prompt(question.itemId()).orElseThrow();
      String id =
          Identity.pairId(
              prompt.policy(), question.itemId(), question.criterion(), question.a(), question.b());
      return new PreferencePair(
          id,
          revision,
          prompt.policy(),
          question.itemId(),
          question.criterion(),
          prompt.text(),
          candidate(known, question.itemId(), question.a()),
          candidate(known, question.itemId(), question.b()),
          consensus.probABetterPpm(),
          consensus.probTiePpm(),
          consensus.weightPpm(),
          evidence);
    }
  }

  /** The outcome of thumbs. */
  record Unpaired(Question.IsDesirable question, Desirability desirability, Evidence evidence)
      implements Outcome {

    private static Unpaired of(Question.IsDesirable question, Ballot ballot) {
      List<Vote> votes = ballot.evidence();
      long up = votes.stream().filter(vote -> vote.verdict() == Verdict.DESIRABLE).count();
      long down = votes.size() - up;
      return new Unpaired(
          question,
          Desirability.of(up * Trust.FULL_PPM, down * Trust.FULL_PPM),
          named(votes, ballot));
    }

    @Override
    public String contentHash() {
      return hash(evidence, desirability.probDesirablePpm(), desirability.weightPpm());
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
          candidate(known, question.itemId(), question.candidateId()),
          desirability.probDesirablePpm(),
          desirability.weightPpm(),
          evidence);
    }
  }

  private static Evidence named(List<Vote> evidence, Ballot ballot) {
    List<String> ids = evidence.stream().map(Vote::eventId).limit(Limits.MAX_EVIDENCE).toList();
    Instant newest =
        evidence.stream()
            .map(Vote::acceptedAt)
            .max(Instant::compareTo)
            .orElseGet(ballot::newestAcceptedAt);
    return new Evidence(ids, newest, null);
  }

  private static ExampleCandidate candidate(PreferenceState known, String itemId, String id) {
    Completion completion = known.completion(itemId, id).orElseThrow();
    return new ExampleCandidate(id, completion.text(), completion.version());
  }

  private static String hash(Evidence evidence, int... numbers) {
    List<String> parts = new ArrayList<>();
    for (int number : numbers) {
      parts.add(Integer.toString(number));
    }
    parts.add(evidence.newestAcceptedAt().toString());
    return Identity.hash(
        "outcome",
        Stream.concat(parts.stream(), evidence.eventIds().stream()).toArray(String[]::new));
  }
}
