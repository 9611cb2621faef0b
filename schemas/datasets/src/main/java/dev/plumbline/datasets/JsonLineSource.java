/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Rows of a file of JSON lines in UTF-8, plain or gzip by its first two bytes, one at a time; blank
 * lines are passed over. Counts lines as editors do, so that every complaint names its place. Used
 * by one thread.
 */
final class JsonLineSource implements RowSource {
  static final int MAX_LINE_BYTES = 16 * 1024 * 1024;

  private static final int LOOK_AHEAD_BYTES = 256;
  private static final int GZIP_MAGIC_0 = 0x1f;
  private static final int GZIP_MAGIC_1 = 0x8b;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final InputStream in;
  private int line;

  private JsonLineSource(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** Opens a file of JSON lines, or one that is a JSON array of rows. */
  static RowSource open(Path file) {
    try {
      InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
      try {
        InputStream in = isGzip(raw) ? unzipped(raw) : raw;
        return isArray(in) ? JsonArraySource.open(file, in) : new JsonLineSource(file, in);
      } catch (IOException e) {
        raw.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new DatasetException(file, 1, "the file does not exist: " + file, e);
    } catch (EOFException | ZipException e) {
      throw new DatasetException(
          file, 1, "the gzip stream is cut off or damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DatasetException(file, 1, "can't be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<RawRow> next() {
    Optional<String> text = nextLine();
    while (text.isPresent() && text.get().isBlank()) {
      text = nextLine();
    }
    return text.map(row -> RawRow.read(line, () -> PlainJson.row(row)));
  }

  private Optional<String> nextLine() {
    line++;
    var bytes = new ByteArrayOutputStream();
    try {
      int read = in.read();
      if (read < 0) {
        return Optional.empty();
      }
      for (; read >= 0 && read != '\n'; read = in.read()) {
        bytes.write(read);
        if (bytes.size() > MAX_LINE_BYTES) {
          throw problem("the line is longer than %d bytes".formatted(MAX_LINE_BYTES));
        }
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      return Optional.of(line == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw problem("the line is not UTF-8 text", e);
    } catch (EOFException | ZipException e) {
      throw problem("the gzip stream is cut off or damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw problem("can't be read: " + e.getMessage(), e);
    }
  }

  private DatasetException problem(String what) {
    return new DatasetException(file, line, what);
  }

  private DatasetException problem(String what, Throwable cause) {
    return new DatasetException(file, line, what, cause);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw problem("can't be closed: " + e.getMessage(), e);
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == GZIP_MAGIC_0 && in.read() == GZIP_MAGIC_1;
    in.reset();
    return gzip;
  }

  /** Whether the first character is an opening bracket, behind blanks and a byte order mark. */
  private static boolean isArray(InputStream in) throws IOException {
    in.mark(LOOK_AHEAD_BYTES);
    byte[] start = in.readNBytes(LOOK_AHEAD_BYTES);
    in.reset();
    String text = new String(start, StandardCharsets.UTF_8);
    return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
        .stripLeading()
        .startsWith("[");
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    return new BufferedInputStream(new GZIPInputStream(in), 1 << 16);
  }
}
