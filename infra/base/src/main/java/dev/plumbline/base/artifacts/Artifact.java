/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;
import java.nio.file.Path;

/** One stored artifact. Nothing is handed out whose digest has not been checked. */
public interface Artifact {

  ArtifactDigest digest();

  ArtifactManifest manifest();

  /**
   * The content of one file.
   *
   * @throws CorruptArtifactException naming the file, when it is absent or not what was stored
   * @throws IllegalArgumentException when the artifact has no file of this name
   */
  byte[] read(String name) throws IOException;

  /**
   * Verifies all files.
   *
   * @throws CorruptArtifactException naming the first bad file
   */
  void verify() throws IOException;

  /**
   * Verifies all files and returns the local folder that holds them under their names, for readers
   * that take a path. The folder must not be written to.
   */
  Path folder() throws IOException;
}
