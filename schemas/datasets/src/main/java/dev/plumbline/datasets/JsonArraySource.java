/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Rows of a file that is one JSON array, as annotation tools export them, one at a time. An element
 * counts as a line. Used by one thread.
 */
final class JsonArraySource implements RowSource {
  private final Path file;
  private final JsonParser parser;
  private int row;

  private JsonArraySource(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static JsonArraySource open(Path file, InputStream in) throws IOException {
    JsonParser parser = PlainJson.parser(in);
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw new IllegalStateException("the file does not begin with [");
    }
    return new JsonArraySource(file, parser);
  }

  @Override
  public Optional<RawRow> next() {
    if (parser.isClosed()) {
      return Optional.empty();
    }
    row++;
    try {
      JsonToken token = parser.nextToken();
      if (token != JsonToken.END_ARRAY) {
        return Optional.of(PlainJson.element(row, parser));
      }
      if (parser.nextToken() != null) {
        throw new DatasetException(file, row, "something follows the array's end");
      }
      parser.close();
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new DatasetException(file, row, "not JSON: " + PlainJson.complaint(e), e);
    } catch (IOException e) {
      throw new DatasetException(file, row, "can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new DatasetException(file, row, "can't be closed: " + e.getMessage(), e);
    }
  }
}
