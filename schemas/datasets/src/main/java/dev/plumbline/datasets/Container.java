/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What contains rows, told from a file's name when it is written. */
enum Container {
  JSON_LINES(".jsonl"),
  JSON_LINES_GZIP(".jsonl.gz"),
  PARQUET(".parquet");

  private final String ending;

  Container(String ending) {
    this.ending = ending;
  }

  static Optional<Container> of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(container -> name.endsWith(container.ending)).findFirst();
  }

  RowSink create(Path file) throws IOException {
    return switch (this) {
      case JSON_LINES -> JsonLineSink.plain(file);
      case JSON_LINES_GZIP -> JsonLineSink.gzip(file);
      case PARQUET -> ParquetSink.create(file);
    };
  }
}
