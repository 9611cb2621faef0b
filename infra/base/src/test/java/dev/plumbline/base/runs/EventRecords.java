/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads event files back, with a CRC32C of its own (bit by bit, Castagnoli's polynomial). */
final class EventRecords {

  /** A message as its fields in order: Long, Double, Float or byte[]. */
  record Field(int number, Object value) {

    byte[] bytes() {
      return (byte[]) value;
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }
  }

  /** What an event of one file says, whichever kind it is. */
  record Event(
      double wallTime,
      long step,
      String version,
      boolean sessionStart,
      Map<String, Float> scalars,
      Map<String, String> texts) {}

  private EventRecords() {}

  static List<Event> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      assertThat(in.getInt()).isEqualTo(mask(crc(length)));
      byte[] data = take(in, (int) in.getLong(in.position() - 12));
      assertThat(in.getInt()).isEqualTo(mask(crc(data)));
      events.add(event(data));
    }
    return events;
  }

  private static Event event(byte[] data) {
    double wallTime = 0;
    long step = 0;
    String version = "";
    boolean sessionStart = false;
    Map<String, Float> scalars = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    for (Field field : fields(data)) {
      switch (field.number()) {
        case 1 -> wallTime = (Double) field.value();
        case 2 -> step = (Long) field.value();
        case 3 -> version = field.text();
        case 5 -> fields(field.bytes()).forEach(value -> summary(value.bytes(), scalars, texts));
        case 7 -> sessionStart = fields(field.bytes()).equals(List.of(new Field(1, 1L)));
        default -> throw new AssertionError("an event has no field " + field);
      }
    }
    return new Event(wallTime, step, version, sessionStart, scalars, texts);
  }

  private static void summary(byte[] value, Map<String, Float> scalars, Map<String, String> texts) {
    String tag = "";
    for (Field field : fields(value)) {
      switch (field.number()) {
        case 1 -> tag = field.text();
        case 2 -> scalars.put(tag, (Float) field.value());
        case 8 -> texts.put(tag, fields(field.bytes()).getLast().text());
        case 9 -> {
          Field plugin = fields(field.bytes()).getFirst();
          assertThat(fields(plugin.bytes()).getFirst().text()).isEqualTo("text");
        }
        default -> throw new AssertionError("a summary has no field " + field);
      }
    }
  }

  private static List<Field> fields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> take(in, (int) varint(in));
            case 5 -> in.getFloat();
            default -> throw new AssertionError("not a wire type: " + (key & 7));
          };
      fields.add(new Field((int) (key >>> 3), value));
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static int crc(byte[] bytes) {
    int crc = -1;
    for (byte next : bytes) {
      crc ^= next & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) * 0x82F63B78);
      }
    }
    return ~crc;
  }

  private static int mask(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xA282EAD8;
  }
}
