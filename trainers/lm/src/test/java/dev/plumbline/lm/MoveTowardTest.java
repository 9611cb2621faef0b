/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reference that moves: theta <- a target + (1 - a) theta. */
final class MoveTowardTest {
  private static final List<TokenRow> ROWS = TinyModel.rows(3, 11);

  @ParameterizedTest
  @EnumSource(LoraVariant.class)
  void shouldMoveEveryParameterOfAnAdapter(LoraVariant variant) {
    LoraConfig config = LoraConfig.of(2, 4).as(variant);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
      try (CausalLanguageModel model = TinyModel.open(precision);
          LoraAdapter policy = TinyModel.trainedAdapter(model, config, 3);
          LoraAdapter reference = TinyModel.trainedAdapter(model, config, 4)) {
        Map<String, double[]> before = values(reference.parameters());
        Map<String, double[]> target = values(policy.parameters());
        reference.parameters().moveToward(policy.parameters(), 0.6);
        double tolerance = precision == Precision.FLOAT64 ? 1e-15 : 1e-7;
        before.forEach(
            (name, old) -> {
              double[] goal = target.get(name);
              double[] expected =
                  IntStream.range(0, old.length)
                      .mapToDouble(i -> 0.6 * goal[i] + 0.4 * old[i])
                      .toArray();
              assertThat(reference.parameters().values(name))
                  .as(name)
                  .containsExactly(expected, within(tolerance * 4));
            });
        assertThat(values(policy.parameters())).usingRecursiveComparison().isEqualTo(target);
      }
    }
  }

  @Test
  void shouldGiveEqualBytesEachTimeAndStayWhereItArrived() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter policy = TinyModel.trainedAdapter(model, 3);
        LoraAdapter reference = TinyModel.trainedAdapter(model, 4);
        LoraAdapter again = reference.copy()) {
      reference.parameters().moveToward(policy.parameters(), 0.6);
      again.parameters().moveToward(policy.parameters(), 0.6);
      assertThat(again.toSafeTensors()).isEqualTo(reference.toSafeTensors());
      again.parameters().moveToward(reference.parameters(), 0.3);
      assertThat(again.toSafeTensors()).isEqualTo(reference.toSafeTensors());
      again.parameters().moveToward(policy.parameters(), 0);
      again.parameters().moveToward(again.parameters(), 0.5);
      assertThat(again.toSafeTensors()).isEqualTo(reference.toSafeTensors());
      again.parameters().moveToward(policy.parameters(), 1);
      assertThat(again.toSafeTensors()).isEqualTo(policy.toSafeTensors());
    }
  }

  @Test
  void shouldCopyAnAdapterThatNoLongerFollows() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter policy =
            TinyModel.trainedAdapter(model, LoraConfig.of(2, 4).as(LoraVariant.DORA), 3)) {
      long before = model.openArrays();
      byte[] bytes = policy.toSafeTensors();
      try (LoraAdapter copy = policy.copy();
          AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), policy.parameters());
          ForwardPass pass = model.forward(ROWS, policy);
          Gradients gradients =
              pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
        assertThat(copy.config()).isEqualTo(policy.config());
        assertThat(model.score(ROWS, copy).logProbs(0))
            .containsExactly(model.score(ROWS, policy).logProbs(0));
        optimizer.step(gradients);
        assertThat(copy.toSafeTensors()).isEqualTo(bytes);
        assertThat(policy.toSafeTensors()).isNotEqualTo(bytes);
      }
      assertThat(model.openArrays()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldMoveAModelAndWhatItIsComputedWith(Precision precision) {
    EngineOptions options = new EngineOptions(1, "cpu", precision);
    try (CausalLanguageModel policy = TinyModel.open(precision);
        CausalLanguageModel reference =
            CausalLanguageModel.initialize(
                "reference", TinyModel.CONFIG, TinyModel.tokenizerJson(), 8, options)) {
      double[] scored = reference.score(ROWS, Adapter.none()).logProbs(0);
      double[] goal = policy.score(ROWS, Adapter.none()).logProbs(0);
      reference.weights().moveToward(policy.weights(), 0.5);
      double[] between = reference.score(ROWS, Adapter.none()).logProbs(0);
      assertThat(Arrays.equals(between, scored) || Arrays.equals(between, goal)).isFalse();
      reference.weights().moveToward(policy.weights(), 1);
      assertThat(reference.score(ROWS, Adapter.none()).logProbs(0)).containsExactly(goal);
      assertThat(reference.weights().toSafeTensors()).isEqualTo(policy.weights().toSafeTensors());
    }
  }

  @Test
  void shouldMoveTheUpperBlocksAlone() {
    try (CausalLanguageModel policy = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel reference =
            CausalLanguageModel.initialize(
                "reference",
                TinyModel.CONFIG,
                TinyModel.tokenizerJson(),
                8,
                EngineOptions.defaults());
        Parameters from = reference.weightsAbove(1);
        Parameters to = policy.weightsAbove(1)) {
      Map<String, double[]> before = values(reference.weights());
      from.moveToward(to, 1);
      before.forEach(
          (name, old) ->
              assertThat(reference.weights().values(name))
                  .as(name)
                  .containsExactly(from.names().contains(name) ? to.values(name) : old));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.5, Double.NaN})
  void shouldRefuseAFractionThatIsNone(double fraction) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      assertThatThrownBy(() -> model.weights().moveToward(model.weights(), fraction))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the fraction of the way must be in [0, 1], but was " + fraction);
    }
  }

  @Test
  void shouldRefuseATargetOfAnotherShape() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel exact = TinyModel.open(Precision.FLOAT64);
        Parameters upper = model.weightsAbove(1);
        LoraAdapter narrow = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 1);
        LoraAdapter wide = LoraAdapter.initialize(model, LoraConfig.of(3, 4), 1)) {
      assertThatThrownBy(() -> narrow.parameters().moveToward(wide.parameters(), 0.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be float32 (2, 16) as here, but is float32 (3, 16)");
      assertThatThrownBy(() -> model.weights().moveToward(exact.weights(), 0.5))
          .hasMessageContaining("float32 (300, 16) as here, but is float64 (300, 16)");
      assertThatThrownBy(() -> model.weights().moveToward(upper, 0.5))
          .hasMessageContaining("the target must have the parameters [model.embed_tokens.weight,");
    }
  }

  private static Map<String, double[]> values(Parameters parameters) {
    Map<String, double[]> values = new LinkedHashMap<>();
    parameters.names().forEach(name -> values.put(name, parameters.values(name)));
    return values;
  }
}
