/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What PEFT calls an adapter's tensors in {@code adapter_model.safetensors}. */
final class PeftNames {
  static final String PREFIX = "base_model.model.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";
  static final String EMBEDDING_A = ".lora_embedding_A";
  static final String EMBEDDING_B = ".lora_embedding_B";
  static final String MAGNITUDE = ".lora_magnitude_vector";

  private PeftNames() {}

  /** Names and shapes of the adapter's tensors, module by module in program order. */
  static SequencedMap<String, long[]> shapes(LoraTargets targets, LoraConfig config) {
    long rank = config.rank();
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    targets
        .embedding()
        .forEach(
            (module, shape) -> {
              shapes.put(PREFIX + module + EMBEDDING_A, new long[] {rank, shape[0]});
              shapes.put(PREFIX + module + EMBEDDING_B, new long[] {shape[1], rank});
            });
    targets
        .linear()
        .forEach(
            (module, linear) -> {
              shapes.put(PREFIX + module + A, new long[] {rank, linear.in()});
              shapes.put(PREFIX + module + B, new long[] {linear.out(), rank});
              switch (config.variant()) {
                case LORA -> {}
                case DORA -> shapes.put(PREFIX + module + MAGNITUDE, new long[] {linear.out()});
              }
            });
    return shapes;
  }
}
