/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Prints nested facts for people: one line per fact, parts indented under their name. */
final class DescriptionText {
  private DescriptionText() {}

  static void print(ObjectNode description, PrintWriter out) {
    print(description, "", out);
  }

  private static void print(JsonNode object, String indent, PrintWriter out) {
    int width = object.properties().stream().mapToInt(e -> e.getKey().length()).max().orElse(0);
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getValue().isObject()) {
        out.println(indent + entry.getKey());
        print(entry.getValue(), indent + "  ", out);
      } else {
        String padding = " ".repeat(width - entry.getKey().length());
        out.println(indent + entry.getKey() + padding + "  " + value(entry.getValue()));
      }
    }
  }

  private static String value(JsonNode value) {
    if (value.isIntegralNumber()) {
      return String.format(Locale.ROOT, "%,d", value.longValue());
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(JsonNode::asText)
          .collect(Collectors.joining(", "));
    }
    return value.asText();
  }
}
