/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.FailPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest {

  private static final Map<String, ArtifactContent> FILES =
      Map.of(
          "adapter_config.json", content("{}"),
          "adapter_model.safetensors", content("weights"),
          "state/optimizer.safetensors", content("moments"));

  @TempDir Path folder;
  private FileArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = FileArtifactStore.open(folder.resolve("artifacts"));
  }

  @Test
  void shouldNameAnArtifactByItsSortedManifest() throws IOException {
    ArtifactDigest digest = store.put(FILES);

    String manifest =
        """
        adapter_config.json\t2\t44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
        adapter_model.safetensors\t7\t%s
        state/optimizer.safetensors\t7\t%s
        """
            .formatted(Sha256.of("weights".getBytes(UTF_8)), Sha256.of("moments".getBytes(UTF_8)));
    assertThat(digest.hex()).isEqualTo(Sha256.of(manifest.getBytes(UTF_8)));
  }

  @Test
  void shouldReadBackWhatWasPut() throws IOException {
    Artifact artifact = store.open(store.put(FILES));

    assertThat(artifact.read("adapter_model.safetensors")).asString(UTF_8).isEqualTo("weights");
    assertThat(artifact.folder().resolve("state/optimizer.safetensors")).hasContent("moments");
    assertThat(artifact.manifest().entries()).hasSize(3);
    assertThatThrownBy(() -> artifact.read("README.md"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no file 'README.md', only [adapter_config.json,");
  }

  @Test
  void shouldLeaveAnExistingArtifactUntouched() throws IOException {
    ArtifactDigest digest = store.put(FILES);
    Path file = store.open(digest).folder().resolve("adapter_config.json");
    FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(file, longAgo);

    assertThat(store.put(FILES)).isEqualTo(digest);

    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    assertThat(childrenOfRoot()).containsExactly(digest.hex());
  }

  @Test
  void shouldNameTheFileThatWasDamaged() throws IOException {
    ArtifactDigest digest = store.put(FILES);
    Artifact artifact = store.open(digest);
    Path weights = artifact.folder().resolve("adapter_model.safetensors");

    Files.writeString(weights, "weighty");
    assertThatThrownBy(artifact::verify)
        .isInstanceOf(CorruptArtifactException.class)
        .hasMessageContaining(digest.hex())
        .hasMessageContaining("file 'adapter_model.safetensors' has SHA-256");
    assertThatThrownBy(() -> artifact.read("adapter_model.safetensors"))
        .isInstanceOf(CorruptArtifactException.class);
    assertThat(artifact.read("adapter_config.json")).hasSize(2);

    Files.writeString(weights, "weight");
    assertThatThrownBy(artifact::folder)
        .hasMessageEndingWith("file 'adapter_model.safetensors' has 6 bytes, expected 7");

    Files.delete(weights);
    assertThatThrownBy(() -> store.put(FILES))
        .hasMessageEndingWith("file 'adapter_model.safetensors' is missing");
  }

  @Test
  void shouldRefuseADamagedManifestAndAnUnknownDigest() throws IOException {
    ArtifactDigest digest = store.put(FILES);
    Path manifest = store.open(digest).folder().resolve(FileArtifactStore.MANIFEST);

    Files.writeString(manifest, "adapter_config.json\n");
    assertThatThrownBy(() -> store.open(digest))
        .isInstanceOf(CorruptArtifactException.class)
        .hasMessageContaining("file 'MANIFEST'");

    ArtifactDigest unknown = new ArtifactDigest("0".repeat(64));
    assertThatThrownBy(() -> store.open(unknown)).isInstanceOf(ArtifactNotFoundException.class);
  }

  @Test
  void shouldStoreOneArtifactWhenManyPutTheSameAtOnce() throws Exception {
    int writers = 4;
    CyclicBarrier allReadyToRename = new CyclicBarrier(writers);
    FailPoint meet =
        step -> {
          if (step.equals(FileArtifactStore.BEFORE_RENAME)) {
            try {
              allReadyToRename.await();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        };
    FileArtifactStore shared = FileArtifactStore.open(folder.resolve("artifacts"), meet);
    List<Future<ArtifactDigest>> puts;
    try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
      Callable<ArtifactDigest> put = () -> shared.put(FILES);
      puts = executor.invokeAll(List.of(put, put, put, put));
    }

    ArtifactDigest digest = puts.getFirst().get();
    for (Future<ArtifactDigest> put : puts) {
      assertThat(put.get()).isEqualTo(digest);
    }
    assertThat(childrenOfRoot()).containsExactly(digest.hex());
    shared.open(digest).verify();
  }

  @Test
  void shouldAnnounceItsStepsInOrder() throws IOException {
    List<String> steps = new ArrayList<>();

    FileArtifactStore.open(folder.resolve("announced"), steps::add).put(FILES);

    assertThat(steps)
        .containsExactly(
            "artifact.file-written",
            "artifact.file-written",
            "artifact.file-written",
            "artifact.before-rename",
            "artifact.after-rename");
  }

  @Test
  void shouldIgnoreAndSweepWhatACrashLeftBehind() throws IOException {
    Path root = folder.resolve("artifacts");
    Path leftover = Files.createDirectory(root.resolve(".incoming-17"));
    Files.writeString(leftover.resolve("adapter_model.safetensors"), "weig");

    ArtifactDigest digest = store.put(FILES);

    Instant touched = Files.getLastModifiedTime(leftover).toInstant();
    assertThat(store.sweepTemporary(touched)).isZero();
    assertThat(store.sweepTemporary(touched.plusSeconds(1))).isEqualTo(1);
    assertThat(childrenOfRoot()).containsExactly(digest.hex());
    store.open(digest).verify();
  }

  @Test
  void shouldLeaveNothingBehindWhenAContentFails() throws IOException {
    assertThatThrownBy(
            () ->
                store.put(
                    Map.of(
                        "weights",
                        out -> {
                          throw new IOException("out of weights");
                        })))
        .hasMessage("out of weights");

    assertThat(childrenOfRoot()).isEmpty();
  }

  @Test
  void shouldRefuseAFolderThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> FileArtifactStore.open(file.resolve("artifacts")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("artifact store " + file.resolve("artifacts") + " can't be written");
    assertThatThrownBy(() -> FileArtifactStore.openForReading(file))
        .hasMessage("artifact store %s is no folder", file);
  }

  @Test
  void shouldRefuseNamesThatLeaveTheArtifact() {
    for (String name : List.of("../weights", "/weights", "a//b", ".hidden", "", "a\tb")) {
      assertThatThrownBy(() -> store.put(Map.of(name, content("x"))))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.put(Map.of("MANIFEST", content("x"))))
        .hasMessage("the name MANIFEST is taken by the store");
    assertThatThrownBy(() -> store.put(Map.of()))
        .hasMessage("an artifact has at least one file, but none was given");
  }

  private List<String> childrenOfRoot() throws IOException {
    try (Stream<Path> children = Files.list(folder.resolve("artifacts"))) {
      return children.map(child -> child.getFileName().toString()).toList();
    }
  }

  private static ArtifactContent content(String text) {
    return ArtifactContent.of(text.getBytes(UTF_8));
  }
}
