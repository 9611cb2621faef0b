/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Templates of published models over many conversations, against transformers. */
final class ChatTemplateGoldenTest {
  private static final JsonNode GOLDENS = Goldens.read("chat-goldens.json");

  @TestFactory
  Stream<DynamicTest> shouldRenderWhatTransformersRenders() {
    return StreamSupport.stream(GOLDENS.get("renderings").spliterator(), false)
        .map(
            row ->
                dynamicTest(
                    row.get("template").asText() + ": " + row.get("conversation").asText(),
                    () -> check(row)));
  }

  private static void check(JsonNode row) {
    String file = row.get("template").asText();
    ChatTemplate template = ChatTemplate.parse(file, Goldens.text(file));
    ChatRequest request =
        request(GOLDENS.get("conversations").get(row.get("conversation").asText()));

    if (row.has("error")) {
      assertThatThrownBy(() -> render(template, request))
          .isInstanceOf(ChatTemplateException.class)
          .hasMessageStartingWith(file + ":");
      return;
    }
    RenderedChat rendered = render(template, request);

    assertThat(rendered.text()).isEqualTo(row.get("text").asText());
    assertThat(rendered.assistantSpans().stream().map(s -> codePoints(rendered, s)).toList())
        .isEqualTo(
            StreamSupport.stream(row.get("spans").spliterator(), false)
                .map(span -> new Span(span.get(0).asInt(), span.get(1).asInt()))
                .toList());
  }

  private static ChatRequest request(JsonNode conversation) {
    return new ChatRequest(
        Goldens.maps(conversation.get("messages")),
        conversation.has("tools") ? Goldens.maps(conversation.get("tools")) : null,
        conversation.path("add_generation_prompt").asBoolean(),
        Goldens.map(conversation.path("variables")));
  }

  private static RenderedChat render(ChatTemplate template, ChatRequest request) {
    Map<String, String> specialTokens = new LinkedHashMap<>();
    Goldens.map(GOLDENS.get("special_tokens"))
        .forEach((name, token) -> specialTokens.put(name, (String) token));
    return template.render(request, specialTokens, Goldens.clock(GOLDENS));
  }

  // Python counts code points.
  private static Span codePoints(RenderedChat rendered, Span span) {
    String text = rendered.text();
    return new Span(text.codePointCount(0, span.start()), text.codePointCount(0, span.end()));
  }

  @Test
  void shouldTestTheTemplatesThatTheGoldensWereMadeFrom() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Map<String, Object> templates = Goldens.map(GOLDENS.get("templates_sha256"));
    for (String file : templates.keySet()) {
      byte[] bytes = Goldens.text(file).getBytes(StandardCharsets.UTF_8);
      assertThat(HexFormat.of().formatHex(digest.digest(bytes)))
          .as(file)
          .isEqualTo(templates.get(file));
    }
    assertThat(templates.keySet()).hasSize(6);
    assertThat(List.of(GOLDENS.get("renderings"))).isNotEmpty();
  }
}
