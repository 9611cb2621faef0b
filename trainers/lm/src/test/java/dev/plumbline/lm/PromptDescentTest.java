/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.reference.ReferenceResources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient form: soft prompts that descend before every token. */
final class PromptDescentTest {
  private static final double VALUES = 1e-9;
  private static final double STEP = 1e-5;
  private static final int LEVEL = 2;
  private static final SoftPromptConfig BANK = new SoftPromptConfig(3, 2);
  private static final List<int[]> TEXTS =
      List.of(new int[] {1, 10, 11}, new int[] {1}, new int[] {1, 5, 6, 7, 8, 9});
  private static final List<Long> KEYS = List.of(10L, 11L, 12L);

  private static CausalLanguageModel model;
  private static ControlAdapter adapter;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT64);
    adapter = TinyModel.moved(model, new ControlConfig(BANK, true, LoraConfig.of(2, 4)), 3);
  }

  @AfterAll
  static void close() {
    adapter.close();
    model.close();
  }

  private static AttributeHead twoLayers(int hiddenSize, int outputs) {
    return new AttributeHead(
        List.of(layer(hiddenSize, 3, 1), layer(3, outputs, 2)), outputs == 1 ? 0 : 1);
  }

  private static AttributeHead.Layer layer(int in, int out, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] weight = new double[out][];
    for (int o = 0; o < out; o++) {
      weight[o] = random.doubles(in, -1, 1).toArray();
    }
    return new AttributeHead.Layer(weight, random.doubles(out, -1, 1).toArray());
  }

  private static PromptDescent descent(AttributeHead head, double divergenceWeight) {
    return new PromptDescent(LEVEL, head, 2, 0.1, divergenceWeight, 0.9);
  }

  /** Moving prompts on a program of their own. */
  private interface Work {
    void with(MovingPrompts prompts, NDManager scope);
  }

  private static void moving(
      CausalLanguageModel of,
      ControlAdapter with,
      PromptDescent descent,
      Precision precision,
      Work work) {
    TensorEngine engine = of.weights().engine();
    ModelFamily family = ModelFamily.of(of.config());
    try (ModelProgram program =
            new ModelProgram(engine, family, of.config().vocabularySize(), precision);
        ComputeWeights weights =
            new ComputeWeights(engine, of.weights(), precision, family.inverseFrequencies());
        NDManager owner = engine.newOwner()) {
      engine.computeRecording(
          scope -> {
            MovingPrompts prompts =
                new MovingPrompts(
                    engine, program, descent, weights.current(), with, owner, TEXTS.size());
            work.with(prompts, scope);
            return prompts;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldDescendAlongTheGradientThatFiniteDifferencesFind(String family) {
    try (CausalLanguageModel checkpoint =
            CausalLanguageModel.load(
                ReferenceResources.directory("checkpoints/" + family),
                new EngineOptions(1, "cpu", Precision.FLOAT64));
        ControlAdapter moved =
            TinyModel.moved(checkpoint, new ControlConfig(BANK, true, LoraConfig.of(2, 4)), 3)) {
      for (int outputs = 1; outputs <= 2; outputs++) {
        // So heavy a divergence that its gradient shows, away from where the prompts start.
        moving(
            checkpoint,
            moved,
            descent(twoLayers(16, outputs), 5),
            Precision.FLOAT64,
            (prompts, scope) -> {
              prompts.descend(scope, TEXTS);
              double[] gradient = TensorEngine.values(prompts.probe(scope, TEXTS).get(1));
              int perRow = gradient.length / TEXTS.size();
              for (int i = 0; i < gradient.length; i += 13) {
                double above = probed(prompts, scope, i, STEP)[i / perRow];
                double below = probed(prompts, scope, i, -2 * STEP)[i / perRow];
                nudge(prompts, i, STEP);
                assertThat((above - below) / (2 * STEP)).isCloseTo(gradient[i], within(1e-6));
                assertThat(gradient[i]).isNotZero();
              }
            });
      }
    }
  }

  private static double[] probed(MovingPrompts prompts, NDManager scope, int index, double by) {
    nudge(prompts, index, by);
    return TensorEngine.values(prompts.probe(scope, TEXTS).getFirst());
  }

  private static void nudge(MovingPrompts prompts, int index, double by) {
    try (NDArray flat = prompts.prompts().reshape(-1);
        NDArray element = flat.get(index)) {
      element.addi(by);
    }
  }

  @Test
  void shouldMoveByTheStepSizeAndRaiseTheAttribute() {
    PromptDescent one = new PromptDescent(LEVEL, twoLayers(16, 1), 1, 0.02, 0, 1);
    moving(
        model,
        adapter,
        one,
        Precision.FLOAT64,
        (prompts, scope) -> {
          double[] start = TensorEngine.values(prompts.prompts());
          double[] logProbs = negated(TensorEngine.values(prompts.probe(scope, TEXTS).getFirst()));
          for (int round = 0; round < 5; round++) {
            double[] raised =
                TensorEngine.values(prompts.descend(scope, TEXTS).attributeLogProbs());
            for (int row = 0; row < raised.length; row++) {
              assertThat(raised[row]).isGreaterThan(logProbs[row]);
            }
            if (round == 0) {
              double[] moved = TensorEngine.values(prompts.prompts());
              int perRow = moved.length / TEXTS.size();
              for (int row = 0; row < TEXTS.size(); row++) {
                double squares = 0;
                for (int i = row * perRow; i < (row + 1) * perRow; i++) {
                  squares += (moved[i] - start[i]) * (moved[i] - start[i]);
                }
                assertThat(Math.sqrt(squares)).isCloseTo(0.02, within(1e-9));
              }
            }
            logProbs = raised;
          }
        });
  }

  private static double[] negated(double[] values) {
    return Arrays.stream(values).map(value -> -value).toArray();
  }

  @Test
  void shouldReadTheMeanOfTheTextsStatesBehindThePrompt() {
    try (ScalarHead scalar = ScalarHead.initialize(model, 5)) {
      double[][] weight = {scalar.parameters().values("score.weight")};
      AttributeHead head =
          new AttributeHead(List.of(new AttributeHead.Layer(weight, new double[] {0.3})), 0);
      double[] means = TEXTS.stream().mapToDouble(text -> meanScore(text, scalar)).toArray();
      moving(
          model,
          adapter,
          descent(head, 0),
          Precision.FLOAT64,
          (prompts, scope) -> {
            double[] losses = TensorEngine.values(prompts.probe(scope, TEXTS).getFirst());
            for (int row = 0; row < losses.length; row++) {
              assertThat(losses[row])
                  .isCloseTo(Math.log1p(Math.exp(-means[row] - 0.3)), within(VALUES));
            }
          });
    }
  }

  /** Mean score of the text's tokens, each read behind the soft prompt. */
  private static double meanScore(int[] text, ScalarHead scalar) {
    int[] longer = Arrays.copyOf(text, text.length + 1);
    int[] levels = new int[text.length];
    Arrays.fill(levels, LEVEL);
    TokenRow row = new TokenRow(longer, 1).under(levels);
    double[] scores = model.scores(List.of(row), adapter, scalar).values(0);
    return Arrays.stream(scores, 0, text.length).average().orElseThrow();
  }

  @Test
  void shouldEvaluateAHeadInJavaAsItsFormulaSays() {
    double[] state = layer(16, 1, 9).weight()[0];
    AttributeHead sigmoid = new AttributeHead(List.of(layer(16, 1, 4)), 0);
    AttributeHead.Layer only = sigmoid.layers().getFirst();
    double logit = only.bias()[0];
    for (int i = 0; i < 16; i++) {
      logit += only.weight()[0][i] * state[i];
    }
    assertThat(sigmoid.logProb(state)).isCloseTo(-Math.log1p(Math.exp(-logit)), within(1e-12));
    AttributeHead first = new AttributeHead(twoLayers(16, 2).layers(), 0);
    AttributeHead second = new AttributeHead(twoLayers(16, 2).layers(), 1);
    assertThat(Math.exp(first.logProb(state)) + Math.exp(second.logProb(state)))
        .isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldReportThePolicyUnderItsOwnPromptAndWhatWasDrawnFrom(Precision precision) {
    double tolerance =
        switch (precision) {
          case FLOAT64 -> VALUES;
          case FLOAT32 -> 1e-4;
          case BFLOAT16 -> 0.05;
        };
    try (CausalLanguageModel other = TinyModel.open(precision);
        ControlAdapter moved = TinyModel.moved(other, new ControlConfig(BANK, true, null), 3)) {
      SamplingOptions options = SamplingOptions.of(6, 1, 5);
      PromptDescent far = new PromptDescent(LEVEL, twoLayers(16, 1), 2, 0.5, 0.01, 0.9);
      List<ControlledCompletion> drawn = other.sample(TEXTS, moved, options, KEYS, far);
      long before = other.openArrays();
      assertThat(other.sample(TEXTS, moved, options, KEYS, far)).isEqualTo(drawn);
      assertThat(other.openArrays()).isEqualTo(before);
      List<TokenRow> rows = new ArrayList<>();
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(drawn.get(i).promptLevels()).containsOnly(LEVEL);
        rows.add(TokenRow.of(TEXTS.get(i), drawn.get(i).ids()).under(drawn.get(i).promptLevels()));
      }
      TokenStatistics scored =
          other.score(rows, moved, ForwardRequest.logProbs().over(LabelScope.COMPLETION));
      for (int i = 0; i < rows.size(); i++) {
        double[] logProbs = scored.logProbs(i);
        assertThat(drawn.get(i).logProbs())
            .containsExactly(
                Arrays.copyOfRange(logProbs, rows.get(i).completionStart() - 1, logProbs.length),
                within(tolerance));
        assertThat(drawn.get(i).behaviourLogProbs()).isNotEqualTo(drawn.get(i).logProbs());
      }
    }
  }

  @Test
  void shouldDrawWhatThePromptDrawsWhenItHardlyMoves() {
    SamplingOptions options = new SamplingOptions(10, 0.8, 50, 0.95, 5).withRepetitionPenalty(1.3);
    List<ControlledCompletion> expected =
        model.sample(TEXTS, adapter, options, KEYS, TokenControl.atLevel(LEVEL));
    PromptDescent hardly = new PromptDescent(LEVEL, twoLayers(16, 1), 1, 1e-12, 0.01, 1);
    List<ControlledCompletion> drawn = model.sample(TEXTS, adapter, options, KEYS, hardly);
    for (int i = 0; i < drawn.size(); i++) {
      assertThat(drawn.get(i).ids()).isEqualTo(expected.get(i).ids());
      assertThat(drawn.get(i).logProbs())
          .containsExactly(expected.get(i).logProbs(), within(VALUES));
      assertThat(drawn.get(i).behaviourLogProbs())
          .containsExactly(expected.get(i).behaviourLogProbs(), within(VALUES));
    }
  }

  @Test
  void shouldRefuseWhatCantDescend() {
    SamplingOptions options = SamplingOptions.of(2, 1, 5);
    PromptDescent third = new PromptDescent(3, twoLayers(16, 1), 1, 0.1, 0, 1);
    assertThatThrownBy(() -> model.sample(TEXTS, adapter, options, KEYS, third))
        .hasMessage("the soft prompt of level 3 is to descend, but the adapter has levels 0 to 2");
    PromptDescent narrow = new PromptDescent(1, twoLayers(8, 1), 1, 0.1, 0, 1);
    assertThatThrownBy(() -> model.sample(TEXTS, adapter, options, KEYS, narrow))
        .hasMessage("the attribute head must read states of width 16, but reads 8");
    assertThatThrownBy(() -> new PromptDescent(0, twoLayers(16, 1), 1, 0.1, 0, 1))
        .hasMessageContaining("the level must have a soft prompt");
    assertThatThrownBy(() -> new PromptDescent(1, twoLayers(16, 1), 0, 0.1, 0, 1))
        .hasMessageContaining("gradient_steps must be at least 1");
    assertThatThrownBy(() -> new PromptDescent(1, twoLayers(16, 1), 1, 0, 0, 1))
        .hasMessageContaining("gradient_step_size must be positive");
    assertThatThrownBy(() -> new PromptDescent(1, twoLayers(16, 1), 1, 0.1, -1, 1))
        .hasMessageContaining("prompt_kl_weight must be at least 0");
    assertThatThrownBy(() -> new PromptDescent(1, twoLayers(16, 1), 1, 0.1, 0, 0))
        .hasMessageContaining("moved_weight must be in (0, 1]");
    assertThatThrownBy(() -> new AttributeHead(List.of(layer(4, 2, 1), layer(3, 1, 1)), 0))
        .hasMessage("layer 1 must read the 2 outputs of the one before, but reads 3");
    assertThatThrownBy(() -> new AttributeHead(List.of(layer(4, 2, 1)), 2))
        .hasMessage("the attribute must be among the head's 2 outputs, but was 2");
  }
}
