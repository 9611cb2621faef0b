/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ChatTemplateTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-12-31T23:30:00Z"), ZoneId.of("Europe/Zurich"));
  private static final String ODD = "{}%#'\"\\|()[]-+.,:*~=<>! \n0e_é\0";
  private static final List<String> TEMPLATES =
      List.of(
          "chat-deepseekv3.jinja",
          "chat-glm4moe.jinja",
          "chat-qwen2_5_training.jinja",
          "chat-qwen3_training.jinja");

  private static String render(String source) {
    return ChatTemplate.parse("t.jinja", source)
        .render(ChatRequest.of(List.of(ChatRequest.message("user", "Hi"))), Map.of(), CLOCK)
        .text();
  }

  private static void refuses(String source, String message) {
    assertThatThrownBy(() -> ChatTemplate.parse("t.jinja", source))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessage(message);
  }

  @Test
  void shouldRefuseByNameWhatItDoesNotSupport() {
    refuses("{% import 'x' as y %}", "t.jinja:1: the tag 'import' is not supported");
    refuses("\n{% from 'x' import y %}", "t.jinja:2: the tag 'from' is not supported");
    refuses("{% include 'x' %}", "t.jinja:1: the tag 'include' is not supported");
    refuses("{% extends 'x' %}", "t.jinja:1: the tag 'extends' is not supported");
    refuses("{% block b %}{% endblock %}", "t.jinja:1: the tag 'block' is not supported");
    refuses("{% do x.y() %}", "t.jinja:1: the tag 'do' is not supported");
    refuses(
        "{% autoescape true %}{% endautoescape %}",
        "t.jinja:1: the tag 'autoescape' is not supported");
    refuses("a\n\n{{ x|urlize }}", "t.jinja:3: the filter 'urlize' is not supported");
    refuses("{{ x is filter }}", "t.jinja:1: the test 'filter' is not supported");
    refuses(
        "{% if false %}\n{{ lipsum() }}{% endif %}",
        "t.jinja:2: the function 'lipsum' is not supported, nor a macro of the template");
    refuses("{{ f(*x) }}", "t.jinja:1: unpacking arguments with * or ** is not supported");
  }

  @Test
  void shouldRefuseGenerationBlocksWhosePlaceIsNotKnown() {
    refuses(
        "{% macro m() %}{% generation %}a{% endgeneration %}{% endmacro %}",
        "t.jinja:1: the tag 'generation' is not supported inside 'macro': where its text will stand"
            + " is not known there");
  }

  @Test
  void shouldRefuseMethodsByNameWhenTheyAreCalled() {
    assertThatThrownBy(() -> render("\n{{ 'a'.encode() }}"))
        .hasMessage("t.jinja:2: 'encode' of a str is not supported");
    assertThatThrownBy(() -> render("{{ messages.append(1) }}"))
        .hasMessage("t.jinja:1: 'append' would change a list, which a template may not do");
    assertThatThrownBy(() -> render("{{ strftime_now('%Q') }}"))
        .hasMessage("t.jinja:1: the date format '%Q' is not supported");
    assertThatThrownBy(() -> render("{{ range }}"))
        .hasMessage("t.jinja:1: a function can't be printed");
  }

  @Test
  void shouldCarryTheWordsOfRaiseException() {
    Throwable error =
        catchThrowable(() -> render("\n\n{{ raise_exception('Roles \"must\" alternate') }}"));

    assertThat(error).isInstanceOf(ChatTemplateException.class);
    ChatTemplateException refusal = (ChatTemplateException) error;
    assertThat(refusal.reason()).isEqualTo("Roles \"must\" alternate");
    assertThat(refusal.line()).isEqualTo(3);
    assertThat(refusal.file()).isEqualTo("t.jinja");
  }

  @Test
  void shouldTellTheTimeOfItsClock() {
    assertThat(render("{{ strftime_now('%d %B %Y, %H:%M') }}")).isEqualTo("01 January 2025, 00:30");
  }

  @Test
  void shouldGiveTheSpansOfWhatTheAssistantSaid() {
    String source =
        "{% for m in messages %}{{ m.role }}:{% generation %}{{ m.content }}{% endgeneration %};{% endfor %}";
    RenderedChat chat =
        ChatTemplate.parse("t", source)
            .render(
                ChatRequest.of(
                    List.of(
                        ChatRequest.message("assistant", "👩 a"),
                        ChatRequest.message("assistant", ""))),
                Map.of(),
                CLOCK);

    assertThat(chat.text()).isEqualTo("assistant:👩 a;assistant:;");
    assertThat(chat.assistantSpans()).containsExactly(new Span(10, 14), new Span(25, 25));
    assertThat(chat.text().substring(10, 14)).isEqualTo("👩 a");
  }

  @Test
  void shouldEndTemplatesThatRunAway() {
    for (String source :
        List.of(
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
            "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s.replace('x', 'xxxx') %}{% endfor %}",
            "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
            "{{ 'x' * 10 ** 12 }}",
            "{{ [1] * 10 ** 12 }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ '%9999999999d' % 1 }}",
            "{{ 'a'|indent(10 ** 12) }}",
            "{{ 'a'.center(10 ** 12) }}",
            "{{ 1|round(10 ** 12, 'ceil') }}",
            "{{ 1.5|round(-(10 ** 12)) }}",
            "{{ 1|round(-(10 ** 12)) }}",
            "{{ " + "(".repeat(20_000) + " }}",
            "{{ x" + ".y".repeat(20_000) + " }}",
            "{{ " + "not ".repeat(20_000) + "x }}",
            "{{ 1" + " + 1".repeat(20_000) + " }}",
            "{% if x %}".repeat(20_000))) {
      String start = source.substring(0, Math.min(60, source.length()));
      assertThat(catchThrowable(() -> render(source)))
          .as(start)
          .satisfiesAnyOf(
              error -> assertThat(error).isNull(),
              error -> assertThat(error).isInstanceOf(ChatTemplateException.class));
    }
  }

  @Test
  void shouldRefuseConversationsNestedTooDeeply() {
    List<Object> nested = List.of();
    for (int i = 0; i < 100_000; i++) {
      nested = List.of(nested);
    }
    Map<String, Object> message = Map.of("role", "user", "content", nested);

    assertThatThrownBy(
            () ->
                ChatTemplate.parse("t", "{{ messages|tojson }}")
                    .render(ChatRequest.of(List.of(message)), Map.of(), CLOCK))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void shouldRefuseWhatIsNoPlainData() {
    assertThatThrownBy(
            () ->
                ChatTemplate.parse("t", "")
                    .render(
                        ChatRequest.of(List.of(Map.of("content", Instant.EPOCH))), Map.of(), CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but has a java.time.Instant");
    assertThatThrownBy(() -> ChatRequest.of(List.of()))
        .hasMessage("a conversation must have a message, but has none");
  }

  /** Pieces cut out, doubled, swapped or replaced in real templates: never another exception. */
  @Test
  void shouldAnswerDamagedTemplatesWithAnErrorThatHasALine() {
    SplittableRandom random = new SplittableRandom(7);
    List<String> sources = new ArrayList<>(TEMPLATES.stream().map(Goldens::text).toList());
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      String source = damaged(sources.get(i % sources.size()), random);
      Throwable error = catchThrowable(() -> render(source));
      if (error != null) {
        refused++;
        assertThat(error).as(source).isInstanceOf(ChatTemplateException.class);
        int lines = (int) source.lines().count() + 1;
        assertThat(((ChatTemplateException) error).line()).as(source).isBetween(1, lines);
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static String damaged(String source, SplittableRandom random) {
    int a = random.nextInt(source.length());
    int b = Math.min(source.length(), a + random.nextInt(1, 30));
    int c = random.nextInt(source.length());
    String piece = source.substring(a, b);
    return switch (random.nextInt(5)) {
      case 0 -> source.substring(0, a) + source.substring(b);
      case 1 -> source.substring(0, c) + piece + source.substring(c);
      case 2 -> source.substring(0, a);
      case 3 -> {
        yield source.substring(0, a)
            + ODD.charAt(random.nextInt(ODD.length()))
            + source.substring(a + 1);
      }
      default -> source.substring(0, a) + piece.repeat(3) + source.substring(b);
    };
  }

  @Test
  void shouldKeepFieldsItDoesNotKnow() {
    Map<String, Object> message =
        new HashMap<>(Map.of("role", "user", "mood", List.of(1, 2.5, true)));
    message.put("content", null);

    String text =
        ChatTemplate.parse(
                "t",
                "{{ messages[0].mood }} {{ messages[0].content is defined }} {{ tools }} {{ x }}")
            .render(
                new ChatRequest(List.of(message), null, false, Map.of("x", 1L)), Map.of(), CLOCK)
            .text();

    assertThat(text).isEqualTo("[1, 2.5, True] False None 1");
  }
}
