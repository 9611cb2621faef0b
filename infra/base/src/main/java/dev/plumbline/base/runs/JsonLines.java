/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of JSON objects, one per line, whose {@code step} never falls. Belongs to one thread; each
 * line is handed to the operating system at once.
 */
final class JsonLines implements AutoCloseable {

  static final String STEP = "step";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One object of a file.
   *
   * @param end offset of the byte after its line
   */
  private record Line(ObjectNode object, long step, long end) {}

  private final FileChannel channel;

  private JsonLines(FileChannel channel) {
    this.channel = channel;
  }

  /** Begins an empty file where there was none. */
  static JsonLines create(Path file) throws IOException {
    return new JsonLines(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /**
   * Goes on with a file, if there is one, after the last line of {@code step} or before: later
   * lines and a line that was cut off are dropped.
   */
  static JsonLines resume(Path file, long step) throws IOException {
    long end = 0;
    if (Files.exists(file)) {
      for (Line line : lines(file)) {
        if (line.step() > step) {
          break;
        }
        end = line.end();
      }
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(end).position(end);
    return new JsonLines(channel);
  }

  /** All whole lines of a file. */
  static List<ObjectNode> read(Path file) throws IOException {
    return lines(file).stream().map(Line::object).toList();
  }

  static ObjectNode object(long step) {
    return JSON.createObjectNode().put(STEP, step);
  }

  void append(ObjectNode object) throws IOException {
    ByteBuffer line = ByteBuffer.wrap((object + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static List<Line> lines(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    List<Line> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String text = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        lines.add(parse(text, i + 1, "%s:%d".formatted(file, lines.size() + 1)));
        start = i + 1;
      }
    }
    return lines;
  }

  private static Line parse(String text, long end, String place) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object && object.path(STEP).isIntegralNumber()) {
        return new Line(object, object.path(STEP).longValue(), end);
      }
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException(
          "%s: expected a JSON object, but was '%s'".formatted(place, text), broken);
    }
    throw new IllegalStateException(
        "%s: expected a JSON object with an integer 'step', but was '%s'".formatted(place, text));
  }
}
