/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Defaults that fit the model at hand. The pocket policy is a thousand times smaller than the
 * models that the general defaults are for, and learns at rates that would ruin those.
 */
final class Defaults {
  private Defaults() {}

  /** Returns YAML: the pocket policy's defaults, unless another model is named. */
  static String of(CommonOptions options) {
    return options.hasModel() ? "" : resource("pocket.yaml");
  }

  /** Returns YAML: defaults for learning from a file with a model of one's own. */
  static String ofReplay() {
    return resource("replay.yaml");
  }

  private static String resource(String name) {
    try (InputStream in = Defaults.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
