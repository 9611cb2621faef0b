/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of one file; called exactly once per put. */
@FunctionalInterface
public interface ArtifactContent {

  void writeTo(OutputStream out) throws IOException;

  /** These bytes. */
  static ArtifactContent of(byte[] bytes) {
    return out -> out.write(bytes);
  }
}
