/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.CorruptArtifactException;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.BaseModel;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersion.Learned;
import dev.plumbline.events.PolicyVersion.Observed;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.feeds.CompletionSource.Draw;
import dev.plumbline.feeds.CompletionSource.DrawnCompletion;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.NextTokenLoss;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LanguageModelCompletionsTest {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  private static final List<Draw> DRAWS =
      List.of(new Draw("the cat sat", 1), new Draw("the cat sat", 2), new Draw("the dog", 3));

  private static CausalLanguageModel model;

  @TempDir Path folder;
  private FileArtifactStore artifacts;
  private LanguageModelCompletions completions;

  @BeforeAll
  static void load() {
    byte[] tokenizer =
        ByteBpeTrainer.train(List.of("the cat sat on the mat, and the dog sat on the log"), 280);
    model = CausalLanguageModel.initialize("tiny", CONFIG, tokenizer, 7, EngineOptions.defaults());
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @BeforeEach
  void open() throws IOException {
    artifacts = FileArtifactStore.open(folder);
    completions =
        new LanguageModelCompletions(
            model, artifacts, Fixtures.settings(SamplerSettings.class, "max_new_tokens=12"));
  }

  @Test
  void shouldDrawTheSameTextsForTheSameNoiseWithALogProbabilityPerToken() {
    List<DrawnCompletion> once = completions.draw(DRAWS);

    assertThat(completions.draw(DRAWS)).isEqualTo(once);
    assertThat(once.get(0)).isNotEqualTo(once.get(1));
    assertThat(once)
        .allSatisfy(
            drawn -> {
              assertThat(drawn.tokenLogProbs()).hasSameSizeAs(drawn.tokenIds());
              assertThat(drawn.tokenLogProbs()).allMatch(logProb -> logProb <= 0);
            });
  }

  @Test
  void shouldGiveTheTokensAsSampledToTheEnd() {
    var options = new SamplingOptions(12, 1, 0, 1, 1);
    List<int[]> prompts =
        DRAWS.stream().map(draw -> model.tokenizer().encodePrompt(draw.prompt())).toList();
    List<SampledCompletion> sampled =
        model.sample(prompts, Adapter.none(), options, DRAWS.stream().map(Draw::noiseKey).toList());

    List<DrawnCompletion> drawn = completions.draw(DRAWS);

    for (int i = 0; i < sampled.size(); i++) {
      assertThat(drawn.get(i).tokenIds())
          .containsExactly(IntStream.of(sampled.get(i).ids()).boxed().toArray(Integer[]::new));
      assertThat(drawn.get(i).tokenLogProbs().getLast())
          .isEqualTo((float) sampled.get(i).logProbs()[sampled.get(i).ids().length - 1]);
    }
  }

  @Test
  void shouldLeaveOutLogProbabilitiesThatTokensWereNotDrawnWith() {
    var sharpened =
        new LanguageModelCompletions(
            model, artifacts, Fixtures.settings(SamplerSettings.class, "temperature=0.5"));

    assertThat(sharpened.draw(DRAWS))
        .allSatisfy(drawn -> assertThat(drawn.tokenIds()).isNotEmpty())
        .allSatisfy(drawn -> assertThat(drawn.tokenLogProbs()).isEmpty());
  }

  @Test
  void shouldAnswerAsTheVersionInUse() throws IOException {
    List<DrawnCompletion> base = completions.draw(DRAWS);

    completions.use(version(trainedAdapter()));
    List<DrawnCompletion> adapted = completions.draw(DRAWS);
    completions.close();

    assertThat(adapted).isNotEqualTo(base);
    assertThat(completions.draw(DRAWS)).as("closed: the base again").isEqualTo(base);
  }

  @Test
  void shouldRefuseAnAdapterWhoseBytesAreNotThoseOfItsDigest() throws IOException {
    PolicyVersion version = version(trainedAdapter());
    Path weights =
        folder.resolve(version.learned().artifactDigest()).resolve(PeftDirectory.WEIGHTS_FILE);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    assertThatThrownBy(() -> completions.use(version))
        .hasRootCauseInstanceOf(CorruptArtifactException.class);
  }

  @Test
  void shouldRefuseAVersionOfAnotherBaseModelAndNameBoth() throws IOException {
    PolicyVersion version = version(trainedAdapter(), new BaseModel("other", "w", "t"));

    assertThatThrownBy(() -> completions.use(version))
        .isInstanceOf(OtherBaseModelException.class)
        .hasMessageContainingAll("assistant@000001", "'other'", "'tiny'");
  }

  @Test
  void shouldSayWhetherAPromptLeavesRoomForAnAnswer() {
    assertThat(completions.fits("the cat")).isTrue();
    assertThat(completions.fits("zebra ".repeat(40))).isFalse();
  }

  private PolicyVersion version(ArtifactDigest digest) {
    var identity = model.identity();
    return version(
        digest, new BaseModel("tiny", identity.weightsSha256(), identity.tokenizerSha256()));
  }

  private static PolicyVersion version(ArtifactDigest digest, BaseModel base) {
    return new PolicyVersion(
        new PolicyVersionId("assistant", 1),
        "assistant",
        new Learned(
            null,
            digest.hex(),
            List.of(),
            "hash",
            new ExampleCounts(0, 0, 0, 0, 0, 0, 0),
            0,
            Map.of(),
            "dpo",
            "config",
            base,
            "engine",
            0),
        new Observed(Cluster.ACCEPTED, null, Map.of()));
  }

  /** Stores an adapter that has learned enough to answer otherwise than the base. */
  private ArtifactDigest trainedAdapter() throws IOException {
    List<TokenRow> rows = List.of(new TokenRow(new int[] {1, 10, 20, 30, 40, 50}, 1));
    try (LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 3);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.05), adapter.parameters())) {
      for (int step = 0; step < 5; step++) {
        try (var pass = model.forward(rows, adapter);
            var gradients =
                pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
          optimizer.step(gradients);
        }
      }
      return artifacts.put(
          PeftDirectory.write(adapter, "tiny", "card").entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey, file -> ArtifactContent.of(file.getValue()))));
    }
  }
}
