/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.TrainingMemory.Settings;
import dev.plumbline.lm.family.LlamaConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The estimate against what Linux says a process held at most: three steps in a process of its own,
 * whose Java heap doesn't grow.
 */
@Tag("bench")
class TrainingMemoryMeasurementTest {
  private static final int ROWS = 8;
  private static final int TOKENS = 256;

  @ParameterizedTest
  @CsvSource({
    "256, 6, 4096, LORA, FLOAT32, KEPT",
    "256, 6, 4096, ALL, FLOAT32, RECOMPUTED",
    "512, 8, 8192, LORA, FLOAT32, KEPT",
    "512, 8, 8192, LORA, FLOAT32, RECOMPUTED",
    "512, 8, 8192, ALL, FLOAT32, KEPT",
    "512, 8, 8192, ALL, FLOAT32, RECOMPUTED",
    "512, 8, 8192, LORA, BFLOAT16, KEPT",
    "512, 8, 8192, ALL, BFLOAT16, KEPT"
  })
  void shouldBeCloseToWhatIsHeld(
      String hidden,
      String layers,
      String vocabulary,
      String trained,
      String precision,
      String activations)
      throws IOException, InterruptedException {
    String[] arguments = {hidden, layers, vocabulary, trained, precision, activations};
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingMemoryMeasurementTest.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // Every array in pages of its own: what is measured is what is held, not glibc's free lists.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    double measured = Double.parseDouble(output.lines().toList().getLast());

    Case told = Case.of(arguments);
    TrainingMemory estimate =
        TrainingMemory.of(
            told.config(),
            new Settings(told.trained(), ROWS, TOKENS, told.precision(), told.activations()));
    System.out.printf(
        "%s: estimated %.0f MB, measured %.0f MB (%+.0f %%)%n  %s%n",
        String.join(" ", arguments),
        estimate.total() / 1e6,
        measured / 1e6,
        100 * (estimate.total() - measured) / measured,
        estimate);
    assertThat((double) estimate.total()).isCloseTo(measured, Percentage.withPercentage(25));
  }

  /** Prints by how many bytes the largest resident size of the process grew. */
  public static void main(String[] arguments) throws IOException {
    Case told = Case.of(arguments);
    // libtorch, the tokenizer and the compiler's pools are there before
    run(new Case(TinyModel.CONFIG, told.trained(), told.precision(), told.activations()), 2, 16);
    long before = status("VmRSS");
    run(told, ROWS, TOKENS);
    System.out.println(status("VmHWM") - before);
  }

  private record Case(
      LlamaConfig config, TrainedWeights trained, Precision precision, Activations activations) {
    static Case of(String[] arguments) {
      int hidden = Integer.parseInt(arguments[0]);
      int heads = hidden / 64;
      LlamaConfig config =
          new LlamaConfig(
              Integer.parseInt(arguments[2]),
              hidden,
              hidden * 11 / 4,
              Integer.parseInt(arguments[1]),
              heads,
              heads,
              64,
              1e-5,
              10_000,
              TOKENS,
              false,
              1,
              2);
      return new Case(
          config,
          arguments[3].equals("LORA")
              ? new TrainedWeights.OfAdapter(LoraConfig.of(16, 32))
              : new TrainedWeights.All(),
          Precision.valueOf(arguments[4]),
          Activations.valueOf(arguments[5]));
    }
  }

  private static void run(Case told, int rows, int tokens) {
    LlamaConfig config = told.config();
    SplittableRandom random = new SplittableRandom(1);
    List<TokenRow> batch =
        IntStream.range(0, rows)
            .mapToObj(
                row ->
                    new TokenRow(
                        IntStream.range(0, tokens)
                            .map(t -> random.nextInt(3, config.vocabularySize()))
                            .toArray(),
                        tokens / 2))
            .toList();
    ForwardRequest request = ForwardRequest.logProbs().keeping(told.activations());
    try (CausalLanguageModel model = TinyModel.open(config, told.precision())) {
      switch (told.trained()) {
        case TrainedWeights.OfAdapter adapter -> {
          try (LoraAdapter lora = LoraAdapter.initialize(model, adapter.config(), 1);
              AdamW optimizer = AdamW.create(AdamWConfig.of(1e-3), lora.parameters())) {
            for (int step = 0; step < 3; step++) {
              learn(model.forward(batch, lora, request), optimizer);
            }
          }
        }
        case TrainedWeights.OfControl control ->
            throw new IllegalArgumentException("not measured: " + control);
        case TrainedWeights.All all -> {
          try (AdamW optimizer = AdamW.create(AdamWConfig.of(1e-3), model.weights())) {
            for (int step = 0; step < 3; step++) {
              learn(model.forwardFull(batch, model.weights(), request), optimizer);
            }
          }
        }
        case TrainedWeights.Above above ->
            throw new IllegalArgumentException("not measured: " + above);
      }
    }
  }

  private static void learn(ForwardPass forward, AdamW optimizer) {
    try (ForwardPass pass = forward;
        Gradients gradients =
            pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
      assertThat(optimizer.step(gradients)).isInstanceOf(StepReport.Applied.class);
    }
  }

  /** Bytes. */
  private static long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status has no " + key);
  }
}
