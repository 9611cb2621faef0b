/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow and datasets wrote, see tests/peers/datasets_parity.py. */
final class ParquetPeersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"texts", "messages", "implicit", "unpaired", "tools"})
  void shouldReadTheRowsThatPythonWrote(String name) throws Exception {
    List<Row> expected = read(resource(name + ".jsonl"));

    assertThat(expected).isNotEmpty();
    assertThat(read(resource(name + ".datasets.parquet"))).isEqualTo(expected);
    assertThat(read(resource(name + ".pyarrow.parquet"))).isEqualTo(expected);
  }

  @Test
  void shouldNameTheColumnThatHoldsNoPlainData() throws Exception {
    Path file = resource("timestamp.parquet");

    assertThatThrownBy(() -> DatasetReader.open(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(
            "timestamp.parquet:1: created_at: has the Parquet type optional int64 created_at (TIMESTAMP(MICROS,true))")
        .hasMessageEndingWith("hint: make it a text first, or leave the column out");
  }

  @Test
  void shouldRefuseAFileThatIsCutOff() throws Exception {
    byte[] whole = Files.readAllBytes(resource("texts.pyarrow.parquet"));
    Path file = folder.resolve("cut.parquet");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> DatasetReader.open(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("cut.parquet:1: can't be opened as Parquet: ");
  }

  private static List<Row> read(Path file) {
    List<Row> rows = new ArrayList<>();
    try (var reader = DatasetReader.open(file)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private static Path resource(String name) throws URISyntaxException {
    var url = Objects.requireNonNull(ParquetPeersTest.class.getResource("/peers/" + name), name);
    return Path.of(url.toURI());
  }
}
