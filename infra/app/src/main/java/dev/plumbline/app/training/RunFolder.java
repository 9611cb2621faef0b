/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.base.DurableFolders;
import dev.plumbline.base.FailPoint;
import dev.plumbline.base.runs.RunLog;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of a run: checkpoints as {@code checkpoint-<step>} folders, the policy's files at the
 * end beside them.
 *
 * <p>A checkpoint appears whole or not at all: its files are written to a temporary folder and
 * forced to disk, then the folder is renamed in one step. The last file of a finished run, {@value
 * #RESULTS_FILE}, is written when everything else is durable.
 *
 * <p>Announced steps: {@value #FILE_WRITTEN} after each file, {@value #BEFORE_RENAME} and {@value
 * #AFTER_RENAME} of a checkpoint.
 */
final class RunFolder {
  static final String RESULTS_FILE = "train_results.json";
  static final String FILE_WRITTEN = "checkpoint.file-written";
  static final String BEFORE_RENAME = "checkpoint.before-rename";
  static final String AFTER_RENAME = "checkpoint.after-rename";

  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})");
  private static final Pattern OF_A_RUN =
      Pattern.compile(
          "checkpoint-\\d+|metrics\\.jsonl|texts\\.jsonl|events\\.out\\.tfevents\\..*|report\\.html|train_results\\.json"
              + "|adapter_config\\.json|adapter_model\\.safetensors|README\\.md|config\\.json|generation_config\\.json"
              + "|model.*\\.safetensors|model\\.safetensors\\.index\\.json|tokenizer.*\\.json");
  private static final String TEMPORARY_PREFIX = ".incoming-";

  private final Path root;
  private final FailPoint failPoint;

  private RunFolder(Path root, FailPoint failPoint) {
    this.root = root;
    this.failPoint = failPoint;
  }

  /**
   * Opens a folder, which is created when absent, and deletes what writes that were cut off have
   * left in it.
   *
   * @throws UncheckedIOException saying that it can't be written, when it can't
   */
  static RunFolder open(Path root, FailPoint failPoint) {
    Path absolute = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.delete(Files.createTempDirectory(absolute, TEMPORARY_PREFIX));
      RunFolder folder = new RunFolder(absolute, failPoint);
      for (Path leftover : folder.children(TEMPORARY_PREFIX)) {
        DurableFolders.deleteTree(leftover);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "output_dir: %s can't be written (%s): choose a folder that this user may write"
              .formatted(absolute, e),
          e);
    }
  }

  Path root() {
    return root;
  }

  /** Whether it is the folder of that path. */
  boolean isSameAs(Path other) {
    try {
      return Files.exists(other) && Files.isSameFile(root, other);
    } catch (IOException e) {
      throw new UncheckedIOException("output_dir: %s can't be read: %s".formatted(root, e), e);
    }
  }

  /** Whether anything is in it. */
  boolean isEmpty() {
    return list().isEmpty();
  }

  /** Whether a run has begun in it. */
  boolean hasRun() {
    return Files.exists(root.resolve(RunLog.METRICS_FILE)) || !checkpoints().isEmpty();
  }

  /** Whether the run in it has come to its end. */
  boolean isFinished() {
    return Files.exists(root.resolve(RESULTS_FILE));
  }

  /** The checkpoint of the highest step. */
  Optional<Path> latestCheckpoint() {
    SortedMap<Long, Path> checkpoints = checkpoints();
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.lastEntry().getValue());
  }

  /**
   * Writes a checkpoint, in place of one of the same step if there is one.
   *
   * @param files by name; folders in names are joined by slashes
   * @param keep how many of the newest checkpoints stay
   */
  void writeCheckpoint(long step, Map<String, byte[]> files, int keep) {
    Path target = root.resolve("checkpoint-" + step);
    try {
      Path temporary = Files.createDirectory(root.resolve(TEMPORARY_PREFIX + "files"));
      for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
        Path path = temporary.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        write(path, file.getValue());
        DurableFolders.force(path.getParent());
        failPoint.reached(FILE_WRITTEN);
      }
      DurableFolders.force(temporary);
      failPoint.reached(BEFORE_RENAME);
      DurableFolders.deleteTree(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFolders.force(root);
      failPoint.reached(AFTER_RENAME);
      SortedMap<Long, Path> checkpoints = checkpoints();
      while (checkpoints.size() > keep) {
        DurableFolders.deleteTree(checkpoints.pollFirstEntry().getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint %s can't be written: %s".formatted(target, e), e);
    }
  }

  /**
   * Reads all files of a checkpoint.
   *
   * @throws UncheckedIOException when one can't be read
   */
  static SortedMap<String, byte[]> read(Path checkpoint) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(checkpoint)) {
      for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
        String name = checkpoint.relativize(file).toString().replace(File.separatorChar, '/');
        files.put(name, Files.readAllBytes(file));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint %s can't be read: %s".formatted(checkpoint, e), e);
    }
  }

  /** Writes the policy's files, then the results, which say that the run is finished. */
  void finish(Map<String, byte[]> policy, byte[] results) {
    try {
      for (Map.Entry<String, byte[]> file : new TreeMap<>(policy).entrySet()) {
        replace(file.getKey(), file.getValue());
      }
      DurableFolders.force(root);
      replace(RESULTS_FILE, results);
      DurableFolders.force(root);
    } catch (IOException e) {
      throw new UncheckedIOException("output_dir: %s can't be written: %s".formatted(root, e), e);
    }
  }

  /** Deletes the run that is in it: its log, its checkpoints and the policy's files. */
  void clear() {
    try {
      for (Path child : list()) {
        if (OF_A_RUN.matcher(child.getFileName().toString()).matches()) {
          DurableFolders.deleteTree(child);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("output_dir: %s can't be cleared: %s".formatted(root, e), e);
    }
  }

  private void replace(String name, byte[] bytes) throws IOException {
    Path temporary = Files.createDirectory(root.resolve(TEMPORARY_PREFIX + "files"));
    write(temporary.resolve(name), bytes);
    Files.move(
        temporary.resolve(name),
        root.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Files.delete(temporary);
  }

  private SortedMap<Long, Path> checkpoints() {
    SortedMap<Long, Path> byStep = new TreeMap<>();
    for (Path child : list()) {
      Matcher name = CHECKPOINT.matcher(child.getFileName().toString());
      if (name.matches()) {
        byStep.put(Long.parseLong(name.group(1)), child);
      }
    }
    return byStep;
  }

  private List<Path> children(String prefix) {
    return list().stream()
        .filter(child -> child.getFileName().toString().startsWith(prefix))
        .toList();
  }

  private List<Path> list() {
    try (Stream<Path> children = Files.list(root)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("output_dir: %s can't be read: %s".formatted(root, e), e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
