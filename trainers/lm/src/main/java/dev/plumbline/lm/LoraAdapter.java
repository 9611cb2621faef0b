/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * The trainable part of a policy: matrices A [r, in] and B [out, r] for each target module of each
 * block (arXiv 2106.09685). Owned, closeable; used by one thread at a time. It belongs to the model
 * it was made for and is closed before it.
 */
public final class LoraAdapter implements Adapter, AutoCloseable {
  private static final String PEFT_PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final int INITIAL_A_STREAM = 0x4C6F5241; // "LoRA"

  private final LoraConfig config;
  private final Parameters parameters;
  private final NDManager owner;
  private final NDArray scaling;

  private LoraAdapter(LoraConfig config, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
    TensorEngine engine = parameters.engine();
    this.owner = engine.newOwner();
    this.scaling = engine.create(owner, new double[] {config.scaling()});
  }

  /**
   * A new adapter that changes nothing yet: A uniform as Kaiming's with a = sqrt(5), that is in
   * plus or minus 1 / sqrt(in), drawn from the seed; B zero.
   */
  public static LoraAdapter initialize(CausalLanguageModel model, LoraConfig config, long seed) {
    LoraConfig resolved = resolve(model, config);
    SequencedMap<String, TensorData> values = new LinkedHashMap<>();
    int matrix = 0;
    for (Map.Entry<String, long[]> shape : shapes(model, resolved).entrySet()) {
      long[] dimensions = shape.getValue();
      float[] initial = new float[Math.toIntExact(dimensions[0] * dimensions[1])];
      if (shape.getKey().endsWith(A)) {
        double bound = 1 / Math.sqrt((double) dimensions[1]);
        for (int i = 0; i < initial.length; i++) {
          double u = CounterNoise.uniform(seed, INITIAL_A_STREAM, matrix, i);
          initial[i] = (float) (bound * (2 * u - 1));
        }
      }
      values.put(shape.getKey(), TensorData.of(initial, dimensions));
      matrix++;
    }
    return new LoraAdapter(resolved, Parameters.of(engine(model), values));
  }

  /**
   * Reads what {@link #toSafeTensors()} wrote, exactly.
   *
   * @throws ModelLoadException when a tensor is missing, superfluous or of another shape than the
   *     model asks for
   */
  public static LoraAdapter fromSafeTensors(
      CausalLanguageModel model, LoraConfig config, byte[] safeTensors) {
    LoraConfig resolved = resolve(model, config);
    SafeTensors file;
    try {
      file = SafeTensors.parse(safeTensors);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(PeftDirectory.WEIGHTS_FILE, e.getMessage(), e);
    }
    SequencedMap<String, TensorData> values =
        WeightNames.select(
            PeftDirectory.WEIGHTS_FILE, file, shapes(model, resolved), name -> false);
    return new LoraAdapter(resolved, Parameters.of(engine(model), values));
  }

  /** The settings, target modules spelled out. */
  public LoraConfig config() {
    return config;
  }

  /** The adapter's tensors under their PEFT names. They are closed with the adapter. */
  public Parameters parameters() {
    return parameters;
  }

  /** The bytes of {@code adapter_model.safetensors}: a function of the values alone. */
  public byte[] toSafeTensors() {
    return parameters.toSafeTensors();
  }

  /** What the tensor program receives: the matrices under their module's name, and the scaling. */
  Map<String, NDArray> programArguments(List<NDArray> matrices) {
    Map<String, NDArray> arguments = new LinkedHashMap<>();
    parameters
        .named(matrices)
        .forEach((name, matrix) -> arguments.put(name.substring(PEFT_PREFIX.length()), matrix));
    arguments.put("scaling", scaling);
    return arguments;
  }

  /** The config with its target modules spelled out. */
  private static LoraConfig resolve(CausalLanguageModel model, LoraConfig config) {
    Set<String> known = new TreeSet<>();
    ModelFamily.of(model.config()).linearModules().keySet().forEach(m -> known.add(moduleName(m)));
    for (String target : config.targetModules()) {
      if (!known.contains(target)) {
        throw new IllegalArgumentException(
            "lora_target_modules must be among %s, but had '%s'".formatted(known, target));
      }
    }
    return config.targetModules().isEmpty()
        ? new LoraConfig(config.rank(), config.alpha(), config.dropout(), List.copyOf(known))
        : config;
  }

  /** PEFT names and shapes of the adapter's matrices, A before B, modules in program order. */
  private static SequencedMap<String, long[]> shapes(CausalLanguageModel model, LoraConfig config) {
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    ModelFamily.of(model.config())
        .linearModules()
        .forEach(
            (module, linear) -> {
              if (config.targetModules().contains(moduleName(module))) {
                shapes.put(PEFT_PREFIX + module + A, new long[] {config.rank(), linear.in()});
                shapes.put(PEFT_PREFIX + module + B, new long[] {linear.out(), config.rank()});
              }
            });
    return shapes;
  }

  /** Last part of a module's path: {@code q_proj}. */
  private static String moduleName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
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
