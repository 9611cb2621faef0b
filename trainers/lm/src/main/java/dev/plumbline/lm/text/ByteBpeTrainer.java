/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trains a byte-level BPE vocabulary (Sennrich et al., arXiv 1508.07909, on bytes as GPT-2 does):
 * the 256 bytes, then the most frequent pair of neighbours merged again and again, ties by the
 * pair's text. Deterministic. Meant for small vocabularies and texts: each merge looks at every
 * distinct word.
 */
public final class ByteBpeTrainer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIALS = List.of("<unk>", "<s>", "</s>");
  private static final int BOS = SPECIALS.indexOf("<s>");
  private static final int BYTES = 256;

  // The word pattern of the ByteLevel pre-tokenizer: contractions, letters, digits, the rest, white
  // space.
  private static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private record Pair(String left, String right) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::left).thenComparing(Pair::right);

    @Override
    public int compareTo(Pair other) {
      return ORDER.compare(this, other);
    }

    String merged() {
      return left + right;
    }
  }

  private record Word(List<String> symbols, long count) {}

  private ByteBpeTrainer() {}

  /**
   * @param texts to learn from
   * @param vocabularySize number of ids, the specials {@code <unk>} 0, {@code <s>} 1, {@code </s>}
   *     2 and the 256 bytes included; the vocabulary is smaller when the texts hold too few pairs
   * @return bytes of a {@code tokenizer.json} that encodes and decodes any text without loss
   */
  public static byte[] train(Iterable<String> texts, int vocabularySize) {
    int smallest = SPECIALS.size() + BYTES;
    if (vocabularySize < smallest) {
      throw new IllegalArgumentException(
          "vocabularySize must be at least %d (specials and bytes), but was %d"
              .formatted(smallest, vocabularySize));
    }
    List<Word> words = words(texts);
    List<Pair> merges = new ArrayList<>();
    while (smallest + merges.size() < vocabularySize) {
      Pair best = mostFrequent(words);
      if (best == null) {
        break;
      }
      merges.add(best);
      words.replaceAll(word -> new Word(merge(word.symbols, best), word.count));
    }
    return tokenizerJson(merges);
  }

  private static List<Word> words(Iterable<String> texts) {
    Map<String, Long> counts = new TreeMap<>();
    for (String text : texts) {
      Matcher matcher = WORDS.matcher(text);
      while (matcher.find()) {
        counts.merge(matcher.group(), 1L, Long::sum);
      }
    }
    List<Word> words = new ArrayList<>();
    counts.forEach((text, count) -> words.add(new Word(symbols(text), count)));
    return words;
  }

  private static List<String> symbols(String word) {
    List<String> symbols = new ArrayList<>();
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(symbol(Byte.toUnsignedInt(b)));
    }
    return symbols;
  }

  /**
   * The printable character that stands for a byte in a byte-level vocabulary: itself when it is
   * printable Latin-1, else the next unused one from U+0100 on.
   */
  static String symbol(int b) {
    int shifted = 0;
    for (int i = 0; i < b; i++) {
      if (!isPrintable(i)) {
        shifted++;
      }
    }
    return Character.toString(isPrintable(b) ? b : BYTES + shifted);
  }

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
  }

  private static @Nullable Pair mostFrequent(List<Word> words) {
    Map<Pair, Long> counts = new HashMap<>();
    for (Word word : words) {
      for (int i = 1; i < word.symbols.size(); i++) {
        counts.merge(new Pair(word.symbols.get(i - 1), word.symbols.get(i)), word.count, Long::sum);
      }
    }
    Comparator<Map.Entry<Pair, Long>> byCount = Map.Entry.comparingByValue();
    return counts.entrySet().stream()
        .max(byCount.thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static List<String> merge(List<String> symbols, Pair pair) {
    List<String> merged = new ArrayList<>(symbols.size());
    for (int i = 0; i < symbols.size(); i++) {
      boolean here =
          i + 1 < symbols.size()
              && symbols.get(i).equals(pair.left)
              && symbols.get(i + 1).equals(pair.right);
      merged.add(here ? pair.merged() : symbols.get(i));
      if (here) {
        i++;
      }
    }
    return merged;
  }

  private static byte[] tokenizerJson(List<Pair> merges) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (int id = 0; id < SPECIALS.size(); id++) {
      ObjectNode special = added.addObject();
      special.put("id", id);
      special.put("content", SPECIALS.get(id));
      special.put("single_word", false);
      special.put("lstrip", false);
      special.put("rstrip", false);
      special.put("normalized", false);
      special.put("special", true);
    }
    json.putNull("normalizer");
    byteLevel(json.putObject("pre_tokenizer"));
    startWithBos(json.putObject("post_processor"));
    byteLevel(json.putObject("decoder"));
    ObjectNode model = json.putObject("model");
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    SPECIALS.forEach(special -> vocabulary.put(special, vocabulary.size()));
    for (int b = 0; b < BYTES; b++) {
      vocabulary.put(symbol(b), vocabulary.size());
    }
    ArrayNode mergeList = model.putArray("merges");
    for (Pair pair : merges) {
      if (!vocabulary.has(pair.merged())) {
        vocabulary.put(pair.merged(), vocabulary.size());
      }
      mergeList.add(pair.left + " " + pair.right);
    }
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void startWithBos(ObjectNode node) {
    node.put("type", "TemplateProcessing");
    ArrayNode single = node.putArray("single");
    special(single);
    sequence(single, "A", 0);
    ArrayNode pair = node.putArray("pair");
    special(pair);
    sequence(pair, "A", 0);
    special(pair);
    sequence(pair, "B", 1);
    ObjectNode bos = node.putObject("special_tokens").putObject(SPECIALS.get(BOS));
    bos.put("id", SPECIALS.get(BOS));
    bos.putArray("ids").add(BOS);
    bos.putArray("tokens").add(SPECIALS.get(BOS));
  }

  private static void special(ArrayNode template) {
    template.addObject().putObject("SpecialToken").put("id", SPECIALS.get(BOS)).put("type_id", 0);
  }

  private static void sequence(ArrayNode template, String id, int type) {
    template.addObject().putObject("Sequence").put("id", id).put("type_id", type);
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel");
    node.put("add_prefix_space", false);
    node.put("trim_offsets", true);
    node.put("use_regex", true);
  }
}
