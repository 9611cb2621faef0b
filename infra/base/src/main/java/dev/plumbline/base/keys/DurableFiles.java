/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import dev.plumbline.base.DurableFolders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Small files that are there whole or not at all, for their owner's eyes only. */
final class DurableFiles {
  static final String TEMPORARY_SUFFIX = ".incoming";

  static final String SHRED_SUFFIX = ".shred";

  private DurableFiles() {}

  /** Creates the folder, readable by its owner only where the file system can say so. */
  static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, owner("rwx------"));
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        DurableFolders.force(parent);
      }
    }
  }

  /** Puts a file in the place of whatever had its name. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            folder, file.getFileName() + ".", TEMPORARY_SUFFIX, owner("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      DurableFolders.force(folder);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Gives the file a second name, under which it is found once the first is another file's. */
  static void setAside(Path file, Path secondName) throws IOException {
    Files.deleteIfExists(secondName);
    Files.createLink(secondName, file);
    DurableFolders.force(file.toAbsolutePath().getParent());
  }

  /** Overwrites what the file holds before it deletes it. */
  static void shred(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      channel.force(true);
    }
    Files.delete(file);
    DurableFolders.force(file.toAbsolutePath().getParent());
  }

  private static FileAttribute<?>[] owner(String permissions) {
    Set<String> views = FileSystems.getDefault().supportedFileAttributeViews();
    return views.contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
