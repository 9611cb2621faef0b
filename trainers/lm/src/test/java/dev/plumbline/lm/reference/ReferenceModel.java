/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A causal language model in its plainest form: one row of ids, all positions at once, double
 * precision. Immutable.
 *
 * @param weights by Hugging Face name
 * @param adapter what changes the weights; null for none
 */
public record ReferenceModel(
    Architecture architecture,
    Map<String, ReferenceTensor> weights,
    @Nullable ReferenceAdapter adapter) {

  public ReferenceModel {
    weights = Map.copyOf(weights);
  }

  /** A Hugging Face directory: {@code config.json} and safetensors, whole or in shards. */
  public static ReferenceModel load(Path directory) {
    return of(
        ReferenceFiles.json(directory.resolve("config.json")), ReferenceFiles.weights(directory));
  }

  /**
   * @param config a {@code config.json} of transformers version 4 or 5
   */
  public static ReferenceModel of(JsonNode config, Map<String, ReferenceTensor> weights) {
    Architecture architecture = ReferenceFiles.architecture(config);
    Map<String, ReferenceTensor> used = new HashMap<>(weights);
    // A file may hold a copy of what is tied.
    if (config.path("tie_word_embeddings").asBoolean(architecture instanceof Architecture.Gpt2)) {
      used.remove("lm_head.weight");
    }
    return new ReferenceModel(architecture, used, null);
  }

  /** The same model with a PEFT directory's adapter. */
  public ReferenceModel withAdapter(Path directory) {
    return withAdapter(ReferenceFiles.adapter(directory));
  }

  public ReferenceModel withAdapter(ReferenceAdapter newAdapter) {
    return new ReferenceModel(architecture, weights, newAdapter);
  }

  public ReferencePass forward(int[] ids) {
    return forward(ids, null);
  }

  /**
   * @param referenceLogits [positions][vocabulary]: what the KL statistics compare with
   */
  public ReferencePass forward(int[] ids, double @Nullable [][] referenceLogits) {
    Tape tape = new Tape();
    Weights bound = new Weights(tape, weights, adapter);
    Variable logits = Decoder.of(architecture, tape, bound).logits(ids);
    return new ReferencePass(tape, bound, ids.clone(), logits, referenceLogits);
  }

  /** [positions][vocabulary]. */
  public double[][] logits(int... ids) {
    return forward(ids).logits();
  }
}
