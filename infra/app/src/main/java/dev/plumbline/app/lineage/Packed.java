/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Values of the index as bytes. Nothing else reads them: a changed form is another index. */
final class Packed {
  private Packed() {}

  /** Writes a value. */
  interface Writer {
    /** Writes it. */
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads a value. */
  interface Reader<T> {
    /** Reads it. */
    T read(DataInputStream in) throws IOException;
  }

  static byte[] write(Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static <T> T read(byte[] bytes, Reader<T> reader) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return reader.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the index of lineages is damaged; delete its folder", e);
    }
  }

  static byte[] number(long number) {
    return write(out -> out.writeLong(number));
  }

  static long number(byte[] bytes) {
    return read(bytes, DataInputStream::readLong);
  }

  static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }

  static List<String> readTexts(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(in.readUTF());
    }
    return List.copyOf(texts);
  }
}
