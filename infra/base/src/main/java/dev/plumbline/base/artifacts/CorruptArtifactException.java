/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;

/** An artifact is not what its digest says; the message names the file and the difference. */
public final class CorruptArtifactException extends IOException {

  private static final long serialVersionUID = 1L;

  public CorruptArtifactException(ArtifactDigest digest, String file, String difference) {
    super("artifact %s is damaged: file '%s' %s".formatted(digest, file, difference));
  }
}
