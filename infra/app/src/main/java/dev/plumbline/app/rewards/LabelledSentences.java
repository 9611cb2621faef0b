/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.app.models.InputException;
import dev.plumbline.app.training.EpochOrder;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.LabelledRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Sentences with labels: files of JSON lines, plain or gzip.
 *
 * @param textColumn column of the text
 * @param labelColumn column of the label, a text or a number
 */
public record LabelledSentences(String textColumn, String labelColumn) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int GZIP_MAGIC_0 = 0x1f;
  private static final int GZIP_MAGIC_1 = 0x8b;

  /**
   * One sentence.
   *
   * @param text as it stands in the file
   * @param has whether it has the attribute
   */
  public record Sentence(String text, boolean has) {}

  /**
   * What the files gave.
   *
   * @param sentences in the order of the files
   * @param leftOut how many have another label
   */
  public record Content(List<Sentence> sentences, int leftOut) {

    /** How many have the attribute. */
    long having() {
      return sentences.stream().filter(Sentence::has).count();
    }

    /** As many with as without the attribute: of the more frequent, some are drawn. */
    Content balanced(long seed) {
      long each = Math.min(having(), sentences.size() - having());
      boolean[] kept = new boolean[sentences.size()];
      long with = 0;
      long without = 0;
      for (int i : new EpochOrder(seed).of(-1, sentences.size())) {
        boolean has = sentences.get(i).has();
        kept[i] = (has ? with : without) < each;
        with += has ? 1 : 0;
        without += has ? 0 : 1;
      }
      List<Sentence> even = new ArrayList<>();
      for (int i = 0; i < kept.length; i++) {
        if (kept[i]) {
          even.add(sentences.get(i));
        }
      }
      return new Content(even, leftOut + sentences.size() - even.size());
    }
  }

  /**
   * Reads files, one after the other.
   *
   * @param setting that names them, for messages
   * @throws InputException naming the file and line that can't be read, or when no sentence with,
   *     or none without the attribute is left
   */
  public Content read(String setting, List<Path> files, Attribute attribute) {
    List<Sentence> sentences = new ArrayList<>();
    SortedMap<String, Integer> labels = new TreeMap<>();
    int leftOut = 0;
    for (Path file : files) {
      try (BufferedReader lines = open(file)) {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (line.isBlank()) {
            continue;
          }
          JsonNode row = row(file, number, line);
          String label = column(file, number, row, labelColumn);
          String text = column(file, number, row, textColumn);
          labels.merge(label, 1, Integer::sum);
          boolean has = label.equals(attribute.name());
          boolean hasNot =
              !has && (attribute.against().isEmpty() || attribute.against().contains(label));
          if ((has || hasNot) && !text.isBlank()) {
            sentences.add(new Sentence(text, has));
          } else {
            leftOut++;
          }
        }
      } catch (IOException e) {
        throw new InputException(setting, "%s can't be read: %s".formatted(file, e));
      }
    }
    Content content = new Content(sentences, leftOut);
    if (content.having() == 0 || content.having() == sentences.size()) {
      throw new InputException(
          setting,
          "there must be sentences with and without the attribute '%s' (against %s), but the labels in column '%s' are %s"
              .formatted(attribute.name(), attribute.against(), labelColumn, labels));
    }
    return content;
  }

  private static BufferedReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file.toString(), "there is no such file");
    }
    PushbackInputStream in = new PushbackInputStream(Files.newInputStream(file), 2);
    byte[] magic = in.readNBytes(2);
    in.unread(magic);
    boolean gzip = magic.length == 2 && magic[0] == GZIP_MAGIC_0 && magic[1] == (byte) GZIP_MAGIC_1;
    InputStream plain = gzip ? new GZIPInputStream(in) : in;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
  }

  private static JsonNode row(Path file, int line, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InputException(file + ":" + line, "not valid JSON: " + e.getOriginalMessage());
    }
  }

  private static String column(Path file, int line, JsonNode row, String name) {
    JsonNode value = row.path(name);
    if (!value.isValueNode() || value.isNull()) {
      List<String> columns = new ArrayList<>();
      for (Iterator<String> names = row.fieldNames(); names.hasNext(); ) {
        columns.add(names.next());
      }
      throw new InputException(
          file + ":" + line,
          "column '%s' must be a text or a number, but was %s; the columns are %s"
              .formatted(name, value.isMissingNode() ? "missing" : value, columns));
    }
    return value.asText();
  }

  /**
   * Sentences as rows that a controller reads: the token that starts a text, then the sentence, cut
   * at its end where it is too long.
   */
  static List<LabelledRow> rows(Tokenizer tokenizer, List<Sentence> sentences, int maxLength) {
    int[] start = tokenizer.encodePrompt("");
    List<LabelledRow> rows = new ArrayList<>();
    for (Sentence sentence : sentences) {
      int[] ids = tokenizer.encode(sentence.text());
      int[] kept = Arrays.copyOf(ids, Math.min(ids.length, maxLength - start.length));
      rows.add(new LabelledRow(TokenRow.of(start, kept), sentence.has()));
    }
    return rows;
  }
}
