/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The deterministic writer behind {@link SafeTensors#toBytes}. */
final class SafeTensorsWriter {
  private static final int LENGTH_BYTES = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafeTensorsWriter() {}

  static byte[] write(SafeTensors content) {
    ObjectNode header = JSON.createObjectNode();
    if (!content.metadata().isEmpty()) {
      ObjectNode metadata = header.putObject("__metadata__");
      content.metadata().forEach(metadata::put);
    }
    // Widest elements first keeps every tensor aligned to its element size.
    List<Map.Entry<String, TensorData>> ordered = new ArrayList<>(content.tensors().entrySet());
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().type().bytes()));
    long position = 0;
    for (Map.Entry<String, TensorData> entry : ordered) {
      TensorData tensor = entry.getValue();
      long end = position + tensor.view().limit();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      Arrays.stream(tensor.shape()).forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(position).add(end);
      position = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int headerBytes = (json.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
    byte[] file = new byte[Math.toIntExact(LENGTH_BYTES + headerBytes + position)];
    Arrays.fill(file, LENGTH_BYTES, LENGTH_BYTES + headerBytes, (byte) ' ');
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(headerBytes).put(json).position(LENGTH_BYTES + headerBytes);
    for (Map.Entry<String, TensorData> entry : ordered) {
      out.put(entry.getValue().view());
    }
    return file;
  }
}
