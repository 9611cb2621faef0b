/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * AdamW with norm clipping over any parameters. Owns its moments; used by the thread that owns the
 * parameters.
 *
 * <p>Source: Loshchilov and Hutter, arXiv 1711.05101, algorithm 2, with the bias corrections of
 * Adam.
 */
public final class AdamW implements AutoCloseable {
  private static final String STATE = "optimizer state";
  private static final String STEP = "step";
  private static final String FIRST_MOMENT = "exp_avg.";
  private static final String SECOND_MOMENT = "exp_avg_sq.";
  private static final double CLIP_EPSILON = 1e-6;

  private final AdamWConfig config;
  private final Parameters parameters;
  private final Parameters firstMoments;
  private final Parameters secondMoments;
  private final SortedMap<Double, List<Integer>> byLearningRateFactor;
  private long steps;

  private AdamW(
      AdamWConfig config,
      Parameters parameters,
      ToDoubleFunction<String> learningRateFactors,
      Parameters firstMoments,
      Parameters secondMoments,
      long steps) {
    this.config = config;
    this.parameters = parameters;
    this.byLearningRateFactor = byFactor(parameters, learningRateFactors);
    this.firstMoments = firstMoments;
    this.secondMoments = secondMoments;
    this.steps = steps;
  }

  private static SortedMap<Double, List<Integer>> byFactor(
      Parameters parameters, ToDoubleFunction<String> factors) {
    SortedMap<Double, List<Integer>> byFactor = new TreeMap<>();
    for (int i = 0; i < parameters.names().size(); i++) {
      String name = parameters.names().get(i);
      double factor = factors.applyAsDouble(name);
      if (!(factor > 0) || Double.isInfinite(factor)) {
        throw new IllegalArgumentException(
            "the factor of the learning rate must be positive, but was %s for '%s'"
                .formatted(factor, name));
      }
      byFactor.computeIfAbsent(factor, key -> new ArrayList<>()).add(i);
    }
    return byFactor;
  }

  /** A fresh optimizer: zero moments, no step taken. */
  public static AdamW create(AdamWConfig config, Parameters parameters) {
    return create(config, parameters, name -> 1);
  }

  /**
   * A fresh optimizer whose parameters learn at rates of their own.
   *
   * @param learningRateFactors by name: times the configured learning rate
   */
  public static AdamW create(
      AdamWConfig config, Parameters parameters, ToDoubleFunction<String> learningRateFactors) {
    return new AdamW(
        config, parameters, learningRateFactors, parameters.zerosLike(), parameters.zerosLike(), 0);
  }

  /**
   * Continues where {@link #state()} was taken, bit by bit.
   *
   * @throws ModelLoadException when the state is not one of these parameters
   */
  public static AdamW restore(AdamWConfig config, Parameters parameters, byte[] state) {
    return restore(config, parameters, name -> 1, state);
  }

  /**
   * As {@link #restore(AdamWConfig, Parameters, byte[])}, at rates of their own.
   *
   * @param learningRateFactors as in {@link #create(AdamWConfig, Parameters, ToDoubleFunction)}
   */
  public static AdamW restore(
      AdamWConfig config,
      Parameters parameters,
      ToDoubleFunction<String> learningRateFactors,
      byte[] state) {
    SafeTensors content;
    try {
      content = SafeTensors.parse(state);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(STATE, e.getMessage(), e);
    }
    SequencedMap<String, TensorData> first = moments(FIRST_MOMENT, parameters, content);
    SequencedMap<String, TensorData> second = moments(SECOND_MOMENT, parameters, content);
    if (content.tensors().size() != first.size() + second.size()) {
      throw new ModelLoadException(
          STATE,
          "expected two moments for each of %d parameters, but found %d tensors"
              .formatted(first.size(), content.tensors().size()));
    }
    long steps = steps(content);
    return new AdamW(
        config,
        parameters,
        learningRateFactors,
        Parameters.of(parameters.engine(), first),
        Parameters.of(parameters.engine(), second),
        steps);
  }

  /**
   * Clips the gradients' norm and moves the parameters it was made for. The gradients are left as
   * they were.
   */
  public StepReport step(Gradients gradients) {
    gradients.requireNames(parameters.names());
    double[] norms = gradients.norms();
    double norm = Gradients.euclidean(norms);
    if (!Double.isFinite(norm)) {
      return new StepReport.Refused(norm, firstNotFinite(norms));
    }
    double clipFactor = Math.min(1, config.maxGradNorm() / (norm + CLIP_EPSILON));
    double learningRate = config.learningRateAt(steps);
    TensorEngine engine = parameters.engine();
    byLearningRateFactor.forEach(
        (factor, indices) -> {
          double[] settings = {
            factor * learningRate,
            config.beta1(),
            config.beta2(),
            config.epsilon(),
            config.weightDecay(),
            clipFactor,
            steps + 1
          };
          engine.compute(
              scope ->
                  engine
                      .learning()
                      .call(
                          scope,
                          "adamw",
                          some(parameters.inOrder(), indices),
                          some(gradients.inOrder(), indices),
                          some(firstMoments.inOrder(), indices),
                          some(secondMoments.inOrder(), indices),
                          new Argument.One(scope.create(settings))));
        });
    parameters.moved();
    steps++;
    return new StepReport.Applied(steps, learningRate, norm, clipFactor < 1);
  }

  private static Argument some(List<NDArray> tensors, List<Integer> indices) {
    return new Argument.Many(indices.stream().map(tensors::get).toList());
  }

  /** Number of steps applied. */
  public long steps() {
    return steps;
  }

  /** Moments and step count as safetensors bytes: a function of the state alone. */
  public byte[] state() {
    Map<String, TensorData> tensors = new TreeMap<>();
    firstMoments.data().forEach((name, value) -> tensors.put(FIRST_MOMENT + name, value));
    secondMoments.data().forEach((name, value) -> tensors.put(SECOND_MOMENT + name, value));
    return SafeTensors.of(tensors, Map.of(STEP, Long.toString(steps))).toBytes();
  }

  private String firstNotFinite(double[] norms) {
    for (int i = 0; i < norms.length; i++) {
      if (!Double.isFinite(norms[i])) {
        return parameters.names().get(i);
      }
    }
    return "all parameters together";
  }

  private static SequencedMap<String, TensorData> moments(
      String prefix, Parameters parameters, SafeTensors content) {
    SequencedMap<String, TensorData> moments = new LinkedHashMap<>();
    for (String name : parameters.names()) {
      TensorData moment = content.tensors().get(prefix + name);
      if (moment == null || !moment.hasShape(parameters.shape(name))) {
        throw new ModelLoadException(
            STATE,
            "%s%s is %s, which does not fit the parameter"
                .formatted(prefix, name, moment == null ? "missing" : moment));
      }
      moments.put(name, moment);
    }
    return moments;
  }

  private static long steps(SafeTensors content) {
    String text = content.metadata().getOrDefault(STEP, "missing");
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new ModelLoadException(STATE, "step must be a count, but was " + text, e);
    }
  }

  @Override
  public void close() {
    firstMoments.close();
    secondMoments.close();
  }
}
