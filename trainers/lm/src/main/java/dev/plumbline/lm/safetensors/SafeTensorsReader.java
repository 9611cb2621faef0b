/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The strict reader behind {@link SafeTensors#parse} and {@link SafeTensors#map}. */
final class SafeTensorsReader {
  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final String METADATA = "__metadata__";
  // Enough for 100,000 tensors; a header that is all brackets must not fill the memory.
  private static final long MAX_HEADER_TOKENS = 2_000_000;
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_HEADER_TOKENS).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @SuppressWarnings("ArrayRecordComponent") // private and never compared
  private record Entry(String name, ElementType type, long[] shape, long begin, long end) {}

  private SafeTensorsReader() {}

  static SafeTensors read(byte[] file) {
    long dataStart = LENGTH_BYTES + headerBytes(ByteBuffer.wrap(file), file.length);
    JsonNode header = header(Arrays.copyOfRange(file, LENGTH_BYTES, (int) dataStart));
    ByteBuffer bytes = ByteBuffer.wrap(file);
    Map<String, TensorData> tensors = new TreeMap<>();
    for (Entry entry : entries(header, file.length - dataStart)) {
      int start = (int) (dataStart + entry.begin);
      tensors.put(
          entry.name,
          new TensorData(
              entry.type, entry.shape, bytes.slice(start, (int) (entry.end - entry.begin))));
    }
    return SafeTensors.of(tensors, metadata(header));
  }

  static SafeTensors map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      long headerBytes = headerBytes(read(channel, 0, LENGTH_BYTES), fileBytes);
      JsonNode header = header(read(channel, LENGTH_BYTES, (int) headerBytes).array());
      long dataStart = LENGTH_BYTES + headerBytes;
      Map<String, TensorData> tensors = new TreeMap<>();
      for (Entry entry : entries(header, fileBytes - dataStart)) {
        ByteBuffer bytes =
            channel.map(
                FileChannel.MapMode.READ_ONLY, dataStart + entry.begin, entry.end - entry.begin);
        tensors.put(entry.name, new TensorData(entry.type, entry.shape, bytes));
      }
      return SafeTensors.of(tensors, metadata(header));
    }
  }

  /** Reads so many bytes, or those that there are. */
  private static ByteBuffer read(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = channel.read(bytes, position + bytes.position());
    }
    return bytes.flip();
  }

  private static long headerBytes(ByteBuffer start, long fileBytes) {
    if (fileBytes < LENGTH_BYTES) {
      throw new SafeTensorsException(
          fileBytes == 0
              ? "the file is empty"
              : "truncated: expected at least 8 bytes of header length, but the file has "
                  + fileBytes);
    }
    long headerBytes = start.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new SafeTensorsException(
          "header of %s bytes exceeds the limit of %d"
              .formatted(Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
    }
    if (headerBytes > fileBytes - LENGTH_BYTES) {
      throw new SafeTensorsException(
          "truncated: the header should have %d bytes, but %d are left"
              .formatted(headerBytes, fileBytes - LENGTH_BYTES));
    }
    return headerBytes;
  }

  private static List<Entry> entries(JsonNode header, long dataBytes) {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    requireContiguous(entries, dataBytes);
    return entries;
  }

  private static JsonNode header(byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      throw new SafeTensorsException("the header must be a JSON object that starts with '{'");
    }
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new SafeTensorsException("the header is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new SafeTensorsException("the header is not valid UTF-8: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> metadata(JsonNode header) {
    JsonNode node = header.path(METADATA);
    if (node.isMissingNode()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw new SafeTensorsException("__metadata__ must map text to text, but was " + node);
    }
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new SafeTensorsException(
            "__metadata__ must map text to text, but '%s' was %s"
                .formatted(field.getKey(), field.getValue()));
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
    return metadata;
  }

  private static Entry entry(String name, JsonNode node) {
    if (!node.isObject() || node.size() != 3) {
      throw new SafeTensorsException(
          "tensor '%s' must have exactly dtype, shape and data_offsets, but was %s"
              .formatted(name, brief(node)));
    }
    ElementType type = type(name, node.path("dtype"));
    long[] shape = naturals(name, "shape", node.path("shape"));
    long[] offsets = naturals(name, "data_offsets", node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new SafeTensorsException(
          "data_offsets of tensor '%s' must be [begin, end], but was %s"
              .formatted(name, Arrays.toString(offsets)));
    }
    long expected;
    try {
      expected = type.bytes();
      for (long dimension : shape) {
        expected = Math.multiplyExact(expected, dimension);
      }
    } catch (ArithmeticException e) {
      throw new SafeTensorsException(
          "shape %s of tensor '%s' overflows".formatted(Arrays.toString(shape), name), e);
    }
    if (expected > Integer.MAX_VALUE) {
      throw new SafeTensorsException(
          "tensor '%s' of type %s and shape %s needs %d bytes, but tensors have at most %d"
              .formatted(name, type, Arrays.toString(shape), expected, Integer.MAX_VALUE));
    }
    if (offsets[1] - offsets[0] != expected) {
      throw new SafeTensorsException(
          "tensor '%s' of type %s and shape %s needs %d bytes, but its data_offsets span %d"
              .formatted(name, type, Arrays.toString(shape), expected, offsets[1] - offsets[0]));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private static ElementType type(String name, JsonNode node) {
    for (ElementType type : ElementType.values()) {
      if (node.isTextual() && type.name().equals(node.textValue())) {
        return type;
      }
    }
    throw new SafeTensorsException(
        "dtype of tensor '%s' must be one of %s, but was %s"
            .formatted(name, Arrays.toString(ElementType.values()), node));
  }

  private static long[] naturals(String name, String field, JsonNode node) {
    if (!node.isArray()) {
      throw new SafeTensorsException("%s of tensor '%s' must be an array".formatted(field, name));
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw new SafeTensorsException(
            "%s of tensor '%s' must hold non-negative integers, but was %s"
                .formatted(field, name, brief(node)));
      }
      values[i] = value.longValue();
    }
    return values;
  }

  private static String brief(JsonNode node) {
    String text = node.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static void requireContiguous(List<Entry> entries, long dataBytes) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : ordered) {
      if (entry.begin < position) {
        throw new SafeTensorsException(
            "tensor '%s' starts at byte %d and overlaps the tensor that ends at byte %d"
                .formatted(entry.name, entry.begin, position));
      }
      if (entry.begin > position) {
        throw new SafeTensorsException(
            "hole: bytes %d to %d before tensor '%s' belong to no tensor"
                .formatted(position, entry.begin, entry.name));
      }
      position = entry.end;
    }
    if (position > dataBytes) {
      throw new SafeTensorsException(
          "truncated: the tensors need %d bytes of data, but the file has %d"
              .formatted(position, dataBytes));
    }
    if (position < dataBytes) {
      throw new SafeTensorsException(
          "the tensors end at byte %d of the data, but the file has %d"
              .formatted(position, dataBytes));
    }
  }
}
