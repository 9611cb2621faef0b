/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.family.GenerationConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say how completions are drawn, under the names that transformers has. */
final class SamplingFlags {
  private static final int MAX_NEW_TOKENS = 128;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--greedy", description = "Takes the most probable token at each step.")
  private boolean greedy;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest completion in tokens.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "The logits are divided by it; 0 is greedy.")
  private @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Keeps the K most probable tokens.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keeps the most probable tokens whose mass reaches P.")
  private @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Keeps tokens at least P times as probable as the most probable one.")
  private @Nullable Double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Makes tokens that were there before less probable; 1 changes nothing.")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "A text that ends the completion, and is part of it; may be repeated.")
  private List<String> stop = new ArrayList<>();

  /** What was given on the command line, then what the model wants, then what changes nothing. */
  SamplingOptions over(GenerationConfig model) {
    try {
      return new SamplingOptions(
          first(maxNewTokens, model.maxNewTokens(), MAX_NEW_TOKENS),
          temperature(model),
          first(topK, model.topK(), 0),
          first(topP, model.topP(), 1.0),
          first(minP, model.minP(), 0.0),
          first(repetitionPenalty, model.repetitionPenalty(), 1.0),
          stop,
          seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private double temperature(GenerationConfig model) {
    if (greedy) {
      return 0;
    }
    double unsaid = Boolean.FALSE.equals(model.doSample()) ? 0 : first(model.temperature(), 1.0);
    return first(temperature, unsaid);
  }

  private static <T> T first(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static <T> T first(@Nullable T given, @Nullable T model, T otherwise) {
    return given == null ? first(model, otherwise) : given;
  }
}
