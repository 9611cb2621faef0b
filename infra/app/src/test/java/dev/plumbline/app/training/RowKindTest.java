/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Extras;
import dev.plumbline.datasets.Row;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import dev.plumbline.datasets.Row.Unpaired;
import dev.plumbline.events.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowKindTest {
  private static final Text PROMPT = new Text("p");
  private static final Text GOOD = new Text("good");
  private static final Text BAD = new Text("bad");
  private static final Pair PAIR = new Pair(PROMPT, GOOD, BAD, Extras.none());
  private static final Unpaired THUMB = new Unpaired(PROMPT, GOOD, true, Extras.none());

  @Test
  void shouldUnpairAPairAsTrlDoes() {
    assertThat(RowKind.UNPAIRED.from(PAIR))
        .containsExactly(THUMB, new Unpaired(PROMPT, BAD, false, Extras.none()));
  }

  @Test
  void shouldTakeAPairAsARankingOfTwoAndBack() {
    List<Row> ranking = RowKind.RANKINGS.from(PAIR);

    assertThat(ranking).containsExactly(ranking(new Ranked(0, GOOD), new Ranked(1, BAD)));
    assertThat(RowKind.PAIRS.from(ranking.getFirst())).containsExactly(PAIR);
    assertThat(RowKind.PAIRS.from(ranking(new Ranked(5, BAD), new Ranked(2, GOOD))))
        .containsExactly(PAIR);
  }

  @Test
  void shouldSplitAnImplicitPromptOff() {
    Pair implicit = new Pair(null, new Text("Say hi there"), new Text("Say hi now"), Extras.none());

    assertThat(RowKind.PAIRS.from(implicit))
        .containsExactly(
            new Pair(new Text("Say hi"), new Text(" there"), new Text(" now"), Extras.none()));
  }

  @Test
  void shouldRefuseWhatSaysSomethingElse() {
    Ranking tied = ranking(new Ranked(0, GOOD), new Ranked(0, BAD));
    Row votes = new Row.Votes("p", "a", "b", List.of(Answer.A), Extras.none());
    Row prompt = new Row.PromptOnly(PROMPT, Extras.none());

    assertUnfit(RowKind.PAIRS, THUMB, "an unpaired example where pairs are wanted");
    assertUnfit(RowKind.PAIRS, tied, "a ranking where pairs are wanted");
    assertUnfit(RowKind.UNPAIRED, tied, "a ranking where unpaired examples are wanted");
    assertUnfit(RowKind.RANKINGS, THUMB, "an unpaired example where rankings are wanted");
    assertUnfit(RowKind.PAIRS, votes, "the votes of several annotators where pairs are wanted");
    assertUnfit(RowKind.PAIRS, prompt, "a prompt where pairs are wanted");
  }

  @Test
  void shouldRefuseTheRewardModelsObjectiveAndSayWhoLearnsByIt() {
    assertThatThrownBy(() -> RowKind.of(LossTypes.objective(List.of("bradley_terry"), Map.of())))
        .hasMessage(
            "loss_type bradley_terry learns a reward model, not a policy: plumbline reward train learns one from files");
  }

  private static void assertUnfit(RowKind kind, Row row, String message) {
    assertThatThrownBy(() -> kind.from(row))
        .isInstanceOf(UnfitRowException.class)
        .hasMessage(message);
  }

  private static Ranking ranking(Ranked... completions) {
    return new Ranking(PROMPT, List.of(completions), Extras.none());
  }
}
