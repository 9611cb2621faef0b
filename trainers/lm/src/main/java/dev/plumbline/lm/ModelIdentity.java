/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.ArrayList;
import java.util.List;

/**
 * Which base model and tokenizer a lineage is built on. Digests are lower-case hexadecimal SHA-256
 * of the file bytes.
 *
 * @param weightsSha256 of {@code model.safetensors}; of shards, the digest of their listing as
 *     {@code sha256sum} prints it
 * @param tokenizerSha256 of {@code tokenizer.json}
 * @param configSha256 of {@code config.json}
 * @param name for people: the folder's name
 */
public record ModelIdentity(
    String weightsSha256, String tokenizerSha256, String configSha256, String name) {

  /**
   * Refuses to continue a lineage on another base: compares the three digests (names may differ).
   *
   * @throws IllegalArgumentException naming both models and each file that differs
   */
  public void requireSame(ModelIdentity other) {
    List<String> different = new ArrayList<>();
    compare("weights", weightsSha256, other.weightsSha256, different);
    compare("tokenizer", tokenizerSha256, other.tokenizerSha256, different);
    compare("config", configSha256, other.configSha256, different);
    if (!different.isEmpty()) {
      throw new IllegalArgumentException(
          "the lineage is built on '%s', but the model given is '%s': %s"
              .formatted(name, other.name, String.join(", ", different)));
    }
  }

  private static void compare(String what, String ours, String theirs, List<String> different) {
    if (!ours.equals(theirs)) {
      different.add("%s %.12s differs from %.12s".formatted(what, ours, theirs));
    }
  }
}
