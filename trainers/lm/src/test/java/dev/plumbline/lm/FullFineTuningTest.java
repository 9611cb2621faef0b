/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All weights of a model learn, against another model that stays. */
final class FullFineTuningTest {
  private static final AdamWConfig CONFIG = new AdamWConfig(0.01, 0.9, 0.999, 1e-8, 0.01, 1, 3);
  private static final ForwardRequest EVERYTHING =
      ForwardRequest.of(Statistic.LOG_PROB, Statistic.values());
  private static final List<TokenRow> ROWS = TinyModel.rows(4, 11);

  @TempDir private Path folder;

  @Test
  void shouldCompareWithItselfWhereNoWeightMoves() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      assertSame(
          model.score(ROWS, adapter, EVERYTHING.against(model)),
          model.score(ROWS, adapter, EVERYTHING),
          0);
      assertThatThrownBy(() -> model.forwardFull(ROWS, model.weights(), EVERYTHING.against(model)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("full fine-tuning moves the weights that would be the reference");
      assertThatThrownBy(() -> model.forwardFull(ROWS, model.weights(), EVERYTHING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("compare with another model");
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldCompareWithATwinAsWithItself(Precision precision) {
    try (CausalLanguageModel model = TinyModel.open(precision);
        CausalLanguageModel twin = TinyModel.open(precision);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      assertSame(
          model.score(ROWS, adapter, EVERYTHING.against(twin)),
          model.score(ROWS, adapter, EVERYTHING),
          0);
      Map<Statistic, double[][]> derivatives = derivatives();
      try (ForwardPass expected = model.forward(ROWS, adapter, EVERYTHING);
          ForwardPass found = model.forward(ROWS, adapter, EVERYTHING.against(twin));
          Gradients expectedGradients = expected.pullBack(derivatives);
          Gradients gradients = found.pullBack(derivatives)) {
        assertSame(found.statistics(), expected.statistics(), 0);
        for (String name : gradients.names()) {
          assertThat(gradients.values(name)).containsExactly(expectedGradients.values(name));
        }
      }
    }
  }

  @Test
  void shouldLeaveNoArrayOpenInEitherModel() {
    try (CausalLanguageModel model = TinyModel.open(Precision.BFLOAT16);
        CausalLanguageModel other = TinyModel.open(Precision.BFLOAT16);
        AdamW optimizer = AdamW.create(CONFIG, model.weights())) {
      step(model, other, optimizer, 0);
      long policyArrays = model.openArrays();
      long referenceArrays = other.openArrays();
      for (int step = 1; step < 20; step++) {
        step(model, other, optimizer, step);
        other.weights().moveToward(model.weights(), 0.5);
      }
      assertThat(model.openArrays()).isEqualTo(policyArrays);
      assertThat(other.openArrays()).isEqualTo(referenceArrays);
    }
  }

  @Test
  void shouldRefuseAReferenceOfAnotherShape() {
    LlamaConfig wider = new LlamaConfig(300, 16, 28, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
    byte[] otherTokenizer = ByteBpeTrainer.train(List.of("other words altogether"), 270);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel otherConfig = TinyModel.open(wider, Precision.FLOAT32);
        CausalLanguageModel otherPrecision = TinyModel.open(Precision.BFLOAT16);
        CausalLanguageModel otherWords =
            CausalLanguageModel.initialize(
                "words", TinyModel.CONFIG, otherTokenizer, 7, EngineOptions.defaults())) {
      assertThatThrownBy(() -> model.score(ROWS, Adapter.none(), EVERYTHING.against(otherConfig)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "the reference 'tiny' must have the configuration of the policy 'tiny', LlamaConfig[")
          .hasMessageContaining("28");
      assertThatThrownBy(
              () -> model.forwardFull(ROWS, model.weights(), EVERYTHING.against(otherPrecision)))
          .hasMessage(
              "the reference 'tiny' must have the precision of the policy 'tiny', FLOAT32, but has BFLOAT16");
      assertThatThrownBy(() -> model.score(ROWS, Adapter.none(), EVERYTHING.against(otherWords)))
          .hasMessageStartingWith(
              "the reference 'words' must have the tokenizer (sha256) of the policy 'tiny', ");
      assertThat(
              model
                  .score(ROWS, Adapter.none(), ForwardRequest.logProbs().against(otherWords))
                  .statistics())
          .containsExactly(Statistic.LOG_PROB);
    }
  }

  @Test
  void shouldRefuseToUseAReferenceThatAnotherThreadUses() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel other = TinyModel.open(Precision.FLOAT32);
        ForwardPass pass = model.forwardFull(ROWS, model.weights(), EVERYTHING.against(other))) {
      assertRefusedWhileInUse(
          other, () -> model.score(ROWS, Adapter.none(), EVERYTHING.against(other)));
      assertRefusedWhileInUse(
          other, () -> model.forwardFull(ROWS, model.weights(), EVERYTHING.against(other)));
      assertRefusedWhileInUse(other, () -> pass.pullBack(derivatives()));
      assertRefusedWhileInUse(other, () -> model.weights().moveToward(other.weights(), 0.5));
      pass.pullBack(derivatives()).close();
    }
  }

  private static void assertRefusedWhileInUse(CausalLanguageModel model, Runnable use) {
    assertThatThrownBy(
            () -> model.weights().engine().compute(scope -> CompletableFuture.runAsync(use).join()))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one thread at a time");
  }

  @Test
  void shouldRefuseToPullBackOnceTheReferenceHasMovedOrIsGone() {
    try (CausalLanguageModel model = TinyModel.open(Precision.BFLOAT16)) {
      CausalLanguageModel other = TinyModel.open(Precision.BFLOAT16);
      ForwardRequest request = EVERYTHING.against(other);
      try (ForwardPass moved = model.forwardFull(ROWS, model.weights(), request)) {
        other.weights().moveToward(model.weights(), 0.5);
        assertThatThrownBy(() -> moved.pullBack(derivatives()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "the reference's weights have moved since the forward pass: pull back first");
      }
      try (ForwardPass gone = model.forwardFull(ROWS, model.weights(), request)) {
        other.close();
        assertThatThrownBy(() -> gone.pullBack(derivatives()))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldScoreWithTheWeightsThatWereLearned(Precision precision) throws IOException {
    try (CausalLanguageModel model = TinyModel.open(precision);
        CausalLanguageModel other = TinyModel.open(precision);
        AdamW optimizer = AdamW.create(CONFIG, model.weights())) {
      TokenStatistics before = model.score(ROWS, Adapter.none(), EVERYTHING.against(other));
      step(model, other, optimizer, 0);
      step(model, other, optimizer, 1);
      TokenStatistics after = model.score(ROWS, Adapter.none(), EVERYTHING.against(other));
      assertThat(after.logProb(0, 1)).isNotEqualTo(before.logProb(0, 1));
      assertThat(after.values(Statistic.REFERENCE_LOG_PROB, 0))
          .containsExactly(before.values(Statistic.REFERENCE_LOG_PROB, 0));
      try (CausalLanguageModel reopened = reopened(model, precision);
          ForwardPass pass = model.forwardFull(ROWS, model.weights(), EVERYTHING.against(other))) {
        assertSame(reopened.score(ROWS, Adapter.none(), EVERYTHING.against(other)), after, 0);
        assertSame(pass.statistics(), after, 0);
      }
      other.weights().moveToward(model.weights(), 1);
      assertThat(
              model
                  .score(ROWS, Adapter.none(), EVERYTHING.against(other))
                  .values(Statistic.REFERENCE_LOG_PROB, 0))
          .containsExactly(after.logProbs(0));
    }
  }

  static Stream<String> families() {
    return ModelConfig.families().stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void shouldContinueBitByBitFromItsFiles(String family) throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    new RandomCheckpoint(
            ModelConfig.of(family, new ModelSizes(300, 16, 24, 2, 4, 2, 4, 64, false)),
            ElementType.BF16,
            11)
        .writeTo(base, 1 << 14);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      EngineOptions options = new EngineOptions(1, "cpu", precision);
      try (CausalLanguageModel other = CausalLanguageModel.load(base, options);
          CausalLanguageModel unbroken = CausalLanguageModel.load(base, options);
          AdamW optimizer = AdamW.create(CONFIG, unbroken.weights())) {
        train(unbroken, other, optimizer, 0, 3);
        byte[] state = optimizer.state();
        try (CausalLanguageModel resumed = reopened(unbroken, precision);
            AdamW continued = AdamW.restore(CONFIG, resumed.weights(), state)) {
          assertThat(resumed.config()).isEqualTo(unbroken.config());
          assertThat(resumed.weights().toSafeTensors())
              .isEqualTo(unbroken.weights().toSafeTensors());
          train(resumed, other, continued, 3, 6);
          train(unbroken, other, optimizer, 3, 6);
          assertThat(resumed.files()).usingRecursiveComparison().isEqualTo(unbroken.files());
          assertThat(continued.state()).isEqualTo(optimizer.state());
        }
      }
    }
  }

  private CausalLanguageModel reopened(CausalLanguageModel model, Precision precision)
      throws IOException {
    Path directory = Files.createTempDirectory(folder, "saved");
    for (Map.Entry<String, byte[]> file : model.files().entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
    return CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", precision));
  }

  private static void train(
      CausalLanguageModel policy,
      CausalLanguageModel reference,
      AdamW optimizer,
      int from,
      int to) {
    for (int step = from; step < to; step++) {
      assertThat(step(policy, reference, optimizer, step)).isInstanceOf(StepReport.Applied.class);
    }
  }

  /** Learns rows of the step by next-token loss, and not to leave the reference. */
  private static StepReport step(
      CausalLanguageModel policy, CausalLanguageModel reference, AdamW optimizer, int step) {
    try (ForwardPass pass =
            policy.forwardFull(
                TinyModel.rows(4, step), policy.weights(), EVERYTHING.against(reference));
        Gradients gradients =
            pass.pullBack(
                Map.of(
                    Statistic.LOG_PROB,
                    NextTokenLoss.of(pass.statistics()).logProbDerivatives(),
                    Statistic.FORWARD_KL,
                    constant(pass.statistics().rows(), 0.01)))) {
      return optimizer.step(gradients);
    }
  }

  private static Map<Statistic, double[][]> derivatives() {
    SplittableRandom random = new SplittableRandom(2);
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      if (statistic.hasDerivative()) {
        derivatives.put(statistic, constant(ROWS, random.nextDouble(-1, 1)));
      }
    }
    return derivatives;
  }

  private static double[][] constant(List<TokenRow> rows, double value) {
    return rows.stream()
        .map(
            row -> {
              double[] values = new double[row.labels()];
              Arrays.fill(values, value);
              return values;
            })
        .toArray(double[][]::new);
  }

  private static void assertSame(
      TokenStatistics found, TokenStatistics expected, double tolerance) {
    for (Statistic statistic : expected.statistics()) {
      for (int row = 0; row < expected.rows().size(); row++) {
        assertThat(found.values(statistic, row))
            .as("%s of row %d", statistic, row)
            .containsExactly(expected.values(statistic, row), within(tolerance));
      }
    }
  }
}
