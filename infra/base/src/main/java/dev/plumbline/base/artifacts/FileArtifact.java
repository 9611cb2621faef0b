/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An artifact in a folder of its own. */
record FileArtifact(ArtifactDigest digest, ArtifactManifest manifest, Path location)
    implements Artifact {

  @Override
  public byte[] read(String name) throws IOException {
    ArtifactManifest.Entry entry =
        manifest
            .find(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "artifact %s has no file '%s', only %s"
                            .formatted(
                                digest,
                                name,
                                manifest.entries().stream()
                                    .map(ArtifactManifest.Entry::name)
                                    .toList())));
    byte[] content = Files.readAllBytes(requireSize(entry));
    requireSha256(entry, Sha256.of(content));
    return content;
  }

  @Override
  public void verify() throws IOException {
    for (ArtifactManifest.Entry entry : manifest.entries()) {
      requireSha256(entry, Sha256.of(requireSize(entry)));
    }
  }

  @Override
  public Path folder() throws IOException {
    verify();
    return location;
  }

  private Path requireSize(ArtifactManifest.Entry entry) throws IOException {
    Path file = location.resolve(entry.name());
    if (!Files.isRegularFile(file)) {
      throw new CorruptArtifactException(digest, entry.name(), "is missing");
    }
    long size = Files.size(file);
    if (size != entry.size()) {
      throw new CorruptArtifactException(
          digest, entry.name(), "has %d bytes, expected %d".formatted(size, entry.size()));
    }
    return file;
  }

  private void requireSha256(ArtifactManifest.Entry entry, String found) throws IOException {
    if (!found.equals(entry.sha256())) {
      throw new CorruptArtifactException(
          digest, entry.name(), "has SHA-256 %s, expected %s".formatted(found, entry.sha256()));
    }
  }
}
