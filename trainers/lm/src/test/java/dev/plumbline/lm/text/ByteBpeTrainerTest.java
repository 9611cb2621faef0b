/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ByteBpeTrainerTest {
  private static final List<String> TEXTS =
      List.of("the cat sat on the mat", "the dog's log", "the cat's naïve café, 3 times");

  private static Tokenizer tokenizer;

  @BeforeAll
  static void train() {
    tokenizer = Tokenizer.of(ByteBpeTrainer.train(TEXTS, 300), 1, 2);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldRoundTripRandomUnicode() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      String text =
          random
              .ints(random.nextInt(0, 40), 0, 0x110000)
              .map(c -> random.nextInt(3) == 0 ? c : c % 0x250)
              .filter(c -> c < 0xD800 || c > 0xDFFF)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void shouldRoundTripWhiteSpaceControlsAndTextOfSpecialTokens() {
    for (String text :
        List.of(
            "",
            " ",
            "  two  spaces \n\n new\tline ",
            "\u0000\u0001\u007f\u00ad\u00a0\u2028",
            "a</s>b<s><unk>",
            "<</s></s>",
            "👩‍👩‍👧‍👦 e\u0301")) {
      int[] ids = tokenizer.encode(text);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(Arrays.stream(ids)).as("special ids in '%s'", text).allMatch(id -> id > 2);
    }
  }

  @Test
  void shouldMergeFrequentPairsAndStayWithinTheVocabulary() {
    assertThat(tokenizer.encode("the cat")).hasSizeLessThan(4);
    assertThat(tokenizer.largestId()).isLessThan(300);
    assertThat(tokenizer.encodePrompt("the")[0]).isEqualTo(1);
    int[] ended = tokenizer.encodeWithEos("the");
    assertThat(ended[ended.length - 1]).isEqualTo(2);
    assertThat(tokenizer.decode(ended)).isEqualTo("the");
  }

  @Test
  void shouldBeAFunctionOfTheTexts() {
    assertThat(ByteBpeTrainer.train(TEXTS, 300)).isEqualTo(ByteBpeTrainer.train(TEXTS, 300));
    assertThat(ByteBpeTrainer.train(TEXTS.reversed(), 300))
        .isEqualTo(ByteBpeTrainer.train(TEXTS, 300));
  }

  @Test
  void shouldStopEarlyWhenNothingIsLeftToMerge() {
    try (Tokenizer small = Tokenizer.of(ByteBpeTrainer.train(List.of("ab"), 5000), 1, 2)) {
      assertThat(small.largestId()).isEqualTo(259);
      assertThat(small.encode("ab")).containsExactly(259);
    }
  }

  @Test
  void shouldRefuseAVocabularySmallerThanTheBytes() {
    assertThatThrownBy(() -> ByteBpeTrainer.train(TEXTS, 258))
        .hasMessage("vocabularySize must be at least 259 (specials and bytes), but was 258");
  }

  @Test
  void shouldUseEachPrintableSymbolOnce() {
    assertThat(Arrays.stream(range256()).mapToObj(ByteBpeTrainer::symbol).distinct()).hasSize(256);
    assertThat(ByteBpeTrainer.symbol(' ')).isEqualTo("Ġ");
    assertThat(ByteBpeTrainer.symbol('\n')).isEqualTo("Ċ");
    assertThat(ByteBpeTrainer.symbol('a')).isEqualTo("a");
  }

  @Test
  void shouldRefuseWhatIsNotATokenizer() {
    assertThatThrownBy(() -> Tokenizer.of("{".getBytes(UTF_8), 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not valid JSON");
    assertThatThrownBy(() -> Tokenizer.of("{}".getBytes(UTF_8), 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a usable tokenizer");
  }

  private static int[] range256() {
    return IntStream.range(0, 256).toArray();
  }
}
