/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Rows as JSON lines in UTF-8. */
final class JsonLineSink implements RowSink {
  private final OutputStream out;

  private JsonLineSink(OutputStream out) {
    this.out = out;
  }

  static JsonLineSink plain(Path file) throws IOException {
    return new JsonLineSink(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  static JsonLineSink gzip(Path file) throws IOException {
    OutputStream raw = Files.newOutputStream(file);
    return new JsonLineSink(new BufferedOutputStream(new GZIPOutputStream(raw), 1 << 16));
  }

  @Override
  public void write(Map<String, @Nullable Object> row) throws IOException {
    out.write(PlainJson.bytes(row));
    out.write('\n');
  }

  @Override
  public void finish() throws IOException {
    out.close();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
