/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentityTest {

  @Test
  void shouldGiveOnePairOneIdInEitherOrder() {
    assertThat(Identity.pairId("assistant", "item", "overall", "x", "y"))
        .isEqualTo(Identity.pairId("assistant", "item", "overall", "y", "x"))
        .isEqualTo("c9e6dadedd31aadc5e9fd10b553306f4506819c1b8575a0cda955ea5c2aa6295");
  }

  @Test
  void shouldGiveOneSetOfCandidatesOneRankingIdInEveryOrder() {
    String id = Identity.rankingId("assistant", "item", "overall", List.of("x", "y", "z"));

    assertThat(Identity.rankingId("assistant", "item", "overall", List.of("z", "x", "y")))
        .isEqualTo(id)
        .isEqualTo("c61648f5d7436e03928e71a5d1781da93b7e997d61973dce977808f75a5620d1");
    assertThat(Identity.rankingId("assistant", "item", "overall", List.of("x", "y")))
        .isNotEqualTo(id)
        .isNotEqualTo(Identity.pairId("assistant", "item", "overall", "x", "y"));
  }

  @Test
  void shouldGiveOneSetOfCompletionsOneGroupIdInEveryOrder() {
    String id = Identity.groupId("assistant", "item", "overall", List.of("x", "y"));

    assertThat(Identity.groupId("assistant", "item", "overall", List.of("y", "x")))
        .isEqualTo(id)
        .isNotEqualTo(Identity.rankingId("assistant", "item", "overall", List.of("x", "y")))
        .isNotEqualTo(Identity.groupId("assistant", "item", "overall", List.of("x", "z")));
  }

  @Test
  void shouldNotConfuseTuplesWhosePartsRunTogether() {
    assertThat(Identity.hash("pair", "ab", "c")).isNotEqualTo(Identity.hash("pair", "a", "bc"));
    assertThat(Identity.hash("pair", "a")).isNotEqualTo(Identity.hash("unpaired", "a"));
  }

  @Test
  void shouldHashTheSameContentAlikeWheneverItIsAccepted() {
    FeedbackEvent event = Samples.event(Samples.statements().getFirst());
    FeedbackEvent again =
        new FeedbackEvent(
            event.eventId(),
            event.itemId(),
            event.annotator(),
            event.source(),
            Instant.now(),
            event.claimedAt(),
            event.taskId(),
            event.criterion(),
            event.statement());

    assertThat(again.contentHash()).isEqualTo(event.contentHash());
  }

  @Test
  void shouldHashDifferentStatementsDifferently() {
    assertThat(
            Samples.statements().stream()
                .map(statement -> Samples.event(statement).contentHash())
                .distinct())
        .hasSize(Samples.statements().size());
  }

  @Test
  void shouldHoldOutAboutOneItemInTwenty() {
    long heldOut =
        IntStream.range(0, 20_000)
            .filter(number -> Split.of("item-" + number) == Split.HELD_OUT)
            .count();

    assertThat(heldOut).isBetween(900L, 1_100L);
  }

  @Test
  void shouldReadAPolicyVersionAsItIsWritten() {
    var id = new PolicyVersionId("assistant", 42);

    assertThat(id).hasToString("assistant@000042");
    assertThat(PolicyVersionId.parse("assistant@000042")).isEqualTo(id);
    assertThat(id.next()).hasToString("assistant@000043");
  }

  @Test
  void shouldHashAnAbsentLaterComponentAsIfItWereNotThere() {
    record Before(String name) {}
    record After(String name, @AddedLater Integer size) {}

    String before = Identity.contentHash(new Before("a"));
    String absent = Identity.contentHash(new After("a", null));
    String present = Identity.contentHash(new After("a", 1));

    // The record's own name is part of its hash.
    assertThat(absent).isEqualTo(Identity.contentHash(new Renamed.After("a")));
    assertThat(present).isNotEqualTo(absent);
    assertThat(before).isNotEqualTo(absent);
  }

  private static final class Renamed {
    record After(String name) {}
  }
}
