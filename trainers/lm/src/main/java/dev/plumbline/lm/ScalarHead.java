/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One number per token as a linear map of its final hidden state, without bias: what Hugging Face's
 * sequence classifiers with one label have on top in every family, as {@code score.weight} [1,
 * hidden size]. On the last token it is a reward model's score, on every token a value head.
 *
 * <p>Owned, closeable; used by one thread at a time. It belongs to the model it was made for and is
 * closed before it.
 */
public final class ScalarHead implements AutoCloseable {
  /** File that holds a head alone. */
  public static final String FILE = "score.safetensors";

  /** The one tensor. */
  static final String WEIGHT = "score.weight";

  private static final int INITIAL_STREAM = 0x53636F72; // "Scor"
  private static final double DEVIATION = 0.02;

  private final Parameters parameters;

  private ScalarHead(CausalLanguageModel model, TensorData weight) {
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(WEIGHT, weight);
    this.parameters = Parameters.of(model.weights().engine(), tensors);
  }

  /** A new head: normal(0, 0.02), as transformers has it, as a function of the seed. */
  public static ScalarHead initialize(CausalLanguageModel model, long seed) {
    float[] initial = new float[model.config().hiddenSize()];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (float) (DEVIATION * CounterNoise.normal(seed, INITIAL_STREAM, 0, i));
    }
    return new ScalarHead(model, TensorData.of(initial, 1, initial.length));
  }

  /**
   * Reads what {@link #toSafeTensors()} wrote, exactly.
   *
   * @throws ModelLoadException when it isn't the one tensor that the model asks for
   */
  public static ScalarHead fromSafeTensors(CausalLanguageModel model, byte[] file) {
    SafeTensors content;
    try {
      content = SafeTensors.parse(file);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(FILE, e.getMessage(), e);
    }
    if (content.tensors().size() > 1) {
      throw new ModelLoadException(
          FILE, "must hold %s alone, but has %s".formatted(WEIGHT, content.tensors().keySet()));
    }
    return of(model, FILE, WEIGHT, content.tensors());
  }

  /**
   * @param file for messages
   * @param name of the head's tensor in it
   */
  static ScalarHead of(
      CausalLanguageModel model, String file, String name, Map<String, TensorData> tensors) {
    TensorData weight = tensors.get(name);
    long[] shape = {1, model.config().hiddenSize()};
    if (weight == null || !weight.hasShape(shape)) {
      throw new ModelLoadException(
          file,
          "tensor '%s' must have shape %s (a head of one label), but %s"
              .formatted(
                  name,
                  Arrays.toString(shape),
                  weight == null ? "is missing" : "has " + Arrays.toString(weight.shape())));
    }
    try {
      WeightNames.dtype(weight.type());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, "tensor '%s': %s".formatted(name, e.getMessage()), e);
    }
    WeightNames.requireFinite(file, name, weight);
    return new ScalarHead(model, weight);
  }

  /** The head's tensor under its Hugging Face name. It is closed with the head. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * What one optimizer moves: an adapter's or a model's parameters and then the head's, as {@link
   * CausalLanguageModel#forwardScores} orders their gradients.
   *
   * @return a view that the caller closes
   */
  public Parameters after(Parameters trained) {
    return trained.and(parameters);
  }

  /**
   * What an optimizer moves that moves the head alone.
   *
   * @return a view that the caller closes
   */
  public Parameters alone() {
    return parameters.select(name -> true);
  }

  /** The bytes of {@value #FILE}: a function of the values alone. */
  public byte[] toSafeTensors() {
    return parameters.toSafeTensors();
  }

  TensorData data() {
    return parameters.data().get(WEIGHT);
  }

  NDArray weight() {
    return parameters.inOrder().getFirst();
  }

  @Override
  public void close() {
    parameters.close();
  }
}
