/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Where the checkpoints, adapters and goldens are; their README says what they hold. */
public final class ReferenceResources {
  private static final String ROOT = "/dev/plumbline/lm/";

  private ReferenceResources() {}

  /**
   * @param name {@code checkpoints/llama}, {@code peft/llama-lora}, {@code goldens}
   */
  public static Path directory(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ReferenceResources.class.getResource(ROOT + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
