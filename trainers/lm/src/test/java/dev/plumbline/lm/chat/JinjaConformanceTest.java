/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Small templates of every construct, against jinja2 as transformers sets it up. */
final class JinjaConformanceTest {
  private static final JsonNode GOLDENS = Goldens.read("jinja-goldens.json");

  @TestFactory
  Stream<DynamicTest> shouldRenderWhatJinjaRenders() {
    return StreamSupport.stream(GOLDENS.get("snippets").spliterator(), false)
        .map(row -> dynamicTest(row.get("source").toString(), () -> check(row)));
  }

  private static void check(JsonNode row) {
    Map<String, Object> variables =
        Goldens.map(row.has("variables") ? row.get("variables") : GOLDENS.get("variables"));
    String source = row.get("source").asText();

    if (!row.has("error")) {
      assertThat(render(source, variables)).isEqualTo(row.get("text").asText());
      return;
    }
    ChatTemplateException error =
        catchThrowableOfType(ChatTemplateException.class, () -> render(source, variables));

    assertThat(error).as("jinja2 refuses: %s", row.get("message").asText()).isNotNull();
    if (row.has("line")) {
      assertThat(error.line()).as(error.getMessage()).isEqualTo(row.get("line").asInt());
    }
    if (row.has("raised")) {
      assertThat(error.reason()).isEqualTo(row.get("message").asText());
    }
  }

  private static String render(String source, Map<String, Object> variables) {
    return ChatTemplate.parse("snippet", source).render(variables, Goldens.clock(GOLDENS)).text();
  }
}
