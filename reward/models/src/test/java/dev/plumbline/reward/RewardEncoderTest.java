/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.chat.ChatEncoder;
import dev.plumbline.lm.chat.ChatRequest;
import dev.plumbline.lm.chat.ChatTemplate;
import dev.plumbline.lm.chat.ChatTemplates;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RewardEncoderTest {
  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static String text(TokenRow row) {
    return model.tokenizer().decode(row.ids());
  }

  @Test
  void shouldEndEachRowWhereTheTextEnds() {
    List<TokenRow> rows =
        new RewardEncoder(model, 64).texts("the cat", List.of(" sat on the mat", " sat"));
    assertThat(rows).hasSize(2);
    assertThat(text(rows.getFirst())).isEqualTo("the cat sat on the mat");
    assertThat(text(rows.getLast())).isEqualTo("the cat sat");
    for (TokenRow row : rows) {
      int[] ids = row.ids();
      assertThat(ids[ids.length - 1]).isEqualTo(model.tokenizer().eosTokenId());
      assertThat(Arrays.copyOf(ids, row.completionStart()))
          .isEqualTo(Arrays.copyOf(rows.getFirst().ids(), row.completionStart()));
    }
  }

  @Test
  void shouldLoseTheBeginningOfWhatIsTooLong() {
    List<String> completions = List.of(" sat on the mat", " sat");
    List<TokenRow> whole = new RewardEncoder(model, 64).texts("the cat", completions);
    for (int length = 2; length < whole.getFirst().length(); length++) {
      List<TokenRow> cut = new RewardEncoder(model, length).texts("the cat", completions);
      for (int i = 0; i < cut.size(); i++) {
        int[] ids = whole.get(i).ids();
        int kept = Math.min(length, ids.length);
        assertThat(cut.get(i).ids())
            .isEqualTo(Arrays.copyOfRange(ids, ids.length - kept, ids.length));
      }
    }
    assertThatThrownBy(() -> new RewardEncoder(model, 1))
        .hasMessage("max_length must be at least 2, but was 1");
  }

  @Test
  void shouldKeepSpecialTextOfStrangersAsText() {
    String eos = model.tokenizer().decodeWithSpecials(new int[] {model.tokenizer().eosTokenId()});
    int[] ids = new RewardEncoder(model, 64).texts("the cat", List.of(eos)).getFirst().ids();
    assertThat(Arrays.stream(ids).filter(id -> id == model.tokenizer().eosTokenId()).count())
        .isEqualTo(1);
  }

  @Test
  void shouldRenderConversationsByTheTemplate() {
    ChatTemplates templates =
        ChatTemplates.of(
            ChatTemplate.parse(
                "test",
                "{% for message in messages %}{{ message.role }}: {{ message.content }} {% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"),
            Map.of());
    ChatEncoder chat = new ChatEncoder(templates, model.tokenizer(), Clock.systemUTC());
    List<TokenRow> rows =
        new RewardEncoder(model, 64)
            .answers(
                chat,
                ChatRequest.of(List.of(ChatRequest.message("user", "cat?"))),
                List.of(
                    List.of(ChatRequest.message("assistant", "sat")),
                    List.of(ChatRequest.message("assistant", "on"))));
    assertThat(text(rows.getFirst()).strip()).isEqualTo("user: cat? assistant: sat");
    assertThat(text(rows.getLast()).strip()).isEqualTo("user: cat? assistant: on");
  }
}
