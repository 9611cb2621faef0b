/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value as it was written, before its type is known, and the place where it was written. */
sealed interface Node {

  /** For example {@code plumbline.yaml:12} or {@code --set trainer.beta}. */
  String origin();

  /** A single value; the text is null where YAML says null. */
  record Scalar(@Nullable String text, String origin) implements Node {}

  record Sequence(List<Node> elements, String origin) implements Node {}

  record Mapping(Map<String, Node> entries, String origin) implements Node {}
}
