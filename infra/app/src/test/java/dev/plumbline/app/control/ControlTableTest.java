/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlTableTest {

  private static ControlRow row(String method, String target, long seed, int right) {
    return new ControlRow(
        method,
        target,
        "head",
        seed,
        0,
        50,
        right,
        0.5,
        0.6,
        1000,
        3000,
        400,
        0.3,
        0.7,
        0.9,
        2,
        List.of("Once|upon a time"));
  }

  @Test
  void shouldPoolSeedsAndKeepTargetsApart() {
    ControlTable table =
        new ControlTable(
            List.of(
                row("base", "positive", 1, 20),
                row("base", "negative", 1, 30),
                row("control-4", "positive", 1, 40),
                row("base", "positive", 2, 30)));

    assertThat(table.cells()).hasSize(3);
    ControlTable.Cell pooled = table.cells().getFirst();
    assertThat(pooled.method()).isEqualTo("base");
    assertThat(pooled.seeds()).hasSize(2);
    assertThat(pooled.accuracy()).isEqualTo(0.5);
    assertThat(pooled.perplexity()).isCloseTo(Math.exp(3), within(1e-9));
    // 1.96 times the root of the summed squares, over all tokens
    assertThat(Math.log(pooled.perplexityFactor()))
        .isCloseTo(1.959964 * Math.sqrt(800) / 2000, within(1e-6));
    assertThat(table.lines().get(2))
        .startsWith("| positive | `base` | head | 0.500 | 0.404 to 0.596 | 20.1 |")
        .endsWith("| 0 | 2 |");
    assertThat(ControlChart.svg(table)).contains("target: positive", "control-4");
  }

  @Test
  void shouldReadRowsAsTheyWereWritten(@TempDir Path folder) {
    ControlRow row = row("base", "positive", 1, 20);
    row.write(folder);

    assertThat(ControlRow.read(ControlRow.file(folder, "base", "positive", 1))).isEqualTo(row);
  }
}
