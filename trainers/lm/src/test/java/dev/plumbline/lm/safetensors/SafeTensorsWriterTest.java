/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafeTensorsWriterTest {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  @TempDir private Path directory;

  @Test
  void shouldReadTensorsOneAfterTheOtherInTheOrderOfTheFile() throws IOException {
    List<String> read = new ArrayList<>();
    SequencedMap<String, TensorSource> tensors = new LinkedHashMap<>();
    tensors.put("b", source(TensorData.of(new float[] {1, 2}, 2), () -> read.add("b")));
    tensors.put("c", source(TensorData.of(new double[] {3}, 1), () -> read.add("c")));
    tensors.put("a", source(TensorData.of(new float[] {4}, 1), () -> read.add("a")));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensorsWriter.write(Channels.newChannel(out), tensors, METADATA);

    assertThat(read).containsExactly("c", "a", "b");
    SafeTensors content = SafeTensors.parse(out.toByteArray());
    assertThat(content.toBytes()).isEqualTo(out.toByteArray());
    assertThat(content.tensors().get("b").toFloats()).containsExactly(1, 2);
  }

  @Test
  void shouldFillShardsInOrderAndListThem() throws IOException {
    SequencedMap<String, TensorSource> tensors = new LinkedHashMap<>();
    tensors.put("z", TensorData.of(new float[] {1, 2}, 2));
    tensors.put("large", TensorData.of(new float[5], 5));
    tensors.put("a", TensorData.of(new float[] {3}, 1));
    tensors.put("b", TensorData.of(new float[] {4}, 1));

    SafeTensorsWriter.writeShards(directory, tensors, METADATA, 8);

    assertThat(names())
        .containsExactly(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    JsonNode index =
        new ObjectMapper().readTree(directory.resolve("model.safetensors.index.json").toFile());
    assertThat(index.path("metadata").path("total_size").asLong()).isEqualTo(36);
    assertThat(index.path("weight_map").toString())
        .isEqualTo(
            """
            {"z":"model-00001-of-00003.safetensors","large":"model-00002-of-00003.safetensors",\
            "a":"model-00003-of-00003.safetensors","b":"model-00003-of-00003.safetensors"}""");
    assertThat(SafeTensors.map(directory.resolve("model-00003-of-00003.safetensors")).tensors())
        .containsOnlyKeys("a", "b");
  }

  @Test
  void shouldWriteOneFileWhenAllFits() throws IOException {
    SequencedMap<String, TensorSource> tensors = new LinkedHashMap<>();
    tensors.put("a", TensorData.of(new float[] {3}, 1));
    tensors.put("b", TensorData.of(new float[] {4}, 1));
    SafeTensorsWriter.writeShards(directory, tensors, METADATA, 8);
    assertThat(names()).containsExactly("model.safetensors");
    assertThatThrownBy(() -> SafeTensorsWriter.writeShards(directory, tensors, METADATA, 4))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("weights are written into a directory that has none");
  }

  @Test
  void shouldRefuseATensorThatIsNotWhatItWasAnnouncedAs() {
    TensorSource other =
        new TensorSource() {
          @Override
          public ElementType type() {
            return ElementType.BF16;
          }

          @Override
          public long[] shape() {
            return new long[] {1};
          }

          @Override
          public TensorData read() {
            return TensorData.of(new float[] {1}, 1);
          }
        };
    assertThatThrownBy(
            () ->
                SafeTensorsWriter.write(
                    Channels.newChannel(new ByteArrayOutputStream()), Map.of("a", other), METADATA))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor 'a' was announced as BF16[1], but is F32[1]");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static TensorSource source(TensorData data, Runnable onRead) {
    return new TensorSource() {
      @Override
      public ElementType type() {
        return data.type();
      }

      @Override
      public long[] shape() {
        return data.shape();
      }

      @Override
      public TensorData read() {
        onRead.run();
        return data;
      }
    };
  }
}
