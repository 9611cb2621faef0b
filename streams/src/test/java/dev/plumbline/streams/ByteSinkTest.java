/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSinkTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE})
  void shouldReadBackACount(long count) {
    var sink = new ByteSink(1);
    sink.writeCount(count);
    var source = new ByteSource(sink.toByteArray());

    assertThat(source.readCount()).isEqualTo(count);
    assertThat(source.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "item-1", "Übung", "a\0b", "𝕏 und 好"})
  void shouldReadBackAText(String text) {
    var sink = new ByteSink(1);
    sink.writeText(text);
    sink.writeDouble(-0.5);
    var source = new ByteSource(sink.toByteArray());

    assertThat(source.readText()).isEqualTo(text);
    assertThat(source.readDouble()).isEqualTo(-0.5);
    assertThat(source.isAtEnd()).isTrue();
  }

  @Test
  void shouldWriteSmallCountsInOneByte() {
    var sink = new ByteSink(8);
    sink.writeCount(127);

    assertThat(sink.toByteArray()).hasSize(1);
  }

  @Test
  void shouldRefuseWhatItCanNotWrite() {
    var sink = new ByteSink(8);

    assertThatThrownBy(() -> sink.writeCount(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a count must not be negative, but was -1");
    assertThatThrownBy(() -> sink.writeText("x".repeat(65_536)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a text in a store must have at most 65535 bytes, but had 65536");
  }

  @Test
  void shouldSayThatBytesAreMissing() {
    var sink = new ByteSink(8);
    sink.writeText("abc");
    byte[] written = sink.toByteArray();
    var cut = new ByteSource(Arrays.copyOf(written, written.length - 1));

    assertThatThrownBy(cut::readText).isInstanceOf(BufferUnderflowException.class);
    assertThatThrownBy(() -> new ByteSource(new byte[0]).read(-1))
        .isInstanceOf(BufferUnderflowException.class);
  }
}
