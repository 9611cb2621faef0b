/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdamWTest {
  private static final List<TokenRow> ROWS = List.of(new TokenRow(new int[] {1, 5, 6}, 1));

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void shouldLeaveAllWeightsAsTheyWereWhenAGradientIsNotFinite(double bad) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), model.weights())) {
      step(model, optimizer, 1);
      Map<String, byte[]> files = model.files();
      byte[] state = optimizer.state();
      double[] scored = model.score(ROWS, Adapter.none()).logProbs(0);

      StepReport report = step(model, optimizer, bad);

      assertThat(report).isInstanceOf(StepReport.Refused.class);
      assertThat(report.toString())
          .startsWith("the step was refused: the gradient of model.")
          .contains(" is not finite (norm NaN); weights are as they were");
      assertThat(model.weights().names()).contains(((StepReport.Refused) report).parameter());
      assertThat(optimizer.steps()).isEqualTo(1);
      assertThat(optimizer.state()).isEqualTo(state);
      assertThat(model.files()).usingRecursiveComparison().isEqualTo(files);
      assertThat(model.score(ROWS, Adapter.none()).logProbs(0)).containsExactly(scored);
    }
  }

  @Test
  void shouldGoOnAfterARefusedStepAsIfItHadNotBeen() {
    assertThat(afterSteps(1, Double.NaN, 1)).isEqualTo(afterSteps(1, 1));
  }

  @Test
  void shouldNameTheParameterWhoseGradientIsNotFinite() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), adapter.parameters());
        ForwardPass pass = model.forward(ROWS, adapter);
        Gradients gradients = pass.pullBack(new double[][] {{1, 1}})) {
      byte[] before = adapter.toSafeTensors();
      String second = adapter.parameters().names().get(5);
      gradients.inOrder().get(5).muli(Float.NaN);

      StepReport report = optimizer.step(gradients);

      assertThat(((StepReport.Refused) report).parameter()).isEqualTo(second);
      assertThat(adapter.toSafeTensors()).isEqualTo(before);
      assertThat(optimizer.steps()).isZero();
    }
  }

  @Test
  void shouldStopMovingWhereTheScheduleEnds() {
    AdamWConfig config = AdamWConfig.of(0.01).scheduled(new LearningRateSchedule.Linear(2));
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        AdamW optimizer = AdamW.create(config, model.weights())) {
      assertThat(rate(step(model, optimizer, 1))).isEqualTo(0.01);
      assertThat(rate(step(model, optimizer, 1))).isEqualTo(0.005);
      Map<String, byte[]> files = model.files();
      assertThat(rate(step(model, optimizer, 1))).isZero();
      assertThat(model.files()).usingRecursiveComparison().isEqualTo(files);
    }
  }

  @Test
  void shouldFindItsPlaceInTheScheduleFromTheSavedState() {
    AdamWConfig config = AdamWConfig.of(0.01).scheduled(new LearningRateSchedule.Cosine(4));
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        AdamW optimizer = AdamW.create(config, model.weights())) {
      step(model, optimizer, 1);
      step(model, optimizer, 1);
      try (AdamW restored = AdamW.restore(config, model.weights(), optimizer.state())) {
        assertThat(rate(step(model, restored, 1))).isEqualTo(config.learningRateAt(2));
      }
    }
  }

  @Test
  void shouldMoveEachParameterAtARateOfItsOwnAndGoOnSo() {
    ControlConfig config = new ControlConfig(null, true, LoraConfig.of(2, 4));
    ToDoubleFunction<String> factors = name -> name.equals(ControlAdapter.OUTPUT_BIAS) ? 1 : 0.01;
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        ControlAdapter adapter = TinyModel.moved(model, config, 3);
        ControlAdapter copy = adapter.copy();
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.1), adapter.parameters(), factors)) {
      step(model, adapter, optimizer);
      for (String name : adapter.parameters().names()) {
        double[] before = copy.parameters().values(name);
        double[] after = adapter.parameters().values(name);
        double largest =
            IntStream.range(0, before.length)
                .mapToDouble(i -> Math.abs(after[i] - before[i]))
                .max()
                .orElseThrow();
        // Adam's first step is the learning rate, whatever the gradient.
        assertThat(largest)
            .as(name)
            .isCloseTo(0.1 * factors.applyAsDouble(name), withinPercentage(1));
      }
      copy.parameters().moveToward(adapter.parameters(), 1);
      try (AdamW restored =
          AdamW.restore(AdamWConfig.of(0.1), copy.parameters(), factors, optimizer.state())) {
        step(model, copy, restored);
        step(model, adapter, optimizer);
        assertThat(copy.parameters().data()).isEqualTo(adapter.parameters().data());
      }
      assertThatThrownBy(() -> AdamW.create(AdamWConfig.of(0.1), adapter.parameters(), name -> 0))
          .hasMessageContaining("the factor of the learning rate must be positive, but was 0.0");
    }
  }

  private static void step(CausalLanguageModel model, ControlAdapter adapter, AdamW optimizer) {
    try (ForwardPass pass = model.forward(ROWS, adapter);
        Gradients gradients = pass.pullBack(new double[][] {{1, 1}})) {
      optimizer.step(gradients);
    }
  }

  private static byte[] afterSteps(double... derivatives) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), model.weights())) {
      for (double derivative : derivatives) {
        step(model, optimizer, derivative);
      }
      return model.files().get("model.safetensors");
    }
  }

  private static StepReport step(CausalLanguageModel model, AdamW optimizer, double derivative) {
    try (ForwardPass pass = model.forwardFull(ROWS);
        Gradients gradients = pass.pullBack(new double[][] {{1, derivative}})) {
      return optimizer.step(gradients);
    }
  }

  private static double rate(StepReport report) {
    return ((StepReport.Applied) report).learningRate();
  }
}
