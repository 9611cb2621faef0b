/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A seeded random checkpoint, small enough for every test: two layers, grouped queries, 300 ids.
 */
final class TinyModel {
  static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);

  private static final byte[] TOKENIZER =
      ByteBpeTrainer.train(List.of("the cat sat on the mat, and the dog sat on the log"), 280);

  private TinyModel() {}

  static CausalLanguageModel open(Precision precision) {
    return open(CONFIG, precision);
  }

  static CausalLanguageModel open(LlamaConfig config, Precision precision) {
    return CausalLanguageModel.initialize(
        "tiny", config, TOKENIZER, 7, new EngineOptions(1, "cpu", precision));
  }

  static byte[] tokenizerJson() {
    return TOKENIZER.clone();
  }

  /** Rows of different lengths with random ids. */
  static List<TokenRow> rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(4, 16);
      int[] ids = IntStream.range(0, length).map(t -> random.nextInt(3, 300)).toArray();
      rows.add(new TokenRow(ids, random.nextInt(1, length)));
    }
    return rows;
  }

  /** An adapter whose B is not zero, so that it changes the policy. */
  static LoraAdapter trainedAdapter(CausalLanguageModel model, long seed) {
    return trainedAdapter(model, LoraConfig.of(2, 4), seed);
  }

  static LoraAdapter trainedAdapter(CausalLanguageModel model, LoraConfig config, long seed) {
    LoraAdapter adapter = LoraAdapter.initialize(model, config, seed);
    List<TokenRow> rows = rows(4, seed);
    try (AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), adapter.parameters())) {
      for (int step = 0; step < 3; step++) {
        try (ForwardPass pass = model.forward(rows, adapter);
            Gradients gradients =
                pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
          optimizer.step(gradients);
        }
      }
    }
    return adapter;
  }

  /** An adapter whose every part changes the policy. */
  static ControlAdapter moved(CausalLanguageModel model, ControlConfig config, long seed) {
    ControlAdapter adapter = ControlAdapter.initialize(model, config, seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : adapter.parameters().names()) {
      int numbers = adapter.parameters().values(name).length;
      for (int i = 0; i < numbers; i++) {
        nudge(adapter.parameters(), name, i, 0.2 * random.nextDouble() - 0.1);
      }
    }
    return adapter;
  }

  /** Adds to one number of a parameter. */
  static void nudge(Parameters parameters, String name, int index, double by) {
    try (NDArray flat = parameters.tensors().get(name).reshape(-1);
        NDArray element = flat.get(index)) {
      element.addi(by);
    }
  }
}
