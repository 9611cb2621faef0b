/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir Path folder;

  /** Holds a data folder until it is killed. */
  static final class Owner {
    public static void main(String[] arguments) throws InterruptedException {
      try (DataFolder held = DataFolder.open(Path.of(arguments[0]))) {
        System.out.println("holding " + held.path());
        new CountDownLatch(1).await();
      }
    }
  }

  @Test
  void shouldCreateWhatIsAbsentAndBeFreeAgainAfterClose() {
    Path path = folder.resolve("a/b");

    try (DataFolder data = DataFolder.open(path)) {
      assertThat(data.subfolder("broker")).isDirectory().hasParent(path);
    }
    try (DataFolder again = DataFolder.open(path)) {
      assertThat(again.path()).isEqualTo(path);
    }
  }

  @Test
  void shouldRefuseASecondOwnerAndOutliveAKilledOne() throws Exception {
    Process owner =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = owner.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("holding " + folder);

      assertThatThrownBy(() -> DataFolder.open(folder))
          .isInstanceOf(DataFolderException.class)
          .hasMessage(
              "data folder %s is already in use by process %d: stop that process, or choose another folder",
              folder, owner.pid());
    } finally {
      owner.destroyForcibly().waitFor();
    }

    try (DataFolder successor = DataFolder.open(folder)) {
      assertThat(successor.path()).isEqualTo(folder);
    }
  }

  @Test
  void shouldRefuseASecondOwnerInTheSameProcess() {
    try (DataFolder held = DataFolder.open(folder)) {
      assertThatThrownBy(() -> DataFolder.open(held.path()))
          .hasMessageContaining("is already in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void shouldRefuseAFolderThatCannotBeCreatedOrWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
        .isInstanceOf(DataFolderException.class)
        .hasMessageStartingWith("data folder %s can't be created".formatted(file.resolve("data")))
        .hasMessageEndingWith("choose a folder that this user may write");

    Files.createDirectory(folder.resolve(DataFolder.LOCK_FILE));
    assertThatThrownBy(() -> DataFolder.open(folder))
        .hasMessageStartingWith("data folder %s can't be written".formatted(folder));
  }
}
