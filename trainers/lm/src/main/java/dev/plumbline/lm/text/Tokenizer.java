/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.engine.TensorEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tokenizer of a checkpoint, over a {@code tokenizer.json} of the {@code tokenizers} library.
 * Immutable and safe for several threads; holds native memory until closed (a model closes its
 * own).
 */
public final class Tokenizer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HuggingFaceTokenizer tokenizer;
  private final List<String> specialTexts;
  private final int largestId;
  private final int bosTokenId;
  private final int eosTokenId;

  private Tokenizer(
      HuggingFaceTokenizer tokenizer,
      List<String> specialTexts,
      int largestId,
      int bosTokenId,
      int eosTokenId) {
    this.tokenizer = tokenizer;
    this.specialTexts = specialTexts;
    this.largestId = largestId;
    this.bosTokenId = bosTokenId;
    this.eosTokenId = eosTokenId;
  }

  /**
   * @param tokenizerJson bytes of a {@code tokenizer.json}
   * @throws IllegalArgumentException when the library refuses it
   */
  public static Tokenizer of(byte[] tokenizerJson, int bosTokenId, int eosTokenId) {
    TensorEngine.stayOffline();
    try {
      JsonNode json = JSON.readTree(tokenizerJson);
      List<String> specialTexts = new ArrayList<>();
      int largestId = -1;
      for (JsonNode added : json.path("added_tokens")) {
        largestId = Math.max(largestId, added.path("id").asInt());
        if (!added.path("content").asText().isEmpty()) {
          specialTexts.add(added.path("content").asText());
        }
      }
      for (JsonNode id : json.path("model").path("vocab")) {
        largestId = Math.max(largestId, id.asInt());
      }
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(tokenizerJson),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
      return new Tokenizer(tokenizer, specialTexts, largestId, bosTokenId, eosTokenId);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * Ids of a text, with no special token added. Text that merely looks like a special token, such
   * as {@code </s>}, is encoded as the characters it is: what people write can't end a completion.
   * It is cut there, so a tokenizer that marks the start of a text with a space does so at the cut.
   */
  public int[] encode(String text) {
    return withoutSpecialTexts(text).stream()
        .map(piece -> tokenizer.encode(piece, false, false).getIds())
        .flatMapToLong(Arrays::stream)
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** {@link #encode} with the start-of-text id before it. */
  public int[] encodeWithBos(String text) {
    return IntStream.concat(IntStream.of(bosTokenId), Arrays.stream(encode(text))).toArray();
  }

  /** {@link #encode} with the end-of-sequence id after it: a completion to learn from. */
  public int[] encodeWithEos(String text) {
    return IntStream.concat(Arrays.stream(encode(text)), IntStream.of(eosTokenId)).toArray();
  }

  /** Text of ids; special tokens are left out. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  public int bosTokenId() {
    return bosTokenId;
  }

  public int eosTokenId() {
    return eosTokenId;
  }

  /** The largest id that the vocabulary or an added token has. */
  public int largestId() {
    return largestId;
  }

  /**
   * Splits the text inside each special token's text, behind its first character, so that no piece
   * holds one.
   */
  private List<String> withoutSpecialTexts(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int cut = 1; cut < text.length(); cut++) {
      int from = cut - 1;
      if (from >= start && specialTexts.stream().anyMatch(s -> text.startsWith(s, from))) {
        pieces.add(text.substring(start, cut));
        start = cut;
      }
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
