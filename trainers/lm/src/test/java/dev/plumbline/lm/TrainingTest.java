/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.engine.TensorEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TrainingTest {
  private static final AdamWConfig CONFIG = new AdamWConfig(0.01, 0.9, 0.999, 1e-8, 0.01, 1, 3);

  @Test
  void shouldContinueBitByBitFromASavedState() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter unbroken = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        AdamW optimizer = AdamW.create(CONFIG, unbroken.parameters())) {
      train(model, unbroken, optimizer, 0, 3);
      byte[] adapterBytes = unbroken.toSafeTensors();
      byte[] state = optimizer.state();
      train(model, unbroken, optimizer, 3, 6);
      try (LoraAdapter resumed =
              LoraAdapter.fromSafeTensors(model, LoraConfig.of(2, 4), adapterBytes);
          AdamW continued = AdamW.restore(CONFIG, resumed.parameters(), state)) {
        assertThat(continued.steps()).isEqualTo(3);
        train(model, resumed, continued, 3, 6);
        assertThat(resumed.toSafeTensors()).isEqualTo(unbroken.toSafeTensors());
        assertThat(continued.state()).isEqualTo(optimizer.state());
      }
    }
  }

  @Test
  void shouldGiveEqualBytesInAnotherProcess() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dai.djl.offline=true",
                FiveSteps.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output =
        new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).endsWith(FiveSteps.digest());
  }

  /** Trains an adapter for five steps and prints the digest of its bytes. */
  static final class FiveSteps {
    private FiveSteps() {}

    public static void main(String[] arguments) {
      System.out.println(digest());
    }

    static String digest() {
      try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
          LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
          AdamW optimizer = AdamW.create(CONFIG, adapter.parameters())) {
        train(model, adapter, optimizer, 0, 5);
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(adapter.toSafeTensors());
        return HexFormat.of().formatHex(sha256);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void shouldRefuseAStepWithAGradientThatIsNotFinite() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        AdamW optimizer = AdamW.create(CONFIG, adapter.parameters())) {
      train(model, adapter, optimizer, 0, 1);
      byte[] before = adapter.toSafeTensors();
      byte[] state = optimizer.state();
      List<TokenRow> rows = List.of(new TokenRow(new int[] {1, 5, 6}, 1));
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        try (ForwardPass pass = model.forward(rows, adapter);
            Gradients gradients = pass.pullBack(new double[][] {{1, bad}})) {
          StepReport report = optimizer.step(gradients);
          assertThat(report).isInstanceOf(StepReport.Refused.class);
          assertThat(report.toString())
              .contains(
                  "the gradient of base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
                      + " is not finite");
        }
      }
      assertThat(adapter.toSafeTensors()).isEqualTo(before);
      assertThat(optimizer.state()).isEqualTo(state);
    }
  }

  @Test
  void shouldReportWarmUpAndClipping() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        AdamW optimizer = AdamW.create(CONFIG, adapter.parameters());
        ForwardPass pass = model.forward(TinyModel.rows(2, 1), adapter);
        Gradients gradients =
            pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
      gradients.scale(1e4);
      StepReport.Applied report = (StepReport.Applied) optimizer.step(gradients);
      assertThat(report.step()).isEqualTo(1);
      assertThat(report.learningRate()).isEqualTo(0.01 / 4);
      assertThat(report.gradNorm()).isGreaterThan(1);
      assertThat(report.clipped()).isTrue();
    }
  }

  @Test
  void shouldRefuseTheStateOfOtherParameters() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        LoraAdapter wider = LoraAdapter.initialize(model, LoraConfig.of(3, 4), 9);
        AdamW optimizer = AdamW.create(CONFIG, adapter.parameters())) {
      byte[] state = optimizer.state();
      assertThatThrownBy(() -> AdamW.restore(CONFIG, wider.parameters(), state))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("which does not fit the parameter");
      assertThatThrownBy(() -> AdamW.restore(CONFIG, adapter.parameters(), new byte[3]))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("optimizer state: truncated");
    }
  }

  @Test
  void shouldLearnATextWithAllWeightsAndSaveIt() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.02), model.weights())) {
      int[] ids = model.tokenizer().encodePrompt("the cat sat on the mat");
      List<TokenRow> rows = List.of(new TokenRow(ids, 1));
      double first = 0;
      double last = 0;
      for (int step = 0; step < 60; step++) {
        try (ForwardPass pass = model.forwardFull(rows)) {
          NextTokenLoss loss = NextTokenLoss.of(pass.statistics());
          first = step == 0 ? loss.value() : first;
          last = loss.value();
          try (Gradients gradients = pass.pullBack(loss.logProbDerivatives())) {
            optimizer.step(gradients);
          }
        }
      }
      assertThat(first).isGreaterThan(5);
      assertThat(last).isLessThan(0.1);
      int[] completion =
          model
              .sample(
                  List.of(IntStream.of(ids).limit(3).toArray()),
                  Adapter.none(),
                  SamplingOptions.greedy(ids.length - 3),
                  List.of(0L))
              .getFirst()
              .ids();
      assertThat(completion).containsExactly(IntStream.of(ids).skip(3).toArray());
      assertThat(model.files())
          .containsOnlyKeys(
              "config.json", "generation_config.json", "model.safetensors", "tokenizer.json");
    }
  }

  @Test
  void shouldLeaveNoNativeArrayOpenAfterManySteps() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        AdamW optimizer = AdamW.create(CONFIG, adapter.parameters())) {
      step(model, adapter, optimizer, 0);
      long before = model.openArrays();
      assertThat(before).isGreaterThan(model.weights().names().size());
      for (int step = 1; step <= 200; step++) {
        step(model, adapter, optimizer, step);
      }
      model.sample(List.of(new int[] {1}), adapter, SamplingOptions.of(4, 1, 1), List.of(1L));
      assertThat(model.openArrays()).isEqualTo(before);
    }
  }

  @Test
  void shouldWorkInAnyThreadButOneAtATime() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      List<TokenRow> rows = TinyModel.rows(2, 1);
      double[] here = model.score(rows, Adapter.none()).logProbs(0);
      double[] there =
          CompletableFuture.supplyAsync(() -> model.score(rows, Adapter.none()).logProbs(0)).join();
      assertThat(there).containsExactly(here);
      TensorEngine engine = model.weights().engine();
      assertThatThrownBy(
              () ->
                  engine.compute(
                      scope ->
                          CompletableFuture.supplyAsync(() -> model.score(rows, Adapter.none()))
                              .join()))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("one thread at a time");
      assertThat(model.score(rows, Adapter.none()).logProbs(0)).containsExactly(here);
    }
  }

  private static void train(
      CausalLanguageModel model, LoraAdapter adapter, AdamW optimizer, int from, int to) {
    for (int step = from; step < to; step++) {
      assertThat(step(model, adapter, optimizer, step)).isInstanceOf(StepReport.Applied.class);
    }
  }

  private static StepReport step(
      CausalLanguageModel model, LoraAdapter adapter, AdamW optimizer, int step) {
    try (ForwardPass pass = model.forward(TinyModel.rows(4, step), adapter);
        Gradients gradients =
            pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
      return optimizer.step(gradients);
    }
  }
}
