/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.family.LlamaConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SamplingTest {
  private static final List<int[]> PROMPTS =
      List.of(
          new int[] {1, 10, 11},
          new int[] {1},
          new int[] {1, 50, 60, 70, 80, 90},
          new int[] {1, 7});
  private static final List<Long> KEYS = List.of(10L, 11L, 12L, 13L);

  private static CausalLanguageModel model;
  private static LoraAdapter adapter;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT32);
    adapter = TinyModel.trainedAdapter(model, 4);
  }

  @AfterAll
  static void close() {
    adapter.close();
    model.close();
  }

  @Test
  void shouldContinueGreedilyAsFullRecomputationDoes() {
    List<SampledCompletion> completions =
        model.sample(PROMPTS, adapter, SamplingOptions.greedy(12), KEYS);
    for (int row = 0; row < PROMPTS.size(); row++) {
      int[] ids = PROMPTS.get(row);
      for (int id : completions.get(row).ids()) {
        assertThat(mostProbableNext(ids)).isEqualTo(id);
        ids = append(ids, id);
      }
    }
  }

  @Test
  void shouldReportTheUntemperedPolicysLogProbabilities() {
    List<SampledCompletion> completions =
        model.sample(PROMPTS, adapter, new SamplingOptions(12, 0.7, 20, 0.9, 5), KEYS);
    List<TokenRow> rows = new ArrayList<>();
    for (int row = 0; row < PROMPTS.size(); row++) {
      rows.add(TokenRow.of(PROMPTS.get(row), completions.get(row).ids()));
    }
    TokenStatistics statistics = model.score(rows, adapter);
    for (int row = 0; row < rows.size(); row++) {
      double[] scored = statistics.logProbs(row);
      assertThat(completions.get(row).logProbs())
          .containsExactly(
              Arrays.copyOfRange(scored, PROMPTS.get(row).length - 1, scored.length), within(1e-5));
    }
  }

  @Test
  void shouldDrawACompletionIndependentlyOfItsBatchMates() {
    SamplingOptions options = SamplingOptions.of(12, 1, 5);
    List<SampledCompletion> together = model.sample(PROMPTS, adapter, options, KEYS);
    List<SampledCompletion> reversed =
        model.sample(PROMPTS.reversed(), adapter, options, KEYS.reversed());
    assertThat(reversed.reversed()).isEqualTo(together);
    for (int row = 0; row < PROMPTS.size(); row++) {
      SampledCompletion alone =
          model
              .sample(List.of(PROMPTS.get(row)), adapter, options, List.of(KEYS.get(row)))
              .getFirst();
      assertThat(alone.ids()).containsExactly(together.get(row).ids());
    }
  }

  @Test
  void shouldDrawOtherwiseUnderAnotherKeyOrSeed() {
    int[] prompt = {1, 10};
    Set<SampledCompletion> drawn = new HashSet<>();
    for (long key = 0; key < 3; key++) {
      for (long seed = 0; seed < 3; seed++) {
        drawn.addAll(
            model.sample(List.of(prompt), adapter, SamplingOptions.of(12, 1, seed), List.of(key)));
      }
    }
    assertThat(drawn).hasSize(9);
  }

  @Test
  void shouldDrawWithThePolicysFrequencies() {
    int draws = 4000;
    int[] prompt = {1, 10};
    List<int[]> prompts = IntStream.range(0, draws).mapToObj(i -> prompt).toList();
    List<Long> keys = LongStream.range(0, draws).boxed().toList();
    int[] counts = new int[TinyModel.CONFIG.vocabularySize()];
    model
        .sample(prompts, adapter, SamplingOptions.of(1, 0.2, 3), keys)
        .forEach(completion -> counts[completion.ids()[0]]++);
    double[] expected = tempered(nextLogProbs(prompt), 0.2);
    double chiSquare = 0;
    for (int id = 0; id < counts.length; id++) {
      chiSquare += Math.pow(counts[id] - draws * expected[id], 2) / (draws * expected[id]);
    }
    // 299 degrees of freedom: mean 299, standard deviation 24.5
    assertThat(chiSquare).isBetween(299 - 4 * 24.5, 299 + 4 * 24.5);
  }

  @Test
  void shouldDrawFromTheTopKOnly() {
    Set<Integer> best = mostProbable(new int[] {1, 10}, 3);
    Set<Integer> drawn = draw(new SamplingOptions(1, 5, 3, 1, 3));
    assertThat(drawn).isEqualTo(best);
  }

  @Test
  void shouldDrawFromTheSmallestSetThatReachesTopP() {
    double[] p = tempered(nextLogProbs(new int[] {1, 10}), 0.3);
    double[] falling = Arrays.stream(p).map(x -> -x).sorted().map(x -> -x).toArray();
    double threeMostProbable = falling[0] + falling[1] + falling[2];
    Set<Integer> drawn = draw(new SamplingOptions(1, 0.3, 0, threeMostProbable - 1e-4, 3));
    assertThat(drawn).isEqualTo(mostProbable(new int[] {1, 10}, 3));
  }

  @Test
  void shouldLeaveOutTokensFarLessProbableThanTheBest() {
    double[] p = tempered(nextLogProbs(new int[] {1, 10}), 0.3);
    double[] falling = Arrays.stream(p).map(x -> -x).sorted().map(x -> -x).toArray();
    double betweenThirdAndFourth = (falling[2] + falling[3]) / (2 * falling[0]);
    Set<Integer> drawn = draw(new SamplingOptions(1, 0.3, 0, 1, 3).withMinP(betweenThirdAndFourth));
    assertThat(drawn).isEqualTo(mostProbable(new int[] {1, 10}, 3));
  }

  @Test
  void shouldPenalizeTokensOfPromptAndCompletion() {
    double penalty = 1.3;
    List<SampledCompletion> completions =
        model.sample(
            PROMPTS, adapter, SamplingOptions.greedy(20).withRepetitionPenalty(penalty), KEYS);
    boolean changed = false;
    for (int row = 0; row < PROMPTS.size(); row++) {
      int[] ids = PROMPTS.get(row);
      for (int id : completions.get(row).ids()) {
        double[] logits = nextLogits(ids);
        int best = argmax(logits);
        for (int seen : Arrays.stream(ids).distinct().toArray()) {
          logits[seen] = logits[seen] > 0 ? logits[seen] / penalty : logits[seen] * penalty;
        }
        assertThat(argmax(logits)).isEqualTo(id);
        changed |= best != id;
        ids = append(ids, id);
      }
    }
    assertThat(changed).as("the penalty changed a choice").isTrue();
  }

  @Test
  void shouldEndWithTheTokenThatCompletesAStopSequence() {
    int[] prompt = {1, 10, 11};
    SamplingOptions options = SamplingOptions.of(40, 1, 8);
    int[] whole = model.sample(List.of(prompt), adapter, options, List.of(5L)).getFirst().ids();
    String text = model.tokenizer().decode(whole);
    String stop = text.substring(text.length() / 2, text.length() / 2 + 2);
    SampledCompletion stopped =
        model
            .sample(
                List.of(prompt), adapter, options.stoppingAt(List.of("never", stop)), List.of(5L))
            .getFirst();
    int[] ids = stopped.ids();
    assertThat(ids).hasSizeLessThan(whole.length).containsExactly(Arrays.copyOf(whole, ids.length));
    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(model.tokenizer().decode(ids)).contains(stop);
    assertThat(model.tokenizer().decode(Arrays.copyOf(ids, ids.length - 1))).doesNotContain(stop);
  }

  @Test
  void shouldSwitchAdaptersBetweenCalls() {
    try (LoraAdapter other = TinyModel.trainedAdapter(model, 17)) {
      SamplingOptions options = SamplingOptions.of(12, 1, 5);
      List<SampledCompletion> first = model.sample(PROMPTS, adapter, options, KEYS);
      List<SampledCompletion> second = model.sample(PROMPTS, other, options, KEYS);
      List<SampledCompletion> base = model.sample(PROMPTS, Adapter.none(), options, KEYS);
      assertThat(Set.of(first, second, base)).hasSize(3);
      assertThat(model.sample(PROMPTS, adapter, options, KEYS)).isEqualTo(first);
      assertThat(model.sample(PROMPTS, Adapter.none(), options, KEYS)).isEqualTo(base);
    }
  }

  @Test
  void shouldDrawForRowsThatShareAPromptAsForEachAlone() {
    List<int[]> prompts = List.of(PROMPTS.get(2), PROMPTS.get(0), PROMPTS.get(2), PROMPTS.get(2));
    SamplingOptions options = SamplingOptions.of(30, 1, 5);
    List<SampledCompletion> together = model.sample(prompts, adapter, options, KEYS);
    assertThat(Set.copyOf(together)).hasSize(4);
    for (int row = 0; row < prompts.size(); row++) {
      SampledCompletion alone =
          model
              .sample(List.of(prompts.get(row)), adapter, options, List.of(KEYS.get(row)))
              .getFirst();
      assertThat(together.get(row).ids()).containsExactly(alone.ids());
    }
  }

  @Test
  void shouldStopAtTheEndOfSequenceToken() {
    LlamaConfig c = TinyModel.CONFIG;
    int secondGreedyId =
        model
            .sample(
                List.of(new int[] {1, 10}), Adapter.none(), SamplingOptions.greedy(2), List.of(0L))
            .getFirst()
            .ids()[1];
    LlamaConfig endsThere =
        new LlamaConfig(
            c.vocabularySize(),
            c.hiddenSize(),
            c.intermediateSize(),
            c.layers(),
            c.attentionHeads(),
            c.keyValueHeads(),
            c.headDim(),
            c.rmsNormEpsilon(),
            c.rope().theta(),
            c.maxPositions(),
            c.tiedEmbeddings(),
            1,
            secondGreedyId);
    try (CausalLanguageModel stopping = TinyModel.open(endsThere, Precision.FLOAT32)) {
      List<SampledCompletion> completions =
          stopping.sample(
              List.of(new int[] {1, 10}, new int[] {1, 10, 11}),
              Adapter.none(),
              SamplingOptions.greedy(9),
              List.of(0L, 1L));
      int[] ids = completions.getFirst().ids();
      assertThat(ids[ids.length - 1]).isEqualTo(secondGreedyId);
      assertThat(ids).hasSizeLessThanOrEqualTo(2);
      assertThat(completions.getFirst().finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void shouldEndAtTheModelsLongestRow() {
    int[] almostFull = new int[62];
    Arrays.fill(almostFull, 5);
    List<SampledCompletion> completions =
        model.sample(
            List.of(almostFull, new int[] {1, 10}),
            adapter,
            SamplingOptions.greedy(8),
            List.of(0L, 1L));
    assertThat(completions.getFirst().ids()).hasSize(2);
    assertThat(completions.getFirst().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completions.getLast().ids()).hasSize(8);
    assertThatThrownBy(
            () ->
                model.sample(List.of(new int[64]), adapter, SamplingOptions.greedy(8), List.of(0L)))
        .hasMessage("prompts must have 1 to 63 tokens, but there was one of 64");
  }

  @Test
  void shouldRefuseUnusableOptions() {
    assertThatThrownBy(() -> new SamplingOptions(0, 1, 0, 1, 0))
        .hasMessageContaining("max_new_tokens");
    assertThatThrownBy(() -> new SamplingOptions(1, -1, 0, 1, 0))
        .hasMessageContaining("temperature must be 0 (greedy) or positive, but was -1.0");
    assertThatThrownBy(() -> new SamplingOptions(1, 1, -1, 1, 0)).hasMessageContaining("top_k");
    assertThatThrownBy(() -> new SamplingOptions(1, 1, 0, 0, 0)).hasMessageContaining("top_p");
    SamplingOptions greedy = SamplingOptions.greedy(1);
    assertThatThrownBy(() -> greedy.withMinP(1.5)).hasMessageContaining("min_p must be in [0, 1]");
    assertThatThrownBy(() -> greedy.withRepetitionPenalty(0))
        .hasMessageContaining("repetition_penalty must be positive");
    assertThatThrownBy(() -> greedy.stoppingAt(List.of(""))).hasMessageContaining("stop sequences");
    assertThatThrownBy(() -> model.sample(PROMPTS, adapter, SamplingOptions.greedy(1), List.of(1L)))
        .hasMessageContaining("4 prompts had 1");
  }

  private static Set<Integer> draw(SamplingOptions options) {
    List<int[]> prompts = IntStream.range(0, 200).mapToObj(i -> new int[] {1, 10}).toList();
    Set<Integer> drawn = new HashSet<>();
    model
        .sample(prompts, adapter, options, LongStream.range(0, 200).boxed().toList())
        .forEach(completion -> drawn.add(completion.ids()[0]));
    return drawn;
  }

  private static Set<Integer> mostProbable(int[] prompt, int count) {
    double[] logProbs = nextLogProbs(prompt);
    Set<Integer> best = new HashSet<>();
    IntStream.range(0, logProbs.length)
        .boxed()
        .sorted((a, b) -> Double.compare(logProbs[b], logProbs[a]))
        .limit(count)
        .forEach(best::add);
    return best;
  }

  private static int mostProbableNext(int[] prompt) {
    return mostProbable(prompt, 1).iterator().next();
  }

  /** Log-probability of each id after the prompt, by scoring each continuation in full. */
  private static double[] nextLogProbs(int[] prompt) {
    List<TokenRow> rows =
        IntStream.range(0, TinyModel.CONFIG.vocabularySize())
            .mapToObj(id -> TokenRow.of(prompt, new int[] {id}))
            .toList();
    TokenStatistics statistics = model.score(rows, adapter);
    return IntStream.range(0, rows.size()).mapToDouble(statistics::completionLogProb).toArray();
  }

  /**
   * Logits of each id after the prompt: log-probabilities moved to the mean that the model says.
   */
  private static double[] nextLogits(int[] prompt) {
    double[] logProbs = nextLogProbs(prompt);
    double mean =
        model
            .score(
                List.of(TokenRow.of(prompt, new int[] {0})),
                adapter,
                ForwardRequest.of(Statistic.MEAN_LOGIT).over(LabelScope.COMPLETION))
            .completionSum(Statistic.MEAN_LOGIT, 0);
    double shift = mean - Arrays.stream(logProbs).average().orElseThrow();
    return Arrays.stream(logProbs).map(x -> x + shift).toArray();
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double[] tempered(double[] logProbs, double temperature) {
    double[] weights = Arrays.stream(logProbs).map(x -> Math.exp(x / temperature)).toArray();
    double total = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / total).toArray();
  }

  private static int[] append(int[] ids, int id) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = id;
    return longer;
  }
}
