/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafeTensorsTest {

  @Test
  void shouldReadBackWhatItWrote() {
    SafeTensors content =
        SafeTensors.of(
            Map.of(
                "b", TensorData.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                "a", TensorData.of(new double[] {Math.PI}, 1),
                "empty", TensorData.of(new float[0], 0, 4)),
            Map.of("format", "pt", "note", "é"));
    byte[] file = content.toBytes();
    assertThat(SafeTensors.parse(file)).isEqualTo(content);
    assertThat(SafeTensors.parse(file).toBytes()).isEqualTo(file);
    assertThat(SafeTensors.parse(file).tensors().get("b").toFloats())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Test
  void shouldWidenHalfPrecisionExactly() {
    byte[] data = {0x00, 0x3C, 0x01, 0x00, (byte) 0x80, 0x3F, 0x20, (byte) 0xC0};
    SafeTensors file =
        SafeTensors.parse(
            file(
                """
                {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                 "b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}""",
                data));
    assertThat(file.tensors().get("h").toFloats()).containsExactly(1f, 0x1p-24f);
    assertThat(file.tensors().get("b").toFloats()).containsExactly(1f, -2.5f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // overlap
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}"
            + " | 6 | overlaps the tensor that ends at byte 4",
        // hole
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}"
            + " | 12 | hole: bytes 4 to 8 before tensor 'b'",
        // duplicate key
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
            + " | 8 | Duplicate field 'a'",
        // size against shape
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,4]}} | 4 | needs 12 bytes, but its data_offsets span 4",
        // data cut off
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 5 | truncated: the tensors need 8 bytes of data, but the file has 5",
        // data left over
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 9 | the tensors end at byte 4 of the data, but the file has 9",
        // metadata that is not text
        "{'__metadata__':{'step':3}} | 0 | must map text to text, but 'step' was 3",
        // unknown type
        "{'a':{'dtype':'F31','shape':[1],'data_offsets':[0,4]}} | 4 | dtype of tensor 'a' must be one of",
        // overflowing shape
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | 0 | overflows",
        // negative dimension
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | must hold non-negative integers",
        // not an object
        "[1] | 0 | must be a JSON object that starts with '{'",
        // not JSON
        "{'a' | 0 | not valid JSON",
        // text after the object
        "{} x | 0 | not valid JSON",
        // missing field
        "{'a':{'dtype':'F32','shape':[1]}} | 4 | must have exactly dtype, shape and data_offsets",
      })
  void shouldRefuseMalformedFiles(String header, int dataBytes, String reason) {
    byte[] file = file(header.replace('\'', '"'), new byte[dataBytes]);
    assertThatThrownBy(() -> SafeTensors.parse(file))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(reason.replace("Duplicate field 'a'", "Duplicate field"));
  }

  @Test
  void shouldMapAFileLargerThanAJavaArray(@TempDir Path directory) throws IOException {
    long first = 2_000_000_000;
    String header =
        """
        {"a":{"dtype":"F32","shape":[500000000],"data_offsets":[0,2000000000]},
         "b":{"dtype":"F32","shape":[500000000],"data_offsets":[2000000000,4000000000]},
         "c":{"dtype":"F32","shape":[2],"data_offsets":[4000000000,4000000008]}}""";
    ByteBuffer start = ByteBuffer.wrap(file(header, new byte[0]));
    Path file = directory.resolve("large.safetensors");
    // The file is sparse: what is not written takes no space.
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int dataStart = start.limit();
      out.write(start);
      out.write(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3F}), dataStart + 2 * first + 4);
    }
    SafeTensors content = SafeTensors.map(file);
    assertThat(content.tensors().get("c").toFloats()).containsExactly(0, 1);
    assertThat(content.tensors().get("b").elements()).isEqualTo(500_000_000);
  }

  @Test
  void shouldMapWhatItParses(@TempDir Path directory) throws IOException {
    SafeTensors content =
        SafeTensors.of(
            Map.of(
                "b", TensorData.of(ElementType.BF16, new float[] {1, 2, 3}, 3),
                "a", TensorData.of(new double[] {Math.PI}, 1),
                "empty", TensorData.of(new float[0], 0, 4)),
            Map.of("format", "pt"));
    Path file = Files.write(directory.resolve("x.safetensors"), content.toBytes());
    assertThat(SafeTensors.map(file)).isEqualTo(content);
  }

  @Test
  void shouldRefuseAHeaderThatWouldFillTheMemory() {
    String header = "{\"a\":{\"shape\":[" + "0,".repeat(2_000_000) + "0]}}";
    byte[] file = file(header, new byte[0]);
    assertThatThrownBy(() -> SafeTensors.parse(file))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("exceeds the maximum allowed");
  }

  @Test
  void shouldRefuseATruncatedOrOversizedHeader() {
    assertThatThrownBy(() -> SafeTensors.parse(new byte[0])).hasMessage("the file is empty");
    assertThatThrownBy(() -> SafeTensors.parse(new byte[5]))
        .hasMessageContaining("truncated: expected at least 8 bytes");
    byte[] file = file("{}", new byte[0]);
    assertThatThrownBy(() -> SafeTensors.parse(withHeaderLength(file, 3)))
        .hasMessage("truncated: the header should have 3 bytes, but 2 are left");
    assertThatThrownBy(() -> SafeTensors.parse(withHeaderLength(file, 100_000_001)))
        .hasMessage("header of 100000001 bytes exceeds the limit of 100000000");
    assertThatThrownBy(() -> SafeTensors.parse(withHeaderLength(file, -1)))
        .hasMessage("header of 18446744073709551615 bytes exceeds the limit of 100000000");
  }

  private static byte[] withHeaderLength(byte[] file, long length) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return changed;
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
