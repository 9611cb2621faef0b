/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.family.LlamaConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients against central finite differences, in double precision on a tiny random model. */
final class GradientTest {
  private static final double STEP = 1e-5;

  @Test
  void shouldMatchFiniteDifferencesForEveryAdapterMatrix() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      List<TokenRow> rows = TinyModel.rows(3, 11);
      double[][] weights = randomDerivatives(rows);
      try (ForwardPass pass = model.forward(rows, adapter);
          Gradients gradients = pass.pullBack(weights)) {
        checkAgainstDifferences(
            adapter.parameters(), gradients, () -> weighted(model.score(rows, adapter), weights));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldMatchFiniteDifferencesForEveryModelWeight(boolean tiedEmbeddings) {
    LlamaConfig config =
        new LlamaConfig(300, 16, 24, 1, 2, 1, 8, 1e-5, 10_000, 64, tiedEmbeddings, 1, 2);
    try (CausalLanguageModel model = TinyModel.open(config, Precision.FLOAT64)) {
      List<TokenRow> rows = TinyModel.rows(3, 11);
      double[][] weights = randomDerivatives(rows);
      try (ForwardPass pass = model.forwardFull(rows);
          Gradients gradients = pass.pullBack(weights)) {
        checkAgainstDifferences(
            model.weights(), gradients, () -> weighted(model.score(rows, Adapter.none()), weights));
      }
    }
  }

  /** A graph must not read memory that Java has freed meanwhile. */
  @Test
  void shouldPullBackTheSameAfterMemoryWasFreedAndUsedAgain() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      List<TokenRow> rows = TinyModel.rows(3, 11);
      double[][] weights = randomDerivatives(rows);
      List<ForwardPass> passes = new ArrayList<>();
      try (ForwardPass pass = model.forward(rows, adapter);
          Gradients expected = pass.pullBack(weights)) {
        for (int i = 0; i < 20; i++) {
          passes.add(model.forward(rows, adapter));
        }
        List<ByteBuffer> scribbled = scribble();
        for (ForwardPass later : passes) {
          try (Gradients gradients = later.pullBack(weights)) {
            for (String name : expected.names()) {
              assertThat(gradients.values(name)).containsExactly(expected.values(name));
            }
          }
        }
        assertThat(scribbled).isNotEmpty();
      } finally {
        passes.forEach(ForwardPass::close);
      }
    }
  }

  /** Frees what only Java kept, and writes over it. */
  private static List<ByteBuffer> scribble() {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      System.gc();
      for (int i = 0; i < 2_000; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16 + i % 512);
        while (buffer.hasRemaining()) {
          buffer.put((byte) 0x7F);
        }
        buffers.add(buffer);
      }
    }
    return buffers;
  }

  @Test
  void shouldAddUpOverMicroBatches() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      List<TokenRow> rows = TinyModel.rows(6, 5);
      double[][] weights = randomDerivatives(rows);
      try (ForwardPass whole = model.forward(rows, adapter);
          Gradients expected = whole.pullBack(weights);
          ForwardPass first = model.forward(rows.subList(0, 4), adapter);
          Gradients sum = first.pullBack(List.of(weights).subList(0, 4).toArray(double[][]::new));
          ForwardPass second = model.forward(rows.subList(4, 6), adapter);
          Gradients rest =
              second.pullBack(List.of(weights).subList(4, 6).toArray(double[][]::new))) {
        sum.add(rest);
        for (String name : expected.names()) {
          assertThat(sum.values(name)).containsExactly(expected.values(name), within(1e-6));
        }
        double norm = sum.globalNorm();
        sum.scale(0.5);
        assertThat(sum.globalNorm()).isCloseTo(0.5 * norm, within(1e-6));
      }
    }
  }

  @Test
  void shouldRefuseASecondPullBackAndAWrongShape() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 1);
        ForwardPass pass = model.forward(TinyModel.rows(2, 5), adapter)) {
      assertThatThrownBy(() -> pass.pullBack(new double[1][]))
          .hasMessage("derivatives of 2 rows expected, but there were 1");
      double[][] derivatives = randomDerivatives(TinyModel.rows(2, 5));
      pass.pullBack(derivatives).close();
      assertThatThrownBy(() -> pass.pullBack(derivatives))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private interface Loss {
    double value();
  }

  private static void checkAgainstDifferences(
      Parameters parameters, Gradients gradients, Loss loss) {
    SplittableRandom random = new SplittableRandom(1);
    for (String name : parameters.names()) {
      double[] expected = gradients.values(name);
      for (int probe = 0; probe < 3; probe++) {
        int i = random.nextInt(expected.length);
        nudge(parameters, name, i, STEP);
        double above = loss.value();
        nudge(parameters, name, i, -2 * STEP);
        double below = loss.value();
        nudge(parameters, name, i, STEP);
        assertThat((above - below) / (2 * STEP))
            .as("%s[%d]", name, i)
            .isCloseTo(expected[i], within(1e-6 + 1e-6 * Math.abs(expected[i])));
      }
    }
  }

  private static void nudge(Parameters parameters, String name, int index, double by) {
    try (NDArray flat = parameters.tensors().get(name).reshape(-1);
        NDArray element = flat.get(index)) {
      element.addi(by);
    }
  }

  private static double weighted(TokenStatistics statistics, double[][] weights) {
    double sum = 0;
    for (int row = 0; row < weights.length; row++) {
      for (int t = 0; t < weights[row].length; t++) {
        sum += weights[row][t] * statistics.logProb(row, t);
      }
    }
    return sum;
  }

  private static double[][] randomDerivatives(List<TokenRow> rows) {
    SplittableRandom random = new SplittableRandom(2);
    return rows.stream()
        .map(row -> random.doubles(row.labels(), -1, 1).toArray())
        .toArray(double[][]::new);
  }
}
