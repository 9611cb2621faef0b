/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The trainable part of a policy: matrices A [r, in] and B [out, r] for each target module of each
 * block, and DoRA's magnitudes [out]. Owned, closeable; used by one thread at a time. It belongs to
 * the model it was made for and is closed before it.
 */
public final class LoraAdapter implements TrainedAdapter {
  private static final int INITIAL_STREAM = 0x4C6F5241; // "LoRA"

  private final LoraConfig config;
  private final LoraTargets targets;
  private final Parameters parameters;
  private final TensorEngine engine;
  private final NDManager owner;
  private final NDArray scaling;

  private LoraAdapter(LoraConfig config, LoraTargets targets, Parameters parameters) {
    this.config = config;
    this.targets = targets;
    this.parameters = parameters;
    this.engine = parameters.engine();
    this.owner = engine.newOwner();
    this.scaling = engine.scalar(owner, config.factor());
  }

  /**
   * A new adapter that changes nothing yet. A is uniform as Kaiming's with a = sqrt(5), that is in
   * plus or minus 1 / sqrt(in), drawn from the seed, and B zero; for an embedding A is zero and B
   * standard normal; magnitudes are the norms of the base's rows.
   */
  public static LoraAdapter initialize(CausalLanguageModel model, LoraConfig config, long seed) {
    LoraTargets targets = LoraTargets.of(model.config(), config);
    return new LoraAdapter(
        config.targeting(targets.names()),
        targets,
        Parameters.of(engine(model), initialValues(model, targets, config, seed)));
  }

  /** What a new adapter's tensors hold. */
  static SequencedMap<String, TensorData> initialValues(
      CausalLanguageModel model, LoraTargets targets, LoraConfig config, long seed) {
    SequencedMap<String, TensorData> values = new LinkedHashMap<>();
    int matrix = 0;
    for (Map.Entry<String, long[]> shape : PeftNames.shapes(targets, config).entrySet()) {
      String name = shape.getKey();
      long[] dimensions = shape.getValue();
      float[] initial =
          name.endsWith(PeftNames.MAGNITUDE)
              ? norms(model, targets, name)
              : initial(name, dimensions, seed, matrix);
      values.put(name, TensorData.of(initial, dimensions));
      matrix++;
    }
    return values;
  }

  /** An adapter of these parameters, which it closes. */
  static LoraAdapter over(LoraConfig config, LoraTargets targets, Parameters parameters) {
    return new LoraAdapter(config, targets, parameters);
  }

  private static float[] initial(String name, long[] dimensions, long seed, int matrix) {
    float[] initial = new float[Math.toIntExact(dimensions[0] * dimensions[1])];
    if (name.endsWith(PeftNames.A)) {
      double bound = 1 / Math.sqrt((double) dimensions[1]);
      for (int i = 0; i < initial.length; i++) {
        double u = CounterNoise.uniform(seed, INITIAL_STREAM, matrix, i);
        initial[i] = (float) (bound * (2 * u - 1));
      }
    } else if (name.endsWith(PeftNames.EMBEDDING_B)) {
      for (int i = 0; i < initial.length; i++) {
        initial[i] = (float) CounterNoise.normal(seed, INITIAL_STREAM, matrix, i);
      }
    }
    return initial;
  }

  private static float[] norms(CausalLanguageModel model, LoraTargets targets, String name) {
    String module =
        name.substring(PeftNames.PREFIX.length(), name.length() - PeftNames.MAGNITUDE.length());
    double[] norms =
        LoraArithmetic.norms(
            model.weights().values(module + ".weight"), targets.linear().get(module));
    float[] rounded = new float[norms.length];
    for (int i = 0; i < norms.length; i++) {
      rounded[i] = (float) norms[i];
    }
    return rounded;
  }

  /**
   * Reads what {@link #toSafeTensors()} wrote, exactly.
   *
   * @throws ModelLoadException when a tensor is missing, superfluous or of another shape than the
   *     model asks for
   */
  public static LoraAdapter fromSafeTensors(
      CausalLanguageModel model, LoraConfig config, byte[] safeTensors) {
    return of(
        model,
        PeftAdapter.of(
            new PeftAdapter.Base(model.config(), model.weights()::values),
            config,
            PeftDirectory.WEIGHTS_FILE,
            PeftDirectory.parse(safeTensors)));
  }

  /** An adapter with these values. */
  static LoraAdapter of(CausalLanguageModel model, PeftAdapter adapter) {
    return new LoraAdapter(
        adapter.config(), adapter.targets(), Parameters.of(engine(model), adapter.tensors()));
  }

  @Override
  public LoraAdapter copy() {
    return new LoraAdapter(config, targets, parameters.copy());
  }

  /** The settings, target modules spelled out. */
  public LoraConfig config() {
    return config;
  }

  LoraTargets targets() {
    return targets;
  }

  /** The adapter's tensors under their PEFT names. They are closed with the adapter. */
  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** The bytes of {@code adapter_model.safetensors}: a function of the values alone. */
  public byte[] toSafeTensors() {
    return parameters.toSafeTensors();
  }

  /** Names of the parameters as the tensor program knows them, in order. */
  List<String> programNames() {
    return parameters.names().stream()
        .map(name -> name.substring(PeftNames.PREFIX.length()))
        .toList();
  }

  /** What the tensor program receives to score: the parameters and the scaling. */
  Map<String, NDArray> programArguments() {
    Map<String, NDArray> arguments = Parameters.named(programNames(), parameters.inOrder());
    arguments.put("scaling", scaling);
    return arguments;
  }

  /** What the tensor program receives beside the parameters to learn: the scaling and the noise. */
  Map<String, NDArray> constants(NDManager owner, TokenPlan plan, @Nullable DropoutKey key) {
    Map<String, NDArray> constants = new LinkedHashMap<>();
    constants.put("scaling", scaling);
    if (key != null && config.dropout() > 0) {
      constants.put("kept_scale", engine.scalar(owner, 1 / (1 - config.dropout())));
      long[] hashes = plan.prefixHashes();
      targets
          .linear()
          .forEach(
              (module, linear) -> {
                int in = Math.toIntExact(linear.in());
                byte[] kept =
                    DropoutMasks.kept(key, targets.numberOf(module), hashes, in, config.dropout());
                constants.put(module + ".kept", engine.create(owner, kept, hashes.length, in));
              });
    }
    return constants;
  }

  private static TensorEngine engine(CausalLanguageModel model) {
    return model.weights().engine();
  }

  @Override
  public void close() {
    owner.close();
    parameters.close();
  }
}
