/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.TrainingMemory.Settings;
import dev.plumbline.lm.family.LlamaConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
  private static final TrainedWeights LORA = new TrainedWeights.OfAdapter(LoraConfig.of(2, 4));
  private static final TrainedWeights ALL = new TrainedWeights.All();

  @Test
  void shouldCountWhatAModelHolds() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      assertThat(TrainingMemory.count(model.config())).isEqualTo(model.weights().count());
      assertThat(TrainingMemory.trainedCount(model.config(), ALL))
          .isEqualTo(model.weights().count());
      try (Parameters above = model.weightsAbove(1)) {
        assertThat(TrainingMemory.trainedCount(model.config(), new TrainedWeights.Above(1)))
            .isEqualTo(above.count());
      }
      for (LoraConfig config :
          List.of(
              LoraConfig.of(3, 6).as(LoraVariant.DORA),
              LoraConfig.of(3, 6).targeting(List.of("q_proj", "embed_tokens")))) {
        try (LoraAdapter adapter = LoraAdapter.initialize(model, config, 1)) {
          assertThat(
                  TrainingMemory.trainedCount(model.config(), new TrainedWeights.OfAdapter(config)))
              .isEqualTo(adapter.parameters().count());
        }
      }
    }
  }

  @Test
  void shouldHoldFourBytesPerNumberAndCopiesOfTwo() {
    TrainingMemory single = estimate(ALL, Precision.FLOAT32, Activations.KEPT);
    TrainingMemory half = estimate(ALL, Precision.BFLOAT16, Activations.KEPT);
    TrainingMemory exact = estimate(ALL, Precision.FLOAT64, Activations.KEPT);
    long count = TrainingMemory.count(TinyModel.CONFIG);

    assertThat(single.weights()).isEqualTo(4 * count);
    assertThat(single.copies()).isZero();
    assertThat(single.gradients()).isEqualTo(4 * count);
    assertThat(single.moments()).isEqualTo(8 * count);
    assertThat(half.weights()).isEqualTo(4 * count);
    assertThat(half.copies()).isEqualTo(2 * count);
    assertThat(exact.weights()).isEqualTo(8 * count);
    assertThat(exact.activations()).isEqualTo(2 * single.activations());
  }

  @Test
  void shouldHoldOptimizerStateOfTheAdapterAlone() {
    TrainingMemory memory = estimate(LORA, Precision.FLOAT32, Activations.KEPT);
    long count = TrainingMemory.trainedCount(TinyModel.CONFIG, LORA);

    assertThat(memory.adapter()).isEqualTo(4 * count);
    assertThat(memory.moments()).isEqualTo(8 * count);
    assertThat(memory.gradients()).isEqualTo(4 * count);
    assertThat(memory.total())
        .isEqualTo(
            memory.weights()
                + memory.adapter()
                + memory.moments()
                + memory.gradients()
                + memory.activations()
                + memory.logits());
  }

  @Test
  void shouldHardlyGrowWithDepthWhenActivationsAreRecomputed() {
    long kept = growth(Activations.KEPT);
    long recomputed = growth(Activations.RECOMPUTED);

    // 8 rows of 32 tokens of 16 numbers of 4 bytes, for each of 10 more blocks
    assertThat(recomputed).isEqualTo(8 * 32 * 16 * 4 * 10);
    assertThat(kept).isGreaterThan(10 * recomputed);
  }

  @Test
  void shouldRefuseABatchWithoutLabels() {
    assertThatThrownBy(() -> new Settings(ALL, 1, 1, Precision.FLOAT32, Activations.KEPT))
        .hasMessage("a micro-batch needs at least 1 row of at least 2 tokens, but was 1 of 1");
  }

  private static long growth(Activations activations) {
    var settings = new Settings(LORA, 8, 32, Precision.FLOAT32, activations);
    return TrainingMemory.of(layers(12), settings).activations()
        - TrainingMemory.of(layers(2), settings).activations();
  }

  private static LlamaConfig layers(int layers) {
    return new LlamaConfig(300, 16, 24, layers, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  }

  private static TrainingMemory estimate(
      TrainedWeights trained, Precision precision, Activations activations) {
    return TrainingMemory.of(
        TinyModel.CONFIG, new Settings(trained, 4, 16, precision, activations));
  }
}
