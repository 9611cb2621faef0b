/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ConvertCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trl-pairwise pairs.parquet",
        "openai-preference openai.jsonl",
        "alpaca alpaca.jsonl",
        "sharegpt sharegpt.jsonl.gz",
        "ms-swift swift.parquet",
        "nemo-ranking nemo.jsonl"
      })
  void shouldGiveBackTheSameBytesAfterAWayThroughAnotherFormat(String other) throws IOException {
    Path original =
        write(
            "pairs.jsonl",
            "{\"prompt\":\"Say \\\"hi\\\"\\n\",\"chosen\":\"Grüße 👋\",\"rejected\":\"\",\"id\":\"r1\",\"weight\":0.5}",
            "{\"prompt\":\"\",\"chosen\":\"a\",\"rejected\":\"b\",\"id\":\"r2\",\"weight\":2.25}");
    String format = other.split(" ")[0];
    Path there = folder.resolve(other.split(" ")[1]);
    Path back = folder.resolve("back.jsonl");

    assertThat(convert(original, "--to", format, "--output", there.toString()).code()).isZero();
    Outcome outcome =
        convert(there, "--to", "trl-pairwise", "--content", "texts", "--output", back.toString());

    assertThat(outcome.err()).isEmpty();
    assertThat(back).hasSameTextualContentAs(original);
    assertThat(outcome.out().lines())
        .containsExactly(
            "        2 rows  %s (%s)".formatted(there, format),
            "        2 rows  written to %s (trl-pairwise, %d bytes)"
                .formatted(back, Files.size(back)));
  }

  @Test
  void shouldJoinInputsOfSeveralFormatsAndSummarizeInJson() throws IOException {
    Path pairs = write("a.jsonl", "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}");
    Path ranked = write("b.jsonl", "{\"instruction\":\"i\",\"chosen\":\"a\",\"rejected\":\"b\"}");
    Path output = folder.resolve("all.jsonl");

    Outcome outcome =
        run(
            "convert",
            pairs.toString(),
            ranked.toString(),
            "--to",
            "TRL_PAIRWISE",
            "--output",
            output.toString(),
            "--json");

    assertThat(outcome.out().strip())
        .isEqualTo(
            "{\"inputs\":[{\"file\":\"%s\",\"format\":\"trl-pairwise\",\"rows\":1},{\"file\":\"%s\",\"format\":\"alpaca\",\"rows\":1}],\"output\":\"%s\",\"format\":\"trl-pairwise\",\"rows\":2,\"bytes\":%d}"
                .formatted(pairs, ranked, output, Files.size(output)));
  }

  @Test
  void shouldReportEveryRowThatCantBeConvertedAndWriteNothing() throws IOException {
    Path input =
        write(
            "rows.jsonl",
            "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}",
            "{\"prompt\":\"p\",\"chosen\":\"a\"",
            "{\"prompt\":\"p\",\"chosen\":5,\"rejected\":\"b\"}",
            "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"tools\":[{\"type\":\"function\"}]}");
    Path output = folder.resolve("nemo.jsonl");

    Outcome outcome = convert(input, "--to", "nemo-ranking", "--output", output.toString());

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.err().lines())
        .containsExactly(
            "rows.jsonl:2: character 27: not JSON: Unexpected end-of-input: expected close marker for Object; hint: a row is one JSON object on one line",
            "rows.jsonl:3: chosen: must be a text, but was 5; hint: put it in quotes",
            "rows.jsonl:4: tools: nemo-ranking has no place for tools, but the row has 1; hint: trl-pairwise, openai-preference, alpaca, sharegpt and ms-swift have one",
            "plumbline: nothing was written, for 3 problems");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(input);
    }
  }

  @Test
  void shouldHoldEveryRowAgainstTheNamedFormat() throws IOException {
    Path input = write("rows.jsonl", "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}");

    Outcome outcome =
        convert(
            input,
            "--from",
            "alpaca",
            "--to",
            "alpaca",
            "--output",
            folder.resolve("o.jsonl").toString());

    assertThat(outcome.err())
        .startsWith(
            "rows.jsonl:1: instruction: is missing; hint: the row looks like trl-pairwise, but the file is read as alpaca");
  }

  @Test
  void shouldReplaceAnOutputOnlyWhenForced() throws IOException {
    Path input = write("rows.jsonl", "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}");
    Path output = write("out.jsonl", "precious");

    Outcome refused = convert(input, "--to", "trl-pairwise", "--output", output.toString());
    assertThat(refused.code()).isEqualTo(Failures.REFUSED);
    assertThat(refused.err().strip())
        .isEqualTo("plumbline: --output: %s exists: --force replaces it".formatted(output));
    assertThat(output).hasContent("precious");

    Outcome forced =
        convert(input, "--to", "trl-pairwise", "--output", output.toString(), "--force");
    assertThat(forced.code()).isZero();
    assertThat(output).hasSameTextualContentAs(input);
  }

  @Test
  void shouldNameTheNearestFormatOfAnUnknownOneAndRefuseAnUnknownEnding() throws IOException {
    Path input = write("rows.jsonl", "{\"prompt\":\"p\"}");

    assertThat(convert(input, "--to", "trl-pairwize", "--output", "o.jsonl").err())
        .contains("'trl-pairwize' is no format (did you mean trl-pairwise?)");
    assertThat(convert(input, "--to", "trl-prompt", "--output", "o.csv").err())
        .startsWith("plumbline: --output: the name of a preference file must end in .jsonl");
  }

  @Test
  void shouldSayThatThereWasNothingToConvert() throws IOException {
    Path empty = write("rows.jsonl", "");

    Outcome outcome =
        convert(empty, "--to", "trl-pairwise", "--output", folder.resolve("o.parquet").toString());

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.err().strip())
        .isEqualTo("plumbline: the inputs have no rows; nothing was written");
  }

  @Test
  void shouldCarryRealDialoguesToParquetAndBackRowForRow() throws IOException {
    Path real =
        Path.of(
            System.getProperty("plumbline.data", "../shared/data"), "hh-harmless/test.jsonl.gz");
    assumeTrue(Files.exists(real), () -> "real data is absent: " + real);
    Path parquet = folder.resolve("hh.parquet");
    Path back = folder.resolve("hh.jsonl");

    assertThat(convert(real, "--to", "trl-pairwise", "--output", parquet.toString()).code())
        .isZero();
    assertThat(convert(parquet, "--to", "trl-pairwise", "--output", back.toString()).code())
        .isZero();

    assertThat(rows(Files.newInputStream(back)))
        .isEqualTo(rows(new GZIPInputStream(Files.newInputStream(real))));
  }

  private static List<Object> rows(InputStream lines) throws IOException {
    try (lines) {
      return new JsonMapper().readerFor(Map.class).readValues(lines).readAll();
    }
  }

  private Outcome convert(Path input, String... options) {
    return run(
        Stream.concat(Stream.of("convert", input.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private Path write(String name, String... rows) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("\n", rows) + "\n", StandardCharsets.UTF_8);
    return file;
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Plumbline.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int code = command.execute(arguments);
    return new Outcome(code, out.toString(), err.toString());
  }
}
