/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final BaseModel BASE = new BaseModel("pocket", "aa11", "bb22");
  private static final PolicyVersion HEAD = version(new PolicyVersionId("assistant", 7), "main", 6);

  @Test
  void shouldGoOnFromWhatFits() {
    assertThatCode(
            () -> {
              Lineage.requireSameLane(HEAD, "main");
              Lineage.requireSameBase(HEAD, new BaseModel("renamed", "aa11", "bb22"));
              Lineage.requireSameFeed(HEAD, "topic-id", "examples", 2);
              Lineage.requireSameSettings(
                  HEAD, Map.of("beta", "0.1"), Map.of("beta", "0.1"), List.of());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void shouldNameBothBasesWhereTheTokenizerDiffers() {
    assertThatThrownBy(() -> Lineage.requireSameBase(HEAD, new BaseModel("other", "aa11", "cc33")))
        .hasMessage(
            "policy assistant stands on base model 'pocket' (weights aa11, tokenizer bb22), but was given 'other' (weights aa11, tokenizer cc33): give it the model it stands on, or choose another policy name");
  }

  @Test
  void shouldRefuseATopicMadeAnew() {
    assertThatThrownBy(() -> Lineage.requireSameFeed(HEAD, "new-id", "examples", 2))
        .isInstanceOf(LaneRefusedException.class)
        .hasMessageContainingAll("topic-id", "new-id");
    assertThatThrownBy(() -> Lineage.requireSameFeed(HEAD, "topic-id", "examples", 1))
        .hasMessageContainingAll("examples-2", "examples-1");
  }

  @Test
  void shouldNameEverySettingThatChangedAndMayNot() {
    Map<String, String> then = Map.of("beta", "0.1", "seed", "0", "lora_r", "8", "use_dora", "no");
    Map<String, String> now = Map.of("beta", "0.2", "seed", "1", "lora_r", "16", "use_dora", "yes");

    assertThatThrownBy(
            () ->
                Lineage.requireSameSettings(HEAD, then, now, List.of("seed", "lora_r", "use_dora")))
        .hasMessage(
            "assistant@000007 was learned with other settings: beta was 0.1 and is 0.2, lora_r was 8 and is 16, use_dora was no and is yes. Set them back, name them in allow_changed, or choose another policy name");
  }

  @Test
  void shouldTellASuccessorFromAnotherLaneWhenItIsTooLate() {
    PolicyVersion late = version(new PolicyVersionId("assistant", 7), "main", 6);
    PolicyVersion foreign = version(new PolicyVersionId("assistant", 7), "shadow", 6);

    assertThatCode(
            () -> Lineage.requireHead(version(HEAD.id().next(), "main", 7), Optional.of(HEAD)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Lineage.requireHead(late, Optional.of(HEAD)))
        .isInstanceOf(LaneFencedException.class)
        .hasMessageContaining("it has published assistant@000007");
    assertThatThrownBy(() -> Lineage.requireHead(foreign, Optional.of(HEAD)))
        .isInstanceOf(LaneRefusedException.class)
        .hasMessageContainingAll("assistant@000006", "assistant@000007 of lane 'main'");
  }

  private static PolicyVersion version(PolicyVersionId id, String lane, int parent) {
    return new PolicyVersion(
        id,
        lane,
        new PolicyVersion.Learned(
            new PolicyVersionId("assistant", parent),
            "00",
            List.of(new ConsumedRange("topic-id", "examples", 2, 10, 20)),
            "hash",
            new ExampleCounts(8, 0, 0, 0, 0, 0, 0),
            3,
            Map.of(),
            "dpo",
            "config",
            BASE,
            "engine",
            5),
        new PolicyVersion.Observed(Instant.EPOCH, null, Map.of()));
  }
}
