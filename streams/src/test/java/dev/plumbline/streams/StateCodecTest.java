/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.DeadLetterReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  private static final Question PAIR = new Question.WhichIsBetter("i", "overall", "a", "b");

  @Test
  void shouldSortDuesByTimeWhateverTheirTime() {
    List<Instant> times =
        List.of(
            Instant.MIN,
            Instant.parse("-0005-01-01T00:00:00Z"),
            Instant.EPOCH.minusNanos(1),
            Instant.EPOCH,
            Instant.parse("2026-01-02T03:04:05.000000678Z"),
            Instant.parse("2026-01-02T03:04:05.9Z"),
            Instant.MAX);
    List<Bytes> keys =
        new ArrayList<>(
            times.stream().map(at -> StateCodec.dueKey(new Due.Deadline(at, PAIR))).toList());

    Collections.shuffle(keys, new Random(3));
    Collections.sort(keys);

    assertThat(keys).extracting(key -> StateCodec.due(key).at()).containsExactlyElementsOf(times);
  }

  @Test
  void shouldNotFindTheQuestionsOfAnItemWhoseNameOnlyStartsAlike() {
    Bytes prefix = StateCodec.key("i");
    Bytes other = StateCodec.questionKey(new Question.IsDesirable("ii", "overall", "a"));

    assertThat(StateCodec.questionKey(PAIR).get()).startsWith(prefix.get());
    assertThat(new String(other.get(), ISO_8859_1))
        .doesNotStartWith(new String(prefix.get(), ISO_8859_1));
  }

  @Test
  void shouldReadBackWhatItWrote() {
    var weighing = new Weighing(7, 5L, 250_000, 600_000, null);
    var quarantined = new Weighing(7, null, 0, 500_000, Disposition.Discount.QUARANTINED);
    var vote =
        new Vote("e", "ann", Verdict.OfPair.TIE, Instant.EPOCH, Fixtures.at(1), "t", weighing);
    var state = new QuestionState(Phase.READY, 3, 2, "hash", Fixtures.at(2));
    var due = new Due.References(Fixtures.at(3), PAIR, "e");
    var dispositions =
        List.of(
            new Disposition.Waiting(),
            new Disposition.InEvidence(),
            new Disposition.HeldOut(),
            new Disposition.Superseded(),
            new Disposition.NoExample(Disposition.Cause.CANT_TELL),
            new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_ITEM));

    var ranking =
        new Vote(
            "r",
            "bob",
            new Verdict.Order(List.of(1, 0, 1)),
            Instant.EPOCH,
            Fixtures.at(1),
            null,
            quarantined);
    var mark =
        new SpanMark(
            "m",
            new SpanMark.About("ann", "a", "overall", 2, 5, "wrong"),
            -250_000,
            Instant.EPOCH,
            Fixtures.at(1),
            weighing);
    var order = new Question.WhichOrder("i", "overall", List.of("a", "b", "c"));
    var markDue = new Due.MarkReferences(Fixtures.at(3), "i", "a", "m");

    var scoreDue = new Due.ScoreReferences(Fixtures.at(3), "i", "a", "judge");
    var groupState = new GroupState(3, "hash");

    assertThat(StateCodec.due(StateCodec.dueKey(scoreDue))).isEqualTo(scoreDue);
    assertThat(GroupCodec.state(GroupCodec.value(groupState))).isEqualTo(groupState);
    assertThat(GroupCodec.state(GroupCodec.value(GroupState.NEW))).isEqualTo(GroupState.NEW);
    assertThat(StateCodec.vote(StateCodec.value(vote))).isEqualTo(vote);
    assertThat(StateCodec.vote(StateCodec.value(ranking))).isEqualTo(ranking);
    assertThat(StateCodec.mark(StateCodec.value(mark))).isEqualTo(mark);
    assertThat(StateCodec.question(StateCodec.questionKey(order))).isEqualTo(order);
    assertThat(StateCodec.due(StateCodec.dueKey(markDue))).isEqualTo(markDue);
    assertThat(StateCodec.questionState(StateCodec.value(state))).isEqualTo(state);
    assertThat(StateCodec.due(StateCodec.dueKey(due))).isEqualTo(due);
    assertThat(StateCodec.parts(StateCodec.key("i", "e"))).containsExactly("i", "e");
    for (Disposition disposition : dispositions) {
      var event = new IdentifiedEvent("hash", disposition);
      assertThat(StateCodec.identifiedEvent(StateCodec.value(event))).isEqualTo(event);
    }
  }

  @Test
  void shouldReadAVoteThatWasWrittenBeforeThereWereEpochs() {
    byte[] value =
        HexFormat.of()
            .parseHex(
                "0100016500036"
                    + "16e6e00035449458000000000000000000000008000000069570abc00000000010001"
                    + "74");

    assertThat(StateCodec.vote(value))
        .isEqualTo(
            new Vote(
                "e",
                "ann",
                Verdict.OfPair.TIE,
                Instant.EPOCH,
                Fixtures.at(1),
                "t",
                Weighing.BEFORE_EPOCHS));
  }

  @Test
  void shouldRefuseAValueOfAnotherFormat() {
    byte[] newer = StateCodec.value(QuestionState.NEW);
    newer[0] = 9;

    assertThatThrownBy(() -> StateCodec.questionState(newer))
        .isInstanceOf(ProcessorStateException.class)
        .hasMessageContaining("unknown format, 9");
  }
}
