/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.events.Identity;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PocketPretrainingTest {
  private static final PretrainSettings SHORT =
      new PretrainSettings(5, 512, 100, 16, 24, 1, 2, 8, 4, 0.01);

  @TempDir Path folder;

  @Test
  void shouldMakeEqualBytesFromEqualSettings() throws IOException {
    PretrainRecord record = pretrain(SHORT, folder.resolve("once"));
    pretrain(SHORT, folder.resolve("again"));

    assertThat(digests("again")).isEqualTo(digests("once"));
    assertThat(digests("once")).containsAllEntriesOf(record.files());
    assertThat(record.files().keySet())
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
  }

  @Test
  void shouldMakeOtherWeightsFromAnotherSeed() throws IOException {
    PretrainSettings other = new PretrainSettings(6, 512, 100, 16, 24, 1, 2, 8, 4, 0.01);

    assertThat(pretrain(other, folder.resolve("other")).files().get("model.safetensors"))
        .isNotEqualTo(pretrain(SHORT, folder.resolve("one")).files().get("model.safetensors"));
  }

  @Test
  void shouldRecordHowTheCheckpointWasMade() throws IOException {
    PretrainRecord record = pretrain(SHORT, folder.resolve("m"));
    byte[] json = Files.readAllBytes(folder.resolve("m").resolve(PretrainRecord.FILE));

    assertThat(PretrainRecord.fromJson(json)).isEqualTo(record);
    assertThat(record.settings()).isEqualTo(SHORT);
    assertThat(record.lossCurve()).hasSize(8);
    assertThat(record.lossCurve().getLast().loss())
        .isLessThan(record.lossCurve().getFirst().loss());
  }

  @Test
  void shouldWriteADirectoryThatLoads() throws IOException {
    pretrain(SHORT, folder.resolve("m"));

    try (CausalLanguageModel model =
        CausalLanguageModel.load(folder.resolve("m"), EngineOptions.defaults())) {
      assertThat(model.config().maxPositions()).isEqualTo(PretrainSettings.MAX_POSITIONS);
    }
  }

  @Test
  void shouldRefuseAFolderWithSomethingInIt() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> pretrain(SHORT, folder))
        .isInstanceOf(DirectoryNotEmptyException.class)
        .hasMessageContaining("expected an empty or absent folder");
  }

  @Test
  void shouldRefuseAWidthThatHeadsCannotShare() {
    assertThatThrownBy(() -> new PretrainSettings(1, 320, 50, 18, 24, 1, 4, 8, 4, 0.01))
        .hasMessageContaining("hidden_size must be a multiple of twice attention_heads");
  }

  private static PretrainRecord pretrain(PretrainSettings settings, Path directory)
      throws IOException {
    try (Progress progress =
        Progress.start(
            "pretrain",
            "steps",
            OptionalLong.of(settings.steps()),
            ProgressStyle.LINES,
            new PrintStream(OutputStream.nullOutputStream()),
            InstantSource.fixed(Instant.EPOCH))) {
      return new PocketPretraining(settings).writeTo(directory, EngineOptions.defaults(), progress);
    }
  }

  private Map<String, String> digests(String name) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      for (Path file : files.toList()) {
        digests.put(file.getFileName().toString(), Identity.sha256(Files.readAllBytes(file)));
      }
    }
    return digests;
  }
}
