/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.reference.ReferenceResources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlledSamplingTest {
  private static final double VALUES = 1e-9;
  private static final int VOCABULARY = 300;
  private static final List<int[]> PROMPTS =
      List.of(
          new int[] {1, 10, 11},
          new int[] {1},
          new int[] {1, 50, 60, 70, 80, 90},
          new int[] {1, 10, 11});
  private static final List<Long> KEYS = List.of(10L, 11L, 12L, 13L);
  private static final SoftPromptConfig BANK = new SoftPromptConfig(3, 2);

  private static CausalLanguageModel model;
  private static ControlAdapter whole;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT64);
    whole = TinyModel.moved(model, new ControlConfig(BANK, true, LoraConfig.of(2, 4)), 3);
  }

  @AfterAll
  static void close() {
    whole.close();
    model.close();
  }

  /** Levels that move from token to token, and differ from row to row. */
  private record Moving(int levels) implements TokenControl {
    @Override
    public int[] levels(SpokenRows rows) {
      return IntStream.range(0, rows.size())
          .map(i -> (rows.prompt(i) + 2 * rows.completionIds(i).length) % levels)
          .toArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldDrawWhatPlainSamplingDrawsWithoutControl(Precision precision) {
    try (CausalLanguageModel other = TinyModel.open(precision);
        LoraAdapter lora = TinyModel.trainedAdapter(other, 4);
        ControlAdapter prompted = TinyModel.moved(other, new ControlConfig(BANK, true, null), 3)) {
      for (Adapter adapter : List.of(Adapter.none(), lora, prompted)) {
        for (SamplingOptions options :
            List.of(
                SamplingOptions.greedy(12),
                SamplingOptions.of(40, 1, 5),
                new SamplingOptions(12, 0.7, 20, 0.9, 5).withMinP(0.01),
                SamplingOptions.of(12, 1, 6).withRepetitionPenalty(1.5),
                SamplingOptions.of(12, 1, 6).stoppingAt(List.of("e", "th")))) {
          List<SampledCompletion> plain = other.sample(PROMPTS, adapter, options, KEYS);
          List<ControlledCompletion> controlled =
              other.sample(PROMPTS, adapter, options, KEYS, TokenControl.atLevel(0));
          for (int i = 0; i < plain.size(); i++) {
            assertThat(controlled.get(i).ids()).isEqualTo(plain.get(i).ids());
            assertThat(controlled.get(i).logProbs())
                .containsExactly(plain.get(i).logProbs(), within(1e-5));
            assertThat(controlled.get(i).finishReason()).isEqualTo(plain.get(i).finishReason());
            assertThat(controlled.get(i).promptLevels()).containsOnly(0);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldReportWhatAForwardPassAtTheSameLevelsFinds(String family) {
    try (CausalLanguageModel checkpoint =
            CausalLanguageModel.load(
                ReferenceResources.directory("checkpoints/" + family),
                new EngineOptions(1, "cpu", Precision.FLOAT64));
        ControlAdapter adapter =
            TinyModel.moved(checkpoint, new ControlConfig(BANK, true, LoraConfig.of(2, 4)), 3)) {
      List<int[]> prompts = List.of(new int[] {1, 5, 9}, new int[] {1}, new int[] {1, 7});
      List<ControlledCompletion> completions =
          checkpoint.sample(
              prompts,
              adapter,
              SamplingOptions.of(6, 1, 5),
              KEYS.subList(0, 3),
              new Moving(BANK.levels()));
      assertAsScored(checkpoint, adapter, prompts, completions);
      assertThat(completions.getFirst().promptLevels()).startsWith(0, 2, 1);
      for (ControlledCompletion completion : completions) {
        assertThat(completion.behaviourLogProbs())
            .containsExactly(completion.logProbs(), within(VALUES));
      }
    }
  }

  private static void assertAsScored(
      CausalLanguageModel model,
      Adapter adapter,
      List<int[]> prompts,
      List<ControlledCompletion> completions) {
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows.add(
          TokenRow.of(prompts.get(i), completions.get(i).ids())
              .under(completions.get(i).promptLevels()));
    }
    TokenStatistics scored =
        model.score(rows, adapter, ForwardRequest.logProbs().over(LabelScope.COMPLETION));
    for (int i = 0; i < rows.size(); i++) {
      double[] logProbs = scored.logProbs(i);
      assertThat(completions.get(i).logProbs())
          .containsExactly(
              Arrays.copyOfRange(logProbs, rows.get(i).completionStart() - 1, logProbs.length),
              within(VALUES));
    }
  }

  /** Records the whole distribution of each token, and adds a term to it. */
  private static final class Pushing implements TokenControl {
    private final List<TokenCandidates> ofFirstPrompt = new ArrayList<>();

    private static double term(int id) {
      return Math.sin(id);
    }

    @Override
    public int candidates() {
      return VOCABULARY;
    }

    @Override
    public int[] levels(SpokenRows rows) {
      return new Moving(3).levels(rows);
    }

    @Override
    public List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
      List<LogitTerm> terms = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        if (rows.prompt(i) == 0) {
          ofFirstPrompt.add(candidates.get(i));
        }
        terms.add(
            switch (rows.prompt(i) % 3) {
              case 0 ->
                  new LogitTerm.OfVocabulary(
                      IntStream.range(0, VOCABULARY).mapToDouble(Pushing::term).toArray());
              case 1 ->
                  new LogitTerm.OfCandidates(
                      Arrays.stream(candidates.get(i).ids()).mapToDouble(Pushing::term).toArray(),
                      Double.NEGATIVE_INFINITY);
              default -> new LogitTerm.None();
            });
      }
      return terms;
    }
  }

  @Test
  void shouldDrawFromThePolicyMovedByTheTermAndSaySo() {
    Pushing control = new Pushing();
    List<ControlledCompletion> completions =
        model.sample(PROMPTS, whole, SamplingOptions.of(10, 1, 5), KEYS, control);
    assertAsScored(model, whole, PROMPTS, completions);
    ControlledCompletion first = completions.getFirst();
    for (int t = 0; t < first.ids().length; t++) {
      TokenCandidates candidates = control.ofFirstPrompt.get(t);
      double total = 0;
      double drawn = Double.NaN;
      for (int i = 0; i < VOCABULARY; i++) {
        int id = candidates.ids()[i];
        double moved = candidates.logProbs()[i] + Pushing.term(id);
        total += Math.exp(moved);
        if (id == first.ids()[t]) {
          drawn = moved;
          assertThat(candidates.logProbs()[i]).isCloseTo(first.logProbs()[t], within(VALUES));
        }
        if (i > 0) {
          assertThat(candidates.logProbs()[i]).isLessThanOrEqualTo(candidates.logProbs()[i - 1]);
        }
      }
      assertThat(first.behaviourLogProbs()[t]).isCloseTo(drawn - Math.log(total), within(VALUES));
    }
    assertThat(completions.get(2).behaviourLogProbs())
        .containsExactly(completions.get(2).logProbs(), within(VALUES));
    assertThat(first.behaviourLogProbs()).isNotEqualTo(first.logProbs());
  }

  @Test
  void shouldSayWithWhichProbabilityFiltersLeftAToken() {
    List<int[]> prompt = PROMPTS.subList(0, 1);
    Pushing unfiltered = new Pushing();
    SamplingOptions options = new SamplingOptions(1, 0.5, 3, 1, 5);
    ControlledCompletion drawn =
        model.sample(prompt, whole, options, KEYS.subList(0, 1), unfiltered).getFirst();
    TokenCandidates candidates = unfiltered.ofFirstPrompt.getFirst();
    double[] moved =
        IntStream.range(0, VOCABULARY)
            .mapToDouble(i -> 2 * (candidates.logProbs()[i] + Pushing.term(candidates.ids()[i])))
            .sorted()
            .toArray();
    double[] best = Arrays.copyOfRange(moved, VOCABULARY - 3, VOCABULARY);
    double total = Math.log(Arrays.stream(best).map(Math::exp).sum());
    assertThat(Arrays.stream(best).map(logit -> logit - total))
        .anyMatch(logProb -> Math.abs(logProb - drawn.behaviourLogProbs()[0]) < VALUES);
  }

  @Test
  void shouldDrawFromTheCandidatesAlone() {
    TokenControl best =
        new TokenControl() {
          @Override
          public int candidates() {
            return 2;
          }

          @Override
          public int[] levels(SpokenRows rows) {
            return new int[rows.size()];
          }

          @Override
          public List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
            return Collections.nCopies(
                rows.size(),
                new LogitTerm.OfCandidates(
                    new double[] {Double.NEGATIVE_INFINITY, 0}, Double.NEGATIVE_INFINITY));
          }
        };
    for (ControlledCompletion second :
        model.sample(PROMPTS, whole, SamplingOptions.of(5, 1, 5), KEYS, best)) {
      assertThat(second.behaviourLogProbs()).containsOnly(0);
      assertThat(Arrays.stream(second.logProbs())).allMatch(logProb -> logProb < -0.7);
    }
  }

  /** Holds the pooled states of every step against those of whole rows. */
  private static final class Reading implements TokenControl {
    private final ScalarHead head;
    private final double[] weight;
    private int compared;

    private Reading(ScalarHead head) {
      this.head = head;
      this.weight = head.parameters().values("score.weight");
    }

    @Override
    public int[] levels(SpokenRows rows) {
      if (rows.completionIds(0).length == 0) {
        // Reading may begin late.
        return new int[rows.size()];
      }
      double[][] pooled = rows.pooledStates();
      List<int[]> ahead =
          IntStream.range(0, rows.size())
              .mapToObj(i -> i % 2 == 0 ? new int[] {7, 250, 9} : new int[] {12})
              .toList();
      double[][][] after = rows.pooledStatesAfter(ahead);
      for (int i = 0; i < rows.size(); i++) {
        int[] text = joined(rows.promptIds(i), rows.completionIds(i));
        assertThat(along(pooled[i])).isCloseTo(meanScore(text), within(1e-9));
        assertThat(after[i]).hasNumberOfRows(ahead.get(i).length);
        for (int k = 0; k < after[i].length; k++) {
          int[] longer = joined(text, new int[] {ahead.get(i)[k]});
          assertThat(along(after[i][k])).isCloseTo(meanScore(longer), within(1e-9));
          compared++;
        }
      }
      return new Moving(3).levels(rows);
    }

    private double along(double[] state) {
      double sum = 0;
      for (int d = 0; d < state.length; d++) {
        sum += weight[d] * state[d];
      }
      return sum;
    }

    private double meanScore(int[] text) {
      double[] scores = model.scores(List.of(row(text)), Adapter.none(), head).values(0);
      return Arrays.stream(scores, 0, text.length).average().orElseThrow();
    }

    private static TokenRow row(int[] text) {
      return new TokenRow(Arrays.copyOf(text, text.length + 1), 1);
    }
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepUpTheFrozenModelsPooledStates(boolean lora) {
    ControlConfig config = new ControlConfig(BANK, true, lora ? LoraConfig.of(2, 4) : null);
    try (ControlAdapter adapter = TinyModel.moved(model, config, 3);
        ScalarHead head = ScalarHead.initialize(model, 2)) {
      Reading reading = new Reading(head);
      // Long enough for the cache to grow, and for a row to end before the others.
      model.sample(PROMPTS, adapter, SamplingOptions.of(20, 1.5, 5), KEYS, reading);
      assertThat(reading.compared).isGreaterThan(60);
    }
  }

  @Test
  void shouldDrawACompletionIndependentlyOfItsBatchMates() {
    SamplingOptions options = SamplingOptions.of(12, 1, 5);
    ControlledCompletion together =
        model.sample(PROMPTS, whole, options, KEYS, new Moving(3)).getFirst();
    ControlledCompletion alone =
        model
            .sample(PROMPTS.subList(0, 1), whole, options, KEYS.subList(0, 1), new Moving(3))
            .getFirst();
    assertThat(alone.ids()).isEqualTo(together.ids());
    assertThat(alone.logProbs()).containsExactly(together.logProbs(), within(VALUES));
  }

  @Test
  void shouldStopWhereTheModelsLongestRowEnds() {
    int[] prompt = new SplittableRandom(1).ints(58, 3, 300).toArray();
    SamplingOptions options = SamplingOptions.of(12, 1, 5);
    assertThat(
            model
                .sample(List.of(prompt), whole, options, List.of(1L), new Moving(3))
                .getFirst()
                .ids())
        .hasSize(4);
    int[] longest = Arrays.copyOf(prompt, 62);
    assertThatThrownBy(
            () -> model.sample(List.of(longest), whole, options, List.of(1L), new Moving(3)))
        .hasMessage("prompts must have 1 to 61 tokens, but there was one of 62");
  }

  @Test
  void shouldRefuseWhatAControlMustNotSayAndHoldNothingThen() {
    long before = model.openArrays();
    assertRefused(rows -> new int[0], new LogitTerm.None(), "one level per row, but said 0");
    assertRefused(
        rows -> {
          int[] levels = new int[rows.size()];
          Arrays.fill(levels, 3);
          return levels;
        },
        new LogitTerm.None(),
        "a control chose prompt level 3, but the adapter has levels 0 to 2");
    assertRefused(
        rows -> new int[rows.size()],
        new LogitTerm.OfCandidates(new double[1], 0),
        "a control must say one number per candidate, but said 1 for 0");
    double[] none = new double[VOCABULARY];
    Arrays.fill(none, Double.NEGATIVE_INFINITY);
    assertRefused(
        rows -> new int[rows.size()],
        new LogitTerm.OfVocabulary(none),
        "a control must leave at least one token, but excluded all for prompt 0");
    double[] notANumber = new double[VOCABULARY];
    notANumber[4] = Double.NaN;
    assertRefused(
        rows -> new int[rows.size()],
        new LogitTerm.OfVocabulary(notANumber),
        "that of token 4 for prompt 0 was NaN");
    assertThat(model.openArrays()).isEqualTo(before);
  }

  private interface Levels {
    int[] of(SpokenRows rows);
  }

  private static void assertRefused(Levels levels, LogitTerm term, String message) {
    TokenControl control =
        new TokenControl() {
          @Override
          public int[] levels(SpokenRows rows) {
            return levels.of(rows);
          }

          @Override
          public List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
            return Collections.nCopies(rows.size(), term);
          }
        };
    assertThatThrownBy(
            () -> model.sample(PROMPTS, whole, SamplingOptions.of(5, 1, 5), KEYS, control))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
