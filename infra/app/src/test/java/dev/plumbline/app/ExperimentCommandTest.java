/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentCommandTest {

  @Test
  void shouldWriteTheCurvesAsJsonAsAPlotAndAsAPage(@TempDir Path folder) throws Exception {
    Outcome outcome =
        Commands.run(
            "experiment", "tdpo-frontier", "--seeds", "1", "--json", "--output", folder.toString());

    List<JsonNode> lines = outcome.lines();
    assertThat(lines)
        .extracting(line -> line.path("method").textValue())
        .containsExactly("DPO", "TDPO1", "TDPO2 0.5", "TDPO2 1");
    assertThat(lines).allSatisfy(line -> assertThat(line.path("curve")).hasSize(101));
    Path svg = folder.resolve("tdpo-frontier.svg");
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getElementsByTagName("polyline")
                .getLength())
        .isEqualTo(2 * 4 * 2);
    assertThat(Files.readString(folder.resolve("tdpo-frontier.html")))
        .contains(Files.readString(svg))
        .contains("| TDPO2 0.5 |");
  }

  @Test
  void shouldRefuseToLearnInNoWorld() {
    Outcome outcome = Commands.run("experiment", "tdpo-frontier", "--seeds", "0");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--seeds must be at least 1, but was 0");
  }

  @Test
  void shouldSayWhereItCanNotWrite(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("taken"));

    Outcome outcome =
        Commands.run("experiment", "tdpo-frontier", "--seeds", "1", "--output", file.toString());

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.onlyErrorLine()).contains("can't be written to " + file);
  }
}
