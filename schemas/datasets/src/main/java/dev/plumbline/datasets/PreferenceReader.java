/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.datasets.RowLayout.Content;
import dev.plumbline.events.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads a preference file of JSON lines, plain or gzip, UTF-8, one row at a time; memory does not
 * grow with the file. Blank lines are passed over. Used by one thread.
 *
 * <p>A line that is not as its format says ends the reading with a {@link DatasetException} naming
 * {@code file:line}. A well-formed row with nothing to compare (a blank prompt or candidate, equal
 * candidates, a text over {@link Limits#MAX_TEXT_BYTES}) comes out as a {@link SkippedRow}, for the
 * caller to count and list.
 */
public final class PreferenceReader implements AutoCloseable {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final LineReader lines;
  private final String dataset;
  private @Nullable DatasetFormat format;

  private PreferenceReader(LineReader lines, String dataset, @Nullable DatasetFormat format) {
    this.lines = lines;
    this.dataset = dataset;
    this.format = format;
  }

  /**
   * Opens a file whose format shows in its first row.
   *
   * @param dataset name of the data set, after which its annotators are named
   */
  public static PreferenceReader open(Path file, String dataset) {
    return new PreferenceReader(LineReader.open(file), dataset, null);
  }

  /** Opens a file of a known format. */
  public static PreferenceReader open(Path file, String dataset, DatasetFormat format) {
    return new PreferenceReader(LineReader.open(file), dataset, format);
  }

  /**
   * Returns the next row, or empty at the end of the file.
   *
   * @throws DatasetException naming file, line, field, value and what was expected
   */
  public Optional<DatasetRow> next() {
    Optional<String> line = lines.next();
    while (line.isPresent() && line.get().isBlank()) {
      line = lines.next();
    }
    return line.map(this::row);
  }

  @Override
  public void close() {
    lines.close();
  }

  private DatasetRow row(String line) {
    JsonNode row = parse(line);
    if (format == null) {
      format =
          DatasetFormat.detect(row)
              .orElseThrow(
                  () ->
                      lines.problem(
                          "no known format has the keys %s; expected %s"
                              .formatted(keys(row), DatasetFormat.expectations())));
    }
    try {
      return usable(id(row), format.layout().read(row, dataset));
    } catch (RowProblem e) {
      throw lines.problem(e.getMessage());
    }
  }

  private JsonNode parse(String line) {
    try {
      JsonNode row = JSON.readTree(line);
      if (!row.isObject()) {
        throw lines.problem("a row must be a JSON object, but was " + Fields.shown(row));
      }
      return row;
    } catch (JsonProcessingException e) {
      throw lines.problem("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private String id(JsonNode row) {
    for (String field : new String[] {"id", "idx"}) {
      if (row.hasNonNull(field)) {
        return Fields.text("", row, field);
      }
    }
    return "line-" + lines.line();
  }

  private DatasetRow usable(String id, Content content) {
    Optional<String> reason =
        unusable("the prompt", content.prompt())
            .or(() -> unusable("candidate a", content.candidateA()))
            .or(() -> unusable("candidate b", content.candidateB()));
    if (reason.isEmpty() && content.candidateA().strip().equals(content.candidateB().strip())) {
      reason = Optional.of("the candidates are equal");
    }
    return reason.isPresent()
        ? new SkippedRow(id, lines.line(), reason.get())
        : new PreferenceRow(
            id,
            lines.line(),
            content.prompt(),
            content.candidateA(),
            content.candidateB(),
            content.votes());
  }

  private static Optional<String> unusable(String what, String text) {
    if (text.isBlank()) {
      return Optional.of(what + " is blank");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= Limits.MAX_TEXT_BYTES
        ? Optional.empty()
        : Optional.of(
            "%s has %d bytes in UTF-8, more than %d".formatted(what, bytes, Limits.MAX_TEXT_BYTES));
  }

  private static String keys(JsonNode row) {
    Iterable<String> names = row::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).collect(Collectors.joining(", "));
  }
}
