/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.util.regex.Pattern;

/**
 * The name of an artifact: the SHA-256 of its {@link ArtifactManifest}.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ArtifactDigest(String hex) {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public ArtifactDigest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "an artifact digest is 64 lower-case hexadecimal digits, but was '%s'".formatted(hex));
    }
  }

  /** The first twelve digits, enough for people to tell artifacts apart. */
  public String shortForm() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }
}
