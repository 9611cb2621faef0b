/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TokenRow;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class RewardEnsembleTest {
  private static final List<TokenRow> ROWS =
      TinyModel.pairs(5, 4).stream().map(RewardPair::a).toList();

  private static RewardEnsemble ofThree(CausalLanguageModel model) {
    return new RewardEnsemble(
        List.of(
            RewardModel.initialize(model, LoraConfig.of(2, 4), 1),
            RewardModel.initialize(model, 2),
            RewardModel.initialize(model, LoraConfig.of(2, 4), 3)));
  }

  @Test
  void shouldSayMeanAndSpreadOfItsMembers() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardEnsemble ensemble = ofThree(model)) {
      List<EnsembleScore> scores = ensemble.scores(ROWS, 2);
      List<double[]> members =
          ensemble.members().stream().map(member -> member.scores(ROWS, 2)).toList();
      for (int row = 0; row < ROWS.size(); row++) {
        assertThat(scores.get(row))
            .isEqualTo(
                EnsembleScore.of(members.get(0)[row], members.get(1)[row], members.get(2)[row]));
        assertThat(scores.get(row).spread()).isPositive();
      }
      double[] inOneBatch = ensemble.members().getFirst().scores(ROWS, 100);
      assertThat(inOneBatch).containsExactly(members.getFirst(), within(1e-5));
    }
  }

  @Test
  void shouldReadItsFilesBackToTheByte() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        RewardEnsemble ensemble = ofThree(model);
        RewardEnsemble alone = new RewardEnsemble(List.of(RewardModel.initialize(model, 9)))) {
      SortedMap<String, byte[]> files = ensemble.files("card");
      assertThat(files.keySet())
          .containsExactly(
              "member-0/README.md",
              "member-0/adapter_config.json",
              "member-0/adapter_model.safetensors",
              "member-1/README.md",
              "member-1/score.safetensors",
              "member-2/README.md",
              "member-2/adapter_config.json",
              "member-2/adapter_model.safetensors");
      assertThat(alone.files("card").keySet()).containsExactly("README.md", "score.safetensors");
      try (RewardEnsemble again = RewardEnsemble.read(model, files);
          RewardEnsemble aloneAgain = RewardEnsemble.read(model, alone.files("card"))) {
        assertThat(again.files("card")).containsExactlyEntriesOf(files);
        assertThat(again.scores(ROWS, 4)).isEqualTo(ensemble.scores(ROWS, 4));
        assertThat(aloneAgain.scores(ROWS, 4)).isEqualTo(alone.scores(ROWS, 4));
      }
    }
  }

  @Test
  void shouldRefuseFilesOfNoRewardModel() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      assertThatThrownBy(() -> RewardEnsemble.read(model, Map.of()))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage("adapter_config.json: the file is missing");
      assertThatThrownBy(() -> new RewardEnsemble(List.of()))
          .hasMessage("an ensemble needs at least one member");
    }
  }
}
