/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real vocabulary of GPT-2, whose model starts sequences with no token of its own. */
final class Gpt2TokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DATA = Path.of(System.getProperty("plumbline.data"), "tokenizers");
  private static final int END_OF_TEXT = 50256;

  private static Tokenizer tokenizer;

  @BeforeAll
  static void read() throws IOException {
    if (Files.exists(DATA.resolve("gpt2-encoder.json.gz"))) {
      tokenizer = Tokenizer.of(tokenizerJson(), OptionalInt.empty(), OptionalInt.of(END_OF_TEXT));
    }
  }

  @BeforeEach
  void requireVocabulary() {
    assumeTrue(tokenizer != null, "skipped: " + DATA + " is absent (-Dplumbline.data)");
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  private static byte[] tokenizerJson() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode endOfText = json.putArray("added_tokens").addObject();
    endOfText.put("id", END_OF_TEXT).put("content", "<|endoftext|>").put("special", true);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
      endOfText.put(flag, false);
    }
    for (String part : new String[] {"pre_tokenizer", "post_processor", "decoder"}) {
      json.putObject(part)
          .put("type", "ByteLevel")
          .put("add_prefix_space", false)
          .put("trim_offsets", true)
          .put("use_regex", true);
    }
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.set("vocab", JSON.readTree(unzipped("gpt2-encoder.json.gz")));
    ArrayNode merges = model.putArray("merges");
    new String(unzipped("gpt2-vocab.bpe.gz"), UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#version"))
        .forEach(merges::add);
    return JSON.writeValueAsBytes(json);
  }

  private static byte[] unzipped(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(DATA.resolve(name)))) {
      return in.readAllBytes();
    }
  }

  @Test
  void shouldEncodeAndDecodeAsDistilgpt2Does() throws IOException {
    JsonNode expected = JSON.readTree(DATA.resolve("expected-encodings.json").toFile());

    assertThat(expected.get("distilgpt2")).isNotEmpty();
    for (JsonNode row : expected.get("distilgpt2")) {
      String input = row.get("input").asText();
      int[] ids =
          StreamSupport.stream(row.at("/encoded/input_ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      assertThat(tokenizer.encodeWithSpecials(input, SpecialText.TOKENS)).as(input).isEqualTo(ids);
      assertThat(tokenizer.encodeWithSpecials(input, SpecialText.LITERAL)).isEqualTo(ids);
      assertThat(tokenizer.encode(input)).isEqualTo(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(input);
      assertThat(cleanedUp(tokenizer.decodeWithSpecials(ids)))
          .isEqualTo(row.get("decoded_with_special").asText());
      assertThat(cleanedUp(tokenizer.decode(ids)))
          .isEqualTo(row.get("decoded_without_special").asText());
    }
  }

  // The expected decodings went through clean_up_tokenization_spaces, since given up.
  private static String cleanedUp(String text) {
    String cleaned = text;
    for (String mark : new String[] {".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"}) {
      cleaned = cleaned.replace(" " + mark, mark);
    }
    return cleaned.replace(" ' ", "'");
  }

  @Test
  void shouldStartWithNoTokenWhereTheModelHasNone() {
    assertThat(tokenizer.encodePrompt("hello world")).containsExactly(31373, 995);
    assertThat(tokenizer.encodeWithEos("hello world")).containsExactly(31373, 995, END_OF_TEXT);
    assertThatThrownBy(tokenizer::bosTokenId)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer has no start-of-text token");
  }

  @Test
  void shouldTakeTheTextOfASpecialTokenForTheTokenOnlyWhenAsked() {
    String text = "a<|endoftext|>b";

    assertThat(tokenizer.encodeWithSpecials(text, SpecialText.TOKENS)).contains(END_OF_TEXT);
    assertThat(tokenizer.encodeWithSpecials(text, SpecialText.LITERAL)).doesNotContain(END_OF_TEXT);
    assertThat(tokenizer.decodeWithSpecials(new int[] {31373, END_OF_TEXT}))
        .isEqualTo("hello<|endoftext|>");
    assertThat(tokenizer.decode(new int[] {31373, END_OF_TEXT})).isEqualTo("hello");
  }

  @Test
  void shouldTellWhereTokensStand() {
    String text = "hi 👩‍👩 world<|endoftext|>";

    TokenizedText tokens = tokenizer.encodeRendered(text);

    int world = text.indexOf("world");
    int[] covering =
        IntStream.range(0, tokens.ids().length)
            .filter(i -> tokens.covers(i, world, world + 1))
            .toArray();
    assertThat(covering).hasSize(1);
    assertThat(tokens.starts()[covering[0]]).isEqualTo(world);
    assertThat(tokens.ends()[covering[0]]).isEqualTo(world + "world".length());
    int last = tokens.ids().length - 1;
    assertThat(tokens.ids()[last]).isEqualTo(END_OF_TEXT);
    assertThat(tokens.covers(last, text.length() - 1, text.length())).isTrue();
    assertThat(tokens.covers(last, 0, 0)).isFalse();
  }
}
