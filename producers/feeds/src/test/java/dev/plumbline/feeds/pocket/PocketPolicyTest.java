/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Identity;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.FinishReason;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed checkpoint. */
class PocketPolicyTest {
  private static final SamplingOptions SAMPLING =
      SamplingOptions.of(PocketPolicy.MAX_NEW_TOKENS, 1, 3);

  @TempDir static Path folder;
  private static CausalLanguageModel model;

  @BeforeAll
  static void load() throws IOException {
    PocketPolicy.extractTo(folder.resolve("pocket"));
    model = CausalLanguageModel.load(folder.resolve("pocket"), EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldBeTheCheckpointThatItsRecordNames() throws IOException {
    PretrainRecord record = PocketPolicy.record();

    assertThat(record.settings()).isEqualTo(PretrainSettings.defaults());
    assertThat(model.identity().weightsSha256()).isEqualTo(record.files().get("model.safetensors"));
    assertThat(model.identity().tokenizerSha256()).isEqualTo(record.files().get("tokenizer.json"));
    for (Map.Entry<String, String> file : record.files().entrySet()) {
      byte[] bytes = Files.readAllBytes(folder.resolve("pocket").resolve(file.getKey()));
      assertThat(Identity.sha256(bytes)).as(file.getKey()).isEqualTo(file.getValue());
    }
  }

  @Test
  void shouldStaySmall() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("pocket"))) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(2_000_000);
    }
    assertThat(model.weights().count()).isLessThan(1_000_000);
  }

  @Test
  void shouldWriteReadableReviewsThatEnd() {
    List<SampledCompletion> completions = sample(SAMPLING);
    Set<String> known = new HashSet<>();
    PocketReviews reviews = new PocketReviews(1);
    LongStream.range(0, 5_000)
        .forEach(number -> known.addAll(Words.of(reviews.review(number).completion())));

    List<String> words = texts(completions).stream().flatMap(t -> Words.of(t).stream()).toList();
    assertThat(share(words.stream().filter(known::contains).count(), words.size()))
        .isGreaterThan(0.98);
    assertThat(share(ended(completions), completions.size())).isGreaterThan(0.95);
    assertThat(texts(completions)).allMatch(text -> text.startsWith(" "));
  }

  @Test
  void shouldTakeNoSideAndSeldomTie() {
    PhraseAttribute attribute = PhraseAttribute.ofReviews();
    List<Integer> some = texts(sample(SAMPLING)).stream().map(attribute::of).toList();
    List<Integer> others =
        texts(sample(SamplingOptions.of(PocketPolicy.MAX_NEW_TOKENS, 1, 4))).stream()
            .map(attribute::of)
            .toList();

    assertThat(some.stream().mapToInt(score -> score).average().orElseThrow()).isBetween(-0.5, 0.5);
    assertThat(WinRate.of(some, others).tieShare()).isLessThan(0.3);
  }

  @Test
  void shouldTieWithItselfOnEveryHeldOutPrompt() {
    PocketWinRate winRate = new PocketWinRate(model, SAMPLING);
    try (LoraAdapter unchanged = LoraAdapter.initialize(model, LoraConfig.of(4, 8), 1)) {
      Map<String, Double> metrics = winRate.measure(unchanged);

      assertThat(metrics)
          .containsEntry("eval_win_rate", 0.5)
          .containsEntry("eval_tie_share", 1.0)
          .containsEntry("eval_wins", 0.0)
          .containsEntry("eval_losses", 0.0)
          .containsEntry("eval_ties", (double) PocketWinRate.PROMPTS)
          .containsEntry("eval_distinct_3_ratio", 1.0);
      assertThat(metrics.get("eval_distinct_3")).isBetween(0.3, 1.0);
      assertThat(winRate.measure(unchanged)).isEqualTo(metrics);
    }
  }

  @Test
  void shouldLeaveAnExtractedCheckpointAloneAndRefuseAnother() throws IOException {
    Path again = folder.resolve("again");
    PocketPolicy.extractTo(again);
    PocketPolicy.extractTo(again);
    Files.writeString(again.resolve("config.json"), "{}");

    assertThatThrownBy(() -> PocketPolicy.extractTo(again))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining("SHA-256");
  }

  private static List<SampledCompletion> sample(SamplingOptions options) {
    List<int[]> prompts =
        new PocketPrompts()
            .heldOut().stream()
                .limit(200)
                .map(prompt -> model.tokenizer().encodePrompt(prompt.text()))
                .toList();
    List<Long> noiseKeys = LongStream.range(0, prompts.size()).boxed().toList();
    return model.sample(prompts, Adapter.none(), options, noiseKeys);
  }

  private static List<String> texts(List<SampledCompletion> completions) {
    return completions.stream().map(c -> model.tokenizer().decode(c.ids())).toList();
  }

  private static long ended(List<SampledCompletion> completions) {
    return completions.stream().filter(c -> c.finishReason() == FinishReason.STOP).count();
  }

  private static double share(long part, long all) {
    return (double) part / all;
  }
}
