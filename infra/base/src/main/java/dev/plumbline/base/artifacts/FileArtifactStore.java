/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import dev.plumbline.base.DurableFolders;
import dev.plumbline.base.FailPoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An artifact store in a folder: {@code <root>/<digest>/<files>} with the manifest beside the
 * files.
 *
 * <p>An artifact appears whole or not at all. Its files are written to a temporary folder beside,
 * each is forced to disk, then each folder, then the temporary folder is renamed to its final name
 * in one step and the root is forced. A crash leaves at most a temporary folder, which nobody
 * reads.
 *
 * <p>Announced steps: {@value #FILE_WRITTEN} after each file, {@value #BEFORE_RENAME}, {@value
 * #AFTER_RENAME}.
 */
public final class FileArtifactStore implements ArtifactStore {

  public static final String FILE_WRITTEN = "artifact.file-written";
  public static final String BEFORE_RENAME = "artifact.before-rename";
  public static final String AFTER_RENAME = "artifact.after-rename";

  static final String MANIFEST = "MANIFEST";
  static final String TEMPORARY_PREFIX = ".incoming-";

  private final Path root;
  private final FailPoint failPoint;

  private FileArtifactStore(Path root, FailPoint failPoint) {
    this.root = root;
    this.failPoint = failPoint;
  }

  /** A store that can be written; the folder is created when absent. */
  public static FileArtifactStore open(Path root) throws IOException {
    return open(root, FailPoint.NONE);
  }

  /**
   * A store that can be written and announces its steps.
   *
   * @throws IOException saying that the folder can't be written, when it can't
   */
  public static FileArtifactStore open(Path root, FailPoint failPoint) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.delete(Files.createTempDirectory(absolute, TEMPORARY_PREFIX));
    } catch (FileSystemException e) {
      throw new IOException(
          "artifact store %s can't be written (%s): choose a folder that this user may write"
              .formatted(
                  absolute, e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()),
          e);
    }
    return new FileArtifactStore(absolute, failPoint);
  }

  /**
   * A store that is only read; {@link #put} fails on it.
   *
   * @throws IOException when the folder does not exist
   */
  public static FileArtifactStore openForReading(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new IOException("artifact store %s is no folder".formatted(root.toAbsolutePath()));
    }
    return new FileArtifactStore(root.toAbsolutePath().normalize(), FailPoint.NONE);
  }

  @Override
  public ArtifactDigest put(Map<String, ArtifactContent> files) throws IOException {
    for (String name : files.keySet()) {
      requireAllowed(name);
    }
    Path temporary = Files.createTempDirectory(root, TEMPORARY_PREFIX);
    try {
      ArtifactManifest manifest = writeAll(temporary, files);
      publish(temporary, manifest.digest());
      return manifest.digest();
    } finally {
      DurableFolders.deleteTree(temporary);
    }
  }

  @Override
  public Artifact open(ArtifactDigest digest) throws IOException {
    if (!contains(digest)) {
      throw new ArtifactNotFoundException(digest, root);
    }
    Path manifestFile = location(digest).resolve(MANIFEST);
    if (!Files.isRegularFile(manifestFile)) {
      throw new CorruptArtifactException(digest, MANIFEST, "is missing");
    }
    String text = new String(Files.readAllBytes(manifestFile), StandardCharsets.UTF_8);
    ArtifactManifest manifest =
        ArtifactManifest.parse(text)
            .filter(parsed -> parsed.digest().equals(digest))
            .orElseThrow(
                () ->
                    new CorruptArtifactException(
                        digest, MANIFEST, "does not have the artifact's digest"));
    return new FileArtifact(digest, manifest, location(digest));
  }

  @Override
  public boolean contains(ArtifactDigest digest) {
    return Files.isDirectory(location(digest));
  }

  /**
   * Deletes what crashed puts have left behind.
   *
   * @param lastTouchedBefore younger leftovers are kept, for they may belong to a running put
   * @return how many were deleted
   */
  public int sweepTemporary(Instant lastTouchedBefore) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (Stream<Path> children = Files.list(root)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        if (child.getFileName().toString().startsWith(TEMPORARY_PREFIX)
            && Files.getLastModifiedTime(child).toInstant().isBefore(lastTouchedBefore)) {
          leftovers.add(child);
        }
      }
    }
    for (Path leftover : leftovers) {
      DurableFolders.deleteTree(leftover);
    }
    return leftovers.size();
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private Path location(ArtifactDigest digest) {
    return root.resolve(digest.hex());
  }

  private static void requireAllowed(String name) {
    ArtifactManifest.requireFileName(name);
    if (name.equals(MANIFEST)) {
      throw new IllegalArgumentException("the name %s is taken by the store".formatted(MANIFEST));
    }
  }

  private ArtifactManifest writeAll(Path folder, Map<String, ArtifactContent> files)
      throws IOException {
    List<ArtifactManifest.Entry> entries = new ArrayList<>();
    SortedSet<Path> folders = new TreeSet<>(Comparator.<Path>naturalOrder().reversed());
    folders.add(folder);
    for (Map.Entry<String, ArtifactContent> file : new TreeMap<>(files).entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      for (Path parent = path.getParent(); !parent.equals(folder); parent = parent.getParent()) {
        folders.add(parent);
      }
      entries.add(write(path, file.getKey(), file.getValue()));
      failPoint.reached(FILE_WRITTEN);
    }
    ArtifactManifest manifest = new ArtifactManifest(entries);
    byte[] text = manifest.text().getBytes(StandardCharsets.UTF_8);
    write(folder.resolve(MANIFEST), MANIFEST, ArtifactContent.of(text));
    for (Path each : folders) {
      DurableFolders.force(each);
    }
    return manifest;
  }

  private static ArtifactManifest.Entry write(Path path, String name, ArtifactContent content)
      throws IOException {
    MessageDigest digest = Sha256.newDigest();
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
      content.writeTo(out);
      out.flush();
      channel.force(true);
      return new ArtifactManifest.Entry(name, channel.size(), Sha256.hex(digest));
    }
  }

  private void publish(Path temporary, ArtifactDigest digest) throws IOException {
    if (!contains(digest)) {
      failPoint.reached(BEFORE_RENAME);
      try {
        Files.move(temporary, location(digest), StandardCopyOption.ATOMIC_MOVE);
        DurableFolders.force(root);
        failPoint.reached(AFTER_RENAME);
        return;
      } catch (FileSystemException e) {
        if (!contains(digest)) {
          throw e;
        }
      }
    }
    open(digest).verify();
    // Another process may have renamed it and died before it forced the root.
    DurableFolders.force(root);
  }
}
