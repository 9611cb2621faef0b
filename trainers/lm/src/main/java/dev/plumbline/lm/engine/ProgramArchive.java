/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs tensor-program source text as the archive that libtorch's TorchScript loader reads: a zip
 * of stored entries with the format version, an empty constant table, a pickle of one module object
 * and its class's source.
 */
final class ProgramArchive {
  // Pickle opcodes, protocol 2: the only ones that one object with number attributes needs.
  private static final byte[] PROTOCOL_2 = {(byte) 0x80, 2};
  private static final int GLOBAL = 'c';
  private static final int EMPTY_TUPLE = ')';
  private static final int NEW_OBJECT = 0x81;
  private static final int EMPTY_DICT = '}';
  private static final int MARK = '(';
  private static final int BIN_UNICODE = 'X';
  private static final int BIN_INT = 'J';
  private static final int BIN_FLOAT = 'G';
  private static final int NEW_TRUE = 0x88;
  private static final int SET_ITEMS = 'u';
  private static final int BUILD = 'b';
  private static final int STOP = '.';

  private ProgramArchive() {}

  /**
   * @param methods source text of the class's methods
   * @param className name of the class
   * @param constants values of the class's {@code int} and {@code float} attributes
   */
  static byte[] pack(String methods, String className, SortedMap<String, Number> constants) {
    String source = declaration(className, constants) + methods;
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("program/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    entries.put("program/constants.pkl", new byte[] {(byte) 0x80, 2, EMPTY_TUPLE, STOP});
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      entries.put("program/data.pkl", module(className, constants));
      entries.put("program/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(stored(entry.getKey(), entry.getValue()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zip.toByteArray();
  }

  private static String declaration(String className, SortedMap<String, Number> constants) {
    StringBuilder text = new StringBuilder("class " + className + "(Module):\n");
    text.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    constants.forEach(
        (name, value) ->
            text.append("  %s : %s\n".formatted(name, value instanceof Integer ? "int" : "float")));
    return text.append('\n').toString();
  }

  private static ZipEntry stored(String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    return entry;
  }

  private static byte[] module(String className, SortedMap<String, Number> constants)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream pickle = new DataOutputStream(bytes);
    pickle.write(PROTOCOL_2);
    pickle.write(GLOBAL);
    pickle.write(("__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {EMPTY_TUPLE, (byte) NEW_OBJECT, EMPTY_DICT, MARK});
    key(pickle, "training");
    pickle.write(NEW_TRUE);
    for (Map.Entry<String, Number> constant : constants.entrySet()) {
      key(pickle, constant.getKey());
      switch (constant.getValue()) {
        case Integer value -> {
          pickle.write(BIN_INT);
          pickle.writeInt(Integer.reverseBytes(value));
        }
        case Double value -> {
          pickle.write(BIN_FLOAT);
          pickle.writeDouble(value);
        }
        default ->
            throw new IllegalArgumentException(
                "constants must be int or double, but %s was %s"
                    .formatted(constant.getKey(), constant.getValue().getClass()));
      }
    }
    pickle.write(new byte[] {SET_ITEMS, BUILD, STOP});
    return bytes.toByteArray();
  }

  private static void key(DataOutputStream pickle, String name) throws IOException {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    pickle.write(BIN_UNICODE);
    pickle.writeInt(Integer.reverseBytes(utf8.length));
    pickle.write(utf8);
  }
}
