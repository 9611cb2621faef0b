/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes decided preferences as JSON lines that TRL or OpenAI's fine-tuning reads; gzip where the
 * file's name ends in {@code .gz}. Used by one thread.
 */
public final class PreferenceWriter implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** The formats that can be written. */
  public enum Format {
    /** One object with id, prompt, chosen and rejected as texts. */
    TRL_PAIRWISE,
    /** One object with input.messages, preferred_output and non_preferred_output. */
    OPENAI_PREFERENCE
  }

  private final Writer out;
  private final Format format;

  private PreferenceWriter(Writer out, Format format) {
    this.out = out;
    this.format = format;
  }

  /** Creates or replaces a file. */
  public static PreferenceWriter create(Path file, Format format) {
    try {
      var bytes = Files.newOutputStream(file);
      var raw = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes;
      var out = new BufferedWriter(new OutputStreamWriter(raw, StandardCharsets.UTF_8));
      return new PreferenceWriter(out, format);
    } catch (IOException e) {
      throw new UncheckedIOException("preference file " + file + " can't be created", e);
    }
  }

  /** Writes one row. */
  public void write(String id, String prompt, String chosen, String rejected) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    switch (format) {
      case TRL_PAIRWISE -> {
        row.put("prompt", prompt);
        row.put("chosen", chosen);
        row.put("rejected", rejected);
      }
      case OPENAI_PREFERENCE -> {
        row.put("input", Map.of("messages", messages("user", prompt)));
        row.put("preferred_output", messages("assistant", chosen));
        row.put("non_preferred_output", messages("assistant", rejected));
      }
    }
    try {
      out.write(JSON.writeValueAsString(row));
      out.write('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts always have a JSON form", e);
    } catch (IOException e) {
      throw new UncheckedIOException("row " + id + " can't be written", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the preference file can't be closed", e);
    }
  }

  private static List<Map<String, String>> messages(String role, String content) {
    Map<String, String> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return List.of(message);
  }
}
