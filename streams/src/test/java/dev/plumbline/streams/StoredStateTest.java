/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Bytes;
import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.CountedVote;
import dev.plumbline.judgement.trust.StandingVote;
import dev.plumbline.judgement.trust.TrustCounts;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoredStateTest {
  private static final long EPOCH = 7;

  private final MemoryStore store = new MemoryStore(StoredState.STORE);

  /** What was taken back before it came leaves a vote without a question, also after a restart. */
  @Test
  void shouldRememberThatSomethingWasTakenBackAfterTheRetractionIsDropped() {
    StoredState state = restarted();
    var retraction =
        new EventRetraction(
            "i", "e", "r", "ann", false, new Origin("feedback", 0, 0, null, Bytes.of(new byte[0])));

    assertThat(state.hasTakenBack()).isFalse();
    state.apply(new Effect.KeepRetraction(retraction));
    state.apply(new Effect.DropRetraction(retraction));

    assertThat(state.hasTakenBack()).isTrue();
    assertThat(restarted().hasTakenBack()).isTrue();
    assertThat(restarted().retractions("i", "e")).isEmpty();
  }

  @Test
  void shouldCountTheAnswersOfAnEpochByAnnotatorAlsoAfterARestart() {
    var answers = answers();
    answers.put(EPOCH, "i", "e1", answer("ann", List.of()));
    assertThat(answers.votes(EPOCH, "ann")).isOne();
    answers.put(EPOCH, "i", "e2", answer("bob", List.of(new StandingVote("ann", 0))));
    answers.put(EPOCH, "j", "e1", answer("ann", List.of()));
    answers.put(EPOCH + 1, "i", "e3", answer("ann", List.of()));

    for (CountedAnswers each : List.of(answers, answers())) {
      assertThat(each.votes(EPOCH, "ann")).isEqualTo(2);
      assertThat(each.votes(EPOCH + 1, "ann")).isOne();
      assertThat(each.votes(EPOCH, "bob")).isOne();
      assertThat(each.votes(EPOCH, "eve")).isZero();
    }
  }

  @Test
  void shouldTakeTheSumOfAnEpochInPieces() {
    var answers = answers();
    TrustCounts sum = TrustCounts.NONE;
    for (int i = 0; i < 40; i++) {
      TrustCounts said =
          answer("annotator-" + i % 9, List.of(new StandingVote("annotator-" + (i + 4) % 9, 1)));
      answers.put(EPOCH, "i" + i % 5, "e" + i, said);
      sum = sum.plus(said);
    }
    answers.put(EPOCH + 1, "i", "later", answer("ann", List.of()));

    List<TrustCounts> pieces = answers.take(EPOCH, 4);

    assertThat(pieces.stream().reduce(TrustCounts.NONE, TrustCounts::plus)).isEqualTo(sum);
    assertThat(pieces)
        .allSatisfy(
            piece ->
                assertThat(piece.annotators().size() + piece.overlaps().size()).isBetween(1, 4));
    assertThat(answers.take(EPOCH, 4)).isEmpty();
    assertThat(answers.firstEpoch()).hasValue(EPOCH + 1);
  }

  @Test
  void shouldSortEpochsBeforeTheEpoch() {
    var answers = answers();
    IntStream.of(3, -2, 0, -1)
        .forEach(epoch -> answers.put(epoch, "i", "e", answer("ann", List.of())));

    assertThat(answers.firstEpoch()).hasValue(-2);
  }

  private StoredState restarted() {
    return new StoredState(Fixtures.SETTINGS, Fixtures.LAYOUT, store);
  }

  private CountedAnswers answers() {
    return new CountedAnswers(new Table(store, Table.Name.TRUST_ANSWERS));
  }

  private static TrustCounts answer(String annotatorId, List<StandingVote> before) {
    return TrustCounts.of(Alphabet.PAIR, new CountedVote(annotatorId, 0, null, null, 5), before);
  }
}
