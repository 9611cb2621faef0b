/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes safetensors files, one tensor in memory at a time. The bytes are those of {@link
 * SafeTensors#toBytes}.
 */
public final class SafeTensorsWriter {
  private static final int LENGTH_BYTES = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafeTensorsWriter() {}

  static byte[] toBytes(Map<String, TensorData> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, ? extends TensorSource>> ordered = ordered(tensors);
    ByteBuffer header = header(ordered, metadata);
    long size = header.limit();
    for (TensorData tensor : tensors.values()) {
      size += bytes(tensor);
    }
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(size)).put(header);
    ordered.forEach(entry -> file.put(entry.getValue().read().view()));
    return file.array();
  }

  /** Writes one file to a channel, which stays open. */
  public static void write(
      WritableByteChannel out,
      Map<String, ? extends TensorSource> tensors,
      Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, ? extends TensorSource>> ordered = ordered(tensors);
    writeFully(out, header(ordered, metadata));
    for (Map.Entry<String, ? extends TensorSource> entry : ordered) {
      TensorSource source = entry.getValue();
      TensorData tensor = source.read();
      if (tensor.type() != source.type() || !tensor.hasShape(source.shape())) {
        throw new IllegalStateException(
            "tensor '%s' was announced as %s%s, but is %s"
                .formatted(entry.getKey(), source.type(), Arrays.toString(source.shape()), tensor));
      }
      writeFully(out, tensor.view());
    }
  }

  /**
   * Writes a model's weights into a directory: {@code model.safetensors} when they fit into one
   * shard, else {@code model-00001-of-0000n.safetensors} and so on, filled in the order given, with
   * {@code model.safetensors.index.json}.
   *
   * @param maxShardBytes most bytes of tensors in a shard; a larger tensor is a shard of its own
   * @throws FileAlreadyExistsException when the directory has weights: readers would mix them up
   */
  public static void writeShards(
      Path directory,
      SequencedMap<String, ? extends TensorSource> tensors,
      Map<String, String> metadata,
      long maxShardBytes)
      throws IOException {
    try (DirectoryStream<Path> present =
        Files.newDirectoryStream(directory, "*.safetensors{,.index.json}")) {
      for (Path file : present) {
        throw new FileAlreadyExistsException(
            file.toString(), null, "weights are written into a directory that has none");
      }
    }
    List<SequencedMap<String, TensorSource>> shards = shards(tensors, maxShardBytes);
    if (shards.size() == 1) {
      write(directory.resolve("model.safetensors"), shards.getFirst(), metadata);
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    index
        .putObject("metadata")
        .put("total_size", tensors.values().stream().mapToLong(SafeTensorsWriter::bytes).sum());
    ObjectNode files = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      shards.get(i).keySet().forEach(tensor -> files.put(tensor, name));
      write(directory.resolve(name), shards.get(i), metadata);
    }
    Files.writeString(
        directory.resolve("model.safetensors.index.json"), index.toPrettyString() + "\n");
  }

  private static void write(
      Path file, Map<String, TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(out, tensors, metadata);
    }
  }

  private static List<SequencedMap<String, TensorSource>> shards(
      SequencedMap<String, ? extends TensorSource> tensors, long maxShardBytes) {
    List<SequencedMap<String, TensorSource>> shards = new ArrayList<>();
    shards.add(new LinkedHashMap<>());
    long bytes = 0;
    for (Map.Entry<String, ? extends TensorSource> entry : tensors.entrySet()) {
      long size = bytes(entry.getValue());
      if (bytes > 0 && bytes + size > maxShardBytes) {
        shards.add(new LinkedHashMap<>());
        bytes = 0;
      }
      shards.getLast().put(entry.getKey(), entry.getValue());
      bytes += size;
    }
    return shards;
  }

  /** As in the file: widest elements first keeps every tensor aligned to its element size. */
  private static List<Map.Entry<String, ? extends TensorSource>> ordered(
      Map<String, ? extends TensorSource> tensors) {
    List<Map.Entry<String, ? extends TensorSource>> ordered =
        new ArrayList<>(new TreeMap<>(tensors).entrySet());
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().type().bytes()));
    return ordered;
  }

  private static ByteBuffer header(
      List<Map.Entry<String, ? extends TensorSource>> ordered, Map<String, String> metadata) {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = header.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(node::put);
    }
    long position = 0;
    for (Map.Entry<String, ? extends TensorSource> entry : ordered) {
      TensorSource tensor = entry.getValue();
      long end = position + bytes(tensor);
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      Arrays.stream(tensor.shape()).forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(position).add(end);
      position = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int headerBytes = (json.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
    byte[] padded = Arrays.copyOf(json, headerBytes);
    Arrays.fill(padded, json.length, headerBytes, (byte) ' ');
    return ByteBuffer.allocate(LENGTH_BYTES + headerBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerBytes)
        .put(padded)
        .flip();
  }

  private static long bytes(TensorSource tensor) {
    long bytes = tensor.type().bytes();
    for (long dimension : tensor.shape()) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    return bytes;
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
