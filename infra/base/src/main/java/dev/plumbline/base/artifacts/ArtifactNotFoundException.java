/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;

/** The store has no artifact of this digest. */
public final class ArtifactNotFoundException extends IOException {

  private static final long serialVersionUID = 1L;

  public ArtifactNotFoundException(ArtifactDigest digest, Object store) {
    super("artifact %s is not in the artifact store %s".formatted(digest, store));
  }
}
