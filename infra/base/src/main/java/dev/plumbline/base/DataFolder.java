/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which one process keeps everything that must outlive it.
 *
 * <p>Held by an operating-system lock on {@value #LOCK_FILE}: a second process is refused, and a
 * killed owner leaves nothing behind that could refuse its successor. Safe for use by any thread.
 */
public final class DataFolder implements AutoCloseable {

  static final String LOCK_FILE = "plumbline.lock";

  private final Path path;
  private final FileChannel lockChannel;

  private DataFolder(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /**
   * Creates the folder when it is absent, makes sure it can be written, and takes its lock.
   *
   * @throws DataFolderException when the path is no folder, can't be written, or is in use
   */
  public static DataFolder open(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
    } catch (IOException e) {
      throw new DataFolderException(
          "data folder %s can't be created (%s): choose a folder that this user may write"
              .formatted(absolute, reason(e)),
          e);
    }
    return new DataFolder(absolute, lock(absolute));
  }

  /** The absolute path of this folder. */
  public Path path() {
    return path;
  }

  /** A folder of this name inside, created when absent. */
  public Path subfolder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new DataFolderException(
          "folder %s can't be created (%s)".formatted(path.resolve(name), reason(e)), e);
    }
  }

  /** Gives the folder back; what is in it stays. */
  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("lock of data folder %s".formatted(path), e);
    }
  }

  private static FileChannel lock(Path folder) {
    Path file = folder.resolve(LOCK_FILE);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new DataFolderException(
          "data folder %s can't be written (%s): choose a folder that this user may write"
              .formatted(folder, reason(e)),
          e);
    }
    try {
      if (tryLock(channel) == null) {
        String owner = Files.readString(file).strip();
        channel.close();
        throw new DataFolderException(
            "data folder %s is already in use by process %s: stop that process, or choose another folder"
                .formatted(folder, owner.isEmpty() ? "(unknown)" : owner),
            null);
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException e) {
      throw new DataFolderException(
          "data folder %s can't be locked (%s)".formatted(folder, reason(e)), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
