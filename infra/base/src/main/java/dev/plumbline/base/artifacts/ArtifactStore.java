/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;
import java.util.Map;

/**
 * Keeps immutable artifacts under the digest of their content. Safe for use by any thread and by
 * several processes at once.
 */
public interface ArtifactStore {

  /**
   * Stores an artifact. When this returns, every byte of it is durable. An artifact that is already
   * there is left untouched and verified, so that storing twice is harmless.
   *
   * @param files contents by relative path
   * @return the digest that {@link ArtifactManifest} defines
   * @throws CorruptArtifactException when the artifact is already there, but damaged
   */
  ArtifactDigest put(Map<String, ArtifactContent> files) throws IOException;

  /**
   * Opens an artifact after checking its manifest against the digest. The content of each file is
   * checked when it is read; {@link Artifact#verify} checks all of them at once.
   *
   * @throws ArtifactNotFoundException when the store has no such artifact
   * @throws CorruptArtifactException when the manifest is damaged
   */
  Artifact open(ArtifactDigest digest) throws IOException;

  /** Whether the store has this artifact; says nothing about its health. */
  boolean contains(ArtifactDigest digest) throws IOException;
}
