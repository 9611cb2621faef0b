/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChatTemplatesTest {
  private static final ChatRequest HELLO =
      ChatRequest.of(List.of(ChatRequest.message("user", "Hello")));

  @TempDir private Path directory;

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }

  private String render(ChatRequest request) {
    return ChatTemplates.read(directory).orElseThrow().render(request, Clock.systemUTC()).text();
  }

  @Test
  void shouldPreferTheTemplateFileToTheConfig() throws IOException {
    write(ChatTemplates.TEMPLATE_FILE, "{{ bos_token }}file {{ messages[0].content }}\n");
    write(
        ChatTemplates.CONFIG_FILE,
        """
        {"chat_template": "config", "bos_token": {"content": "<s>", "lstrip": false}, "eos_token": null}
        """);

    assertThat(render(HELLO)).isEqualTo("<s>file Hello");
    assertThat(ChatTemplates.read(directory).orElseThrow().specialTokens())
        .isEqualTo(Map.of("bos_token", "<s>"));
  }

  @Test
  void shouldReadTheTemplateOfTheConfig() throws IOException {
    write(
        ChatTemplates.CONFIG_FILE,
        """
        {"chat_template": "{{ messages[0].role }}{{ eos_token }}{{ bos_token }}", "eos_token": "</s>"}
        """);

    assertThat(render(HELLO)).isEqualTo("user</s>");
  }

  @Test
  void shouldChooseTheTemplateForToolsWhenToolsAreOffered() throws IOException {
    write(
        ChatTemplates.CONFIG_FILE,
        """
        {"chat_template": [{"name": "default", "template": "plain"},
                           {"name": "tool_use", "template": "{{ tools|length }} tools"},
                           {"name": "rag", "template": "{% import 'never read' %}"}]}
        """);

    assertThat(render(HELLO)).isEqualTo("plain");
    assertThat(render(new ChatRequest(HELLO.messages(), List.of(Map.of("n", 1)), false, Map.of())))
        .isEqualTo("1 tools");
  }

  @Test
  void shouldUseTheDefaultTemplateForToolsWhereThereIsNoOther() throws IOException {
    write(
        ChatTemplates.CONFIG_FILE,
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"d\"}]}");

    assertThat(render(new ChatRequest(HELLO.messages(), List.of(), false, Map.of())))
        .isEqualTo("d");
  }

  @Test
  void shouldReadSpecialTokensOfOlderDirectories() throws IOException {
    write(ChatTemplates.TEMPLATE_FILE, "{{ eos_token }}{{ pad_token }}");
    write(ChatTemplates.CONFIG_FILE, "{\"pad_token\": \"<pad>\"}");
    write("special_tokens_map.json", "{\"eos_token\": {\"content\": \"<end>\"}}");

    assertThat(render(HELLO)).isEqualTo("<end><pad>");
  }

  @Test
  void shouldFindNoneInTheDirectoryOfABaseModel() throws IOException {
    assertThat(ChatTemplates.read(directory)).isEmpty();

    write(ChatTemplates.CONFIG_FILE, "{\"chat_template\": null}");
    assertThat(ChatTemplates.read(directory)).isEmpty();
  }

  @Test
  void shouldNameTheFileThatIsWrong() throws IOException {
    write(ChatTemplates.CONFIG_FILE, "{\n\"chat_template\": ");
    assertThatThrownBy(() -> ChatTemplates.read(directory))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("tokenizer_config.json:2: not valid JSON");

    write(
        ChatTemplates.CONFIG_FILE, "{\"chat_template\": [{\"name\": \"a\", \"template\": \"b\"}]}");
    assertThatThrownBy(() -> ChatTemplates.read(directory))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("must be called 'default', but they are [a]");

    write(ChatTemplates.CONFIG_FILE, "{\"chat_template\": [\"a\"]}");
    assertThatThrownBy(() -> ChatTemplates.read(directory))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("a list of objects with name and template");

    write(ChatTemplates.CONFIG_FILE, "{\"chat_template\": 7}");
    assertThatThrownBy(() -> ChatTemplates.read(directory))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("chat_template must be a text or a list");

    write(ChatTemplates.TEMPLATE_FILE, "a\n{% include 'b' %}");
    assertThatThrownBy(() -> ChatTemplates.read(directory))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("chat_template.jinja:2: the tag 'include' is not supported");
  }
}
