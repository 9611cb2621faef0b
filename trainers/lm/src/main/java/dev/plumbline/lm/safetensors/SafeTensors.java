/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Named tensors and string metadata: the content of a safetensors file. Immutable; tensors and
 * metadata are sorted by name.
 *
 * <p>Read strictly: refused are a header that is truncated, larger than 100 MB or not a JSON
 * object, duplicate keys, metadata that is not text, offsets that overlap, leave holes or disagree
 * with shape and type, data that is cut off or left over, and a tensor of more than 2 GiB.
 *
 * @param tensors by name
 * @param metadata the {@code __metadata__} entry; empty when the file has none
 */
public record SafeTensors(
    SortedMap<String, TensorData> tensors, SortedMap<String, String> metadata) {

  public SafeTensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  public static SafeTensors of(Map<String, TensorData> tensors, Map<String, String> metadata) {
    return new SafeTensors(new TreeMap<>(tensors), new TreeMap<>(metadata));
  }

  /**
   * Reads a file's bytes, sharing them.
   *
   * @throws SafeTensorsException saying what is wrong
   */
  public static SafeTensors parse(byte[] file) {
    return SafeTensorsReader.read(file);
  }

  /**
   * Maps a file of any size into memory: values are read when they are asked for, and the file must
   * stay as it is until then.
   *
   * @throws SafeTensorsException saying what is wrong
   */
  public static SafeTensors map(Path file) throws IOException {
    return SafeTensorsReader.map(file);
  }

  /**
   * The file's bytes, a function of the content alone: metadata first, tensors by falling element
   * size and then name, header padded with spaces to a multiple of 8 bytes.
   */
  public byte[] toBytes() {
    return SafeTensorsWriter.toBytes(tensors, metadata);
  }
}
