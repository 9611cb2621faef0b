/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletion;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import dev.plumbline.lm.text.TokenizedText;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.lm.text.TruncationMode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where TRL ends prompts and begins completions, and what it cuts. */
final class CompletionBoundaryGoldenTest {
  private static final JsonNode GOLDENS = Goldens.read("boundary-goldens.json");

  private static Tokenizer tokenizer;

  @BeforeAll
  static void read() {
    tokenizer = Tokenizer.of(Goldens.text("chat-tokenizer.json").getBytes(UTF_8), 1, 2);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldSeparatePlainPromptsFromCompletionsAsTrlDoes() {
    CompletionEncoder encoder = new CompletionEncoder(tokenizer, SpecialText.TOKENS);

    for (JsonNode golden : GOLDENS.get("plain")) {
      JsonNode example = golden.get("example");
      check(
          golden,
          encoder.encode(
              example.get("prompt").asText(),
              List.of(example.get("chosen").asText(), example.get("rejected").asText())));
    }
  }

  @Test
  void shouldSeparateConversationsAsTrlDoes() {
    for (JsonNode golden : GOLDENS.get("chats")) {
      JsonNode example = golden.get("example");
      ChatEncoder encoder = new ChatEncoder(templates(golden), tokenizer, Clock.systemUTC());
      ChatRequest prompt =
          new ChatRequest(
              Goldens.maps(example.get("prompt")),
              example.has("tools") ? Goldens.maps(example.get("tools")) : null,
              false,
              Goldens.map(example.path("chat_template_kwargs")));

      check(
          golden,
          encoder.encode(
              prompt,
              List.of(Goldens.maps(example.get("chosen")), Goldens.maps(example.get("rejected")))));
    }
  }

  private static ChatTemplates templates(JsonNode golden) {
    Map<String, String> specialTokens = new LinkedHashMap<>();
    Goldens.map(GOLDENS.get("special_tokens"))
        .forEach((name, token) -> specialTokens.put(name, (String) token));
    String file = golden.get("template").asText();
    return ChatTemplates.of(ChatTemplate.parse(file, Goldens.text(file)), specialTokens);
  }

  private static void check(JsonNode golden, PromptCompletions encoded) {
    String example = golden.get("example").toString();
    assertThat(encoded.promptIds()).as(example).isEqualTo(ids(golden.get("prompt_ids")));
    assertThat(encoded.completionIds())
        .as(example)
        .containsExactly(
            ids(golden.get("completion_ids").get(0)), ids(golden.get("completion_ids").get(1)));
    for (JsonNode row : golden.get("truncated")) {
      Optional<List<PromptCompletion>> kept =
          encoded.truncated(
              TruncationMode.valueOf(row.get("mode").asText().toUpperCase(Locale.ROOT)),
              row.get("max_length").asInt());
      assertThat(kept.isEmpty())
          .as("%s, dropped in %s", example, row)
          .isEqualTo(row.get("dropped").asBoolean());
      kept.ifPresent(rows -> checkRows(row.get("rows"), rows));
    }
  }

  private static void checkRows(JsonNode golden, List<PromptCompletion> rows) {
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).promptIds()).isEqualTo(ids(golden.get(i).get("prompt")));
      assertThat(rows.get(i).completionIds()).isEqualTo(ids(golden.get(i).get("completion")));
    }
  }

  private static int[] ids(JsonNode ids) {
    return StreamSupport.stream(ids.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  @Test
  void shouldMarkTheAssistantsTokensAsTransformersDoes() {
    for (JsonNode golden : GOLDENS.get("masks")) {
      RenderedChat chat =
          templates(golden)
              .render(ChatRequest.of(Goldens.maps(golden.get("messages"))), Clock.systemUTC());
      TokenizedText text = tokenizer.encodeRendered(chat.text());

      assertThat(text.ids()).isEqualTo(ids(golden.get("ids")));
      boolean[] mask = ChatEncoder.assistantMask(chat, text);
      assertThat(IntStream.range(0, mask.length).map(i -> mask[i] ? 1 : 0).toArray())
          .isEqualTo(ids(golden.get("mask")));
    }
  }

  @Test
  void shouldReportWhatOfThePromptIsNotShared() {
    CompletionEncoder encoder = new CompletionEncoder(tokenizer, SpecialText.TOKENS);

    PromptCompletions merged = encoder.encode("the ca", List.of("t sat"));
    PromptCompletions clean = encoder.encode("the cat", List.of(" sat"));

    assertThat(tokenizer.decode(merged.unsharedPromptIds())).isEqualTo(" ca");
    assertThat(clean.unsharedPromptIds()).isEmpty();
  }

  @Test
  void shouldDifferFromTrlOnlyInTextsWithSpecialTokensWhenTheyAreLiteral() {
    CompletionEncoder literal = new CompletionEncoder(tokenizer, SpecialText.LITERAL);
    List<String> different = new ArrayList<>();

    for (JsonNode golden : GOLDENS.get("plain")) {
      JsonNode example = golden.get("example");
      PromptCompletions encoded =
          literal.encode(
              example.get("prompt").asText(),
              List.of(example.get("chosen").asText(), example.get("rejected").asText()));
      List<int[]> expected =
          List.of(
              ids(golden.get("completion_ids").get(0)), ids(golden.get("completion_ids").get(1)));
      if (!Arrays.deepEquals(encoded.completionIds().toArray(), expected.toArray())) {
        different.add(example.get("prompt").asText() + example.get("chosen").asText());
      }
    }

    assertThat(different).containsExactly("the cat</s>", "a</s>bc<s>d");
    int[] ids = literal.encode("a", List.of("b</s>c")).completionIds().getFirst();
    assertThat(IntStream.of(ids).filter(id -> id == 2)).hasSize(1);
    assertThat(ids[ids.length - 1]).isEqualTo(2);
  }

  @Test
  void shouldRefuseToCutToNothing() {
    PromptCompletions encoded = PromptCompletions.of(new int[] {1}, List.of(new int[] {1, 2}));

    assertThatThrownBy(() -> encoded.truncated(TruncationMode.KEEP_END, 0))
        .hasMessage("max_length must be at least 1, but was 0");
  }
}
