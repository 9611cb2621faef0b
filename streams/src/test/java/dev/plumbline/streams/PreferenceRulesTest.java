/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.RewardScore;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class PreferenceRulesTest {
  private static final FeedbackEvent EVENT = Fixtures.vote("e1", "ann", Answer.A, 1);
  private static final Input ARRIVED =
      new Input.EventArrived(
          new Origin("feedback", 0, 7, Bytes.of(new byte[] {'i'}), Bytes.of(new byte[] {1})),
          EVENT);

  private final StoredState state =
      new StoredState(
          Fixtures.SETTINGS,
          Fixtures.LAYOUT,
          Stores.inMemoryKeyValueStore(StoredState.STORE).get());
  private final PreferenceRules rules = new PreferenceRules(Fixtures.SETTINGS, Fixtures.LAYOUT);
  private final List<DeadLetter> letters = new ArrayList<>();

  @Test
  void shouldSetAsideAnEventOnWhichDecidingFailed() {
    apply(rules.reject(state, ARRIVED, new ArithmeticException("overflow")));

    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst().reason()).isEqualTo(DeadLetterReason.REJECTED);
    assertThat(letters.getFirst().detail()).contains("ArithmeticException: overflow");
    assertThat(letters.getFirst().offset()).isEqualTo(7);
    assertThat(disposition()).isEqualTo(new Disposition.DeadLettered(DeadLetterReason.REJECTED));
    assertThat(state.clock()).isEqualTo(EVENT.acceptedAt());
  }

  @Test
  void shouldDecideAfreshWhenARejectedEventIsSentAgain() {
    apply(rules.reject(state, ARRIVED, new ArithmeticException("overflow")));

    apply(rules.decide(state, ARRIVED));

    assertThat(disposition()).isEqualTo(new Disposition.Waiting());
    assertThat(letters).hasSize(1);
  }

  @Test
  void shouldTakeNothingFromAnEventWhoseCopyFailed() {
    apply(rules.decide(state, ARRIVED));

    apply(rules.reject(state, ARRIVED, new ArithmeticException("overflow")));

    assertThat(disposition()).isEqualTo(new Disposition.Waiting());
  }

  @Test
  void shouldNotTryForEverWhatFellDueAndFailed() {
    apply(rules.decide(state, ARRIVED));
    StoredState.Watched watched = state.firstDue().orElseThrow();
    var fell = new Input.FellDue(watched.origin().orElseThrow(), watched.due());

    apply(rules.reject(state, fell, new ArithmeticException("overflow")));

    assertThat(state.firstDue()).isEmpty();
    assertThat(letters.getFirst().offset()).isEqualTo(7);
    assertThat(disposition()).isEqualTo(new Disposition.DeadLettered(DeadLetterReason.REJECTED));
  }

  @Test
  void shouldSetAsideAScoreOnWhichDecidingFailedAndDecideAfreshWhenItIsSentAgain() {
    RewardScore score = new RewardScore("a", "i", Annotator.human("ann"), 1, null, Fixtures.at(1));
    var arrived = new Input.ScoreArrived(ARRIVED.origin(), score);

    apply(rules.reject(state, arrived, new ArithmeticException("overflow")));

    assertThat(letters.getFirst().reason()).isEqualTo(DeadLetterReason.REJECTED);
    assertThat(letters.getFirst().eventId()).isEqualTo(score.eventId());
    assertThat(disposition(score))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.REJECTED));

    apply(rules.decide(state, arrived));

    assertThat(disposition(score)).isEqualTo(new Disposition.Waiting());

    StoredState.Watched watched = state.firstDue().orElseThrow();
    var fell = new Input.FellDue(watched.origin().orElseThrow(), watched.due());
    apply(rules.reject(state, fell, new ArithmeticException("overflow")));

    assertThat(state.firstDue()).isEmpty();
    assertThat(disposition(score))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.REJECTED));
  }

  private Disposition disposition(RewardScore score) {
    return state.identified("i", score.eventId()).orElseThrow().disposition();
  }

  @Test
  void shouldWriteNothingWhileDeciding() {
    List<Effect> first = rules.decide(state, ARRIVED);

    assertThat(rules.decide(state, ARRIVED)).isEqualTo(first);
  }

  private Disposition disposition() {
    return state.identified("i", "e1").orElseThrow().disposition();
  }

  private void apply(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Change change -> state.apply(change);
        case Effect.SetAside(DeadLetter letter) -> letters.add(letter);
        case Effect.Output other -> {}
      }
    }
  }
}
