/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
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
import java.util.OptionalInt;

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
  private final OptionalInt bosTokenId;
  private final OptionalInt eosTokenId;
  private final Added added;

  /** Tokens that the post-processor puts before and behind a text. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Added(int[] before, int[] behind) {}

  private Tokenizer(
      HuggingFaceTokenizer tokenizer,
      List<String> specialTexts,
      int largestId,
      OptionalInt bosTokenId,
      OptionalInt eosTokenId) {
    this.tokenizer = tokenizer;
    this.specialTexts = specialTexts;
    this.largestId = largestId;
    this.bosTokenId = bosTokenId;
    this.eosTokenId = eosTokenId;
    this.added = added();
  }

  /**
   * A tokenizer whose model starts and ends sequences with these ids.
   *
   * @param tokenizerJson bytes of a {@code tokenizer.json}
   * @throws IllegalArgumentException when the library refuses it
   */
  public static Tokenizer of(byte[] tokenizerJson, int bosTokenId, int eosTokenId) {
    return of(tokenizerJson, OptionalInt.of(bosTokenId), OptionalInt.of(eosTokenId));
  }

  /**
   * @param tokenizerJson bytes of a {@code tokenizer.json}
   * @param bosTokenId empty where the model starts sequences with no token of its own
   * @param eosTokenId empty where no end is known
   * @throws IllegalArgumentException when the library refuses it
   */
  public static Tokenizer of(byte[] tokenizerJson, OptionalInt bosTokenId, OptionalInt eosTokenId) {
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
        .map(piece -> ids(tokenizer.encode(piece, false, false)))
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  /**
   * Ids of a text with the special tokens that the tokenizer's post-processor adds around it: a
   * start-of-text token for Llama, none for GPT-2 and Qwen.
   */
  public int[] encodeWithSpecials(String text, SpecialText specialText) {
    return switch (specialText) {
      case TOKENS -> ids(tokenizer.encode(text, true, false));
      case LITERAL -> joined(added.before, encode(text), added.behind);
    };
  }

  /** {@link #encodeWithSpecials} of a text that ends with a token of this id. */
  int[] encodeWithSpecials(String text, SpecialText specialText, int lastId) {
    return switch (specialText) {
      case TOKENS -> joined(encodeWithSpecials(text, specialText), new int[] {lastId});
      case LITERAL -> joined(added.before, encode(text), new int[] {lastId}, added.behind);
    };
  }

  /**
   * {@link #encodeWithSpecials} of people's text and an end-of-sequence id, with the tokens' places
   * in the text. Tokens that stand for no part of it are at -1.
   */
  public TokenizedText encodeEndedWithPlaces(String text) {
    List<int[]> ids = new ArrayList<>();
    List<int[]> starts = new ArrayList<>();
    List<int[]> ends = new ArrayList<>();
    int from = 0;
    for (String piece : withoutSpecialTexts(text)) {
      TokenizedText tokens = encodeRendered(piece);
      int offset = from;
      ids.add(tokens.ids());
      starts.add(Arrays.stream(tokens.starts()).map(start -> start + offset).toArray());
      ends.add(Arrays.stream(tokens.ends()).map(end -> end + offset).toArray());
      from += piece.length();
    }
    int[] nowhereBefore = nowhere(added.before.length);
    int[] nowhereBehind = nowhere(1 + added.behind.length);
    return new TokenizedText(
        joined(added.before, joined(ids), new int[] {eosTokenId()}, added.behind),
        joined(nowhereBefore, joined(starts), nowhereBehind),
        joined(nowhereBefore, joined(ends), nowhereBehind));
  }

  private static int[] nowhere(int tokens) {
    int[] places = new int[tokens];
    Arrays.fill(places, -1);
    return places;
  }

  private static int[] joined(List<int[]> parts) {
    return joined(parts.toArray(int[][]::new));
  }

  /**
   * Ids of a text that a chat template rendered, with their places: special tokens written in it
   * are those tokens, and none is added.
   */
  public TokenizedText encodeRendered(String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    int[] ids = ids(encoding);
    int[] chars = charsOfCodePoints(text);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      starts[i] = chars[spans[i].getStart()];
      ends[i] = chars[spans[i].getEnd()];
    }
    return new TokenizedText(ids, starts, ends);
  }

  /** Index in chars of each code point, and the length behind them. */
  private static int[] charsOfCodePoints(String text) {
    int[] chars = new int[text.codePointCount(0, text.length()) + 1];
    for (int i = 1; i < chars.length; i++) {
      chars[i] = text.offsetByCodePoints(chars[i - 1], 1);
    }
    return chars;
  }

  // What the post-processor adds stands around the ids of any text; a letter is one.
  private Added added() {
    int[] plain = ids(tokenizer.encode("a", false, false));
    int[] whole = ids(tokenizer.encode("a", true, false));
    for (int start = 0; start + plain.length <= whole.length; start++) {
      int end = start + plain.length;
      if (Arrays.equals(plain, 0, plain.length, whole, start, end)) {
        return new Added(Arrays.copyOf(whole, start), Arrays.copyOfRange(whole, end, whole.length));
      }
    }
    throw new IllegalArgumentException(
        "the post-processor must keep a text's tokens, but changed %s into %s"
            .formatted(Arrays.toString(plain), Arrays.toString(whole)));
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /**
   * Ids of a prompt of people's text, as the model's post-processor frames it. Never empty: a
   * prompt without any token is the id that starts a text.
   */
  public int[] encodePrompt(String text) {
    int[] ids = encodeWithSpecials(text, SpecialText.LITERAL);
    return ids.length == 0 ? new int[] {bosTokenId()} : ids;
  }

  /** Whether ids begin with the tokens that the post-processor puts before a text, if it does. */
  public boolean beginsFramed(int[] ids) {
    return added.before.length > 0
        && ids.length >= added.before.length
        && Arrays.equals(Arrays.copyOf(ids, added.before.length), added.before);
  }

  /** {@link #encode} with the end-of-sequence id after it: a completion to learn from. */
  public int[] encodeWithEos(String text) {
    return joined(encode(text), new int[] {eosTokenId()});
  }

  /** Text of ids; special tokens are left out. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /** Text of ids, special tokens written out. */
  public String decodeWithSpecials(int[] ids) {
    return decode(ids, false);
  }

  private String decode(int[] ids, boolean skipSpecials) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecials);
  }

  /**
   * @throws IllegalStateException when the model has none
   */
  public int bosTokenId() {
    return bosTokenId.orElseThrow(
        () -> new IllegalStateException("the tokenizer has no start-of-text token"));
  }

  /**
   * @throws IllegalStateException when none is known
   */
  public int eosTokenId() {
    return eosTokenId.orElseThrow(
        () -> new IllegalStateException("the tokenizer has no end-of-sequence token"));
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
