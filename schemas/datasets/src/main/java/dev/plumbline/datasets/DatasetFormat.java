/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The layouts of preference files that can be read, told apart by the keys of a row. */
public enum DatasetFormat {
  /** TRL's preference type: prompt (may be implicit), chosen, rejected; texts or message lists. */
  TRL_PAIRWISE,
  /** OpenAI's preference file: input.messages, preferred_output, non_preferred_output. */
  OPENAI_PREFERENCE,
  /** PandaLM's layout: instruction, input, response1, response2, annotator1 to annotatorN. */
  NAMED_ANNOTATORS;

  /** The first format all of whose keys the row has. */
  static Optional<DatasetFormat> detect(JsonNode row) {
    return Arrays.stream(values())
        .filter(format -> format.keys().stream().allMatch(row::has))
        .findFirst();
  }

  static String expectations() {
    return Arrays.stream(values())
        .map(format -> String.join(", ", format.keys()))
        .collect(Collectors.joining("; or "));
  }

  RowLayout layout() {
    return switch (this) {
      case TRL_PAIRWISE -> new TrlPairwise();
      case OPENAI_PREFERENCE -> new OpenAiPreference();
      case NAMED_ANNOTATORS -> new NamedAnnotators();
    };
  }

  private List<String> keys() {
    return switch (this) {
      case TRL_PAIRWISE -> List.of("chosen", "rejected");
      case OPENAI_PREFERENCE -> List.of("input", "preferred_output", "non_preferred_output");
      case NAMED_ANNOTATORS -> List.of("instruction", "response1", "response2", "annotator1");
    };
  }
}
