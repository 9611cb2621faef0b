/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.PromptOnly;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import dev.plumbline.datasets.Row.Unpaired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trl-pairwise|{'prompt':'Hi','chosen':'Hello','rejected':'No','id':'r1'}",
        "openai-preference|{'input':{'messages':[{'role':'user','content':'Hi'}]},'preferred_output':[{'role':'assistant','content':'Hello'}],'non_preferred_output':[{'role':'assistant','content':'No'}],'id':'r1'}",
        "alpaca|{'instruction':'Hi','input':'','chosen':'Hello','rejected':'No','id':'r1'}",
        "sharegpt|{'conversations':[{'from':'human','value':'Hi'}],'chosen':{'from':'gpt','value':'Hello'},'rejected':{'from':'gpt','value':'No'},'id':'r1'}",
        "ms-swift|{'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Hello'}],'rejected_response':'No','id':'r1'}",
        "nemo-ranking|{'context':[{'role':'user','content':'Hi'}],'completions':[{'rank':0,'completion':[{'role':'assistant','content':'Hello'}]},{'rank':1,'completion':[{'role':'assistant','content':'No'}]}],'id':'r1'}"
      })
  void shouldWriteAPairOfTextsInEveryFormatOfPairs(String format, String expected)
      throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Pair pair = pair("Hi", "Hello", "No", extras("id", "r1"));

    write(file, format, pair);

    assertThat(Files.readString(file)).isEqualTo(expected.replace('\'', '"') + "\n");
    try (var reader = DatasetReader.open(file)) {
      Row read = reader.next().orElseThrow();
      Row same = read instanceof Ranking ranking ? ranking.asPair().orElseThrow() : read;
      assertThat(same.inTexts()).isEqualTo(pair);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.jsonl", "rows.jsonl.gz", "rows.parquet"})
  void shouldTellTheContainerFromTheName(String name) {
    Pair pair = pair("p", "a", "b", Extras.none());

    write(folder.resolve(name), "trl-pairwise", pair);

    try (var reader = DatasetReader.open(folder.resolve(name))) {
      assertThat(reader.next()).contains(pair);
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void shouldRefuseANameThatTellsNoContainer() {
    assertThatThrownBy(() -> DatasetWriter.create(folder.resolve("rows.csv"), DatasetFormat.ALPACA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the name of a preference file must end in .jsonl, .jsonl.gz or .parquet, but was rows.csv");
  }

  @Test
  void shouldOverwriteOnlyWhatItWasToldToReplace() throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(file, "precious");

    assertThatThrownBy(() -> DatasetWriter.create(file, DatasetFormat.TRL_PAIRWISE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("exists and is not overwritten");
    assertThat(file).hasContent("precious");

    try (var writer = DatasetWriter.replace(file, DatasetFormat.TRL_PAIRWISE)) {
      writer.write(pair("p", "a", "b", Extras.none()));
      writer.commit();
    }
    assertThat(file).content().contains("chosen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.jsonl", "rows.jsonl.gz", "rows.parquet"})
  void shouldLeaveNothingBehindOfAFileThatWasNotCommitted(String name) throws IOException {
    try (var writer = DatasetWriter.create(folder.resolve(name), DatasetFormat.TRL_PAIRWISE)) {
      writer.write(pair("p", "a", "b", Extras.none()));
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"TRL_PROMPT", "ARGILLA", "LABEL_STUDIO", "LANGFUSE"})
  void shouldRefuseAPromptByTheNameOfEveryOtherFormat(DatasetFormat format) {
    assertRefused(
        format.toString(),
        new PromptOnly(new Text("p"), Extras.none()),
        "row: %s can't hold a prompt; hint: it holds %s".formatted(format, format.holds()));
  }

  @Test
  void shouldRefuseALongRankingAsAPairButTakeAShortOne() {
    Ranked best = new Ranked(0, new Text("a"));
    Ranked other = new Ranked(1, new Text("b"));
    Text prompt = new Text("p");

    assertRefused(
        "openai-preference",
        new Ranking(prompt, List.of(best, other, other), Extras.none()),
        "completions: openai-preference holds two completions, of rank 0 and 1, but the row has 3 of ranks [0, 1, 1]");
    assertRefused(
        "alpaca",
        new Ranking(prompt, List.of(best, best), Extras.none()),
        "completions: alpaca holds two completions, of rank 0 and 1, but the row has 2 of ranks [0, 0]");
    write(
        folder.resolve("pair.jsonl"),
        "trl-pairwise",
        new Ranking(prompt, List.of(other, best), Extras.none()));
    try (var reader = DatasetReader.open(folder.resolve("pair.jsonl"))) {
      assertThat(reader.next()).contains(pair("p", "a", "b", Extras.none()));
    }
  }

  @Test
  void shouldRefuseWhatAFormatHasNoPlaceFor() {
    Extras tools = new Extras(List.of(Map.of("type", "function")), new LinkedHashMap<>());
    Content two = new Messages(List.of(Message.of("assistant", "a"), Message.of("assistant", "b")));
    Content called = new Messages(List.of(Message.of("user", "p"), Message.of("tool", "t")));
    Text text = new Text("t");

    assertRefused(
        "nemo-ranking",
        pair("p", "a", "b", tools),
        "tools: nemo-ranking has no place for tools, but the row has 1");
    assertRefused(
        "openai-preference",
        new Pair(text, two, text, Extras.none()),
        "chosen: openai-preference takes one assistant's message, but chosen was [{");
    assertRefused(
        "ms-swift",
        new Pair(text, text, two, Extras.none()),
        "rejected: ms-swift takes one text, but rejected was [{");
    assertRefused(
        "alpaca",
        new Pair(called, text, text, Extras.none()),
        "prompt: alpaca takes texts of user and assistant in turn");
    assertRefused(
        "sharegpt",
        new Pair(new Messages(List.of(Message.of("developer", "d"))), text, text, Extras.none()),
        "prompt[0]: sharegpt can't hold the message {\"role\":\"developer\"");
    assertRefused(
        "openai-preference",
        new Pair(
            null,
            new Messages(List.of(Message.of("user", "a"))),
            new Messages(List.of(Message.of("user", "b"))),
            Extras.none()),
        "prompt: openai-preference needs a prompt, but chosen and rejected begin with different");
    assertRefused(
        "trl-unpaired", pair("p", "a", "b", Extras.none()), "row: trl-unpaired can't hold a pair");
  }

  @Test
  void shouldRefuseAnExtraColumnWhoseNameMeansSomethingElseThere() {
    assertRefused(
        "alpaca",
        pair("p", "a", "b", extras("output", "o")),
        "output: alpaca has a field of this name, so the extra column \"o\" can't be kept");
    assertRefused(
        "alpaca",
        pair("p", "a", "b", extras("input", "elsewhere")),
        "input: alpaca has a field of this name");
  }

  @Test
  void shouldPartThePromptOfAnAlpacaRowWhereItWasParted() throws IOException {
    Path file = folder.resolve("rows.jsonl");
    String row = "{'instruction':'Add','input':'1+1','chosen':'2','rejected':'3'}\n";
    Files.writeString(file, row.replace('\'', '"'));

    Path trl = folder.resolve("trl.jsonl");
    Path back = folder.resolve("back.jsonl");
    copy(file, trl, "trl-pairwise");
    copy(trl, back, "alpaca");

    assertThat(trl).content().contains("\"prompt\":\"Add\\n1+1\"");
    assertThat(back).hasContent(Files.readString(file));
  }

  @Test
  void shouldNotMakeMessagesOfAPairWithoutAPrompt() {
    Content a = new Messages(List.of(Message.of("user", "a")));
    Content b = new Messages(List.of(Message.of("user", "b")));

    assertThatThrownBy(() -> new Pair(null, a, b, Extras.none()).inMessages())
        .isInstanceOf(RowProblem.class)
        .hasMessageStartingWith("prompt: is missing, and chosen and rejected begin with different");
  }

  @Test
  void shouldRefuseRowsOfTwoKindsInOneFile() {
    try (var writer = DatasetWriter.create(folder.resolve("rows.jsonl"), DatasetFormat.ALPACA)) {
      writer.write(pair("p", "a", "b", Extras.none()));

      assertThatThrownBy(
              () -> writer.write(new Unpaired(new Text("p"), new Text("c"), true, Extras.none())))
          .isInstanceOf(RowProblem.class)
          .hasMessageContaining("is an unpaired example, but the rows before it are of another");
    }
  }

  @Test
  void shouldRefuseWhatParquetCantHoldAndSayWhy() {
    try (var writer =
        DatasetWriter.create(folder.resolve("rows.parquet"), DatasetFormat.TRL_PAIRWISE)) {
      writer.write(pair("p", "a", "b", extras("score", 1L)));
      writer.write(pair("p", "a", "b", extras("score", 0.5)));
      SequencedMap<String, Object> gap = new LinkedHashMap<>();
      gap.put("city", null);

      assertThatThrownBy(() -> writer.write(pair("p", "a", "b", extras("score", "high"))))
          .hasMessage(
              "score: is \"high\", but the rows before it have real numbers: a Parquet column has one type;"
                  + " hint: give the column one type, or write JSON lines");
      assertThatThrownBy(() -> writer.write(pair("p", "a", "b", extras("score", Long.MAX_VALUE))))
          .hasMessageStartingWith(
              "score: is 9223372036854775807, but the rows before it have real");
      assertThatThrownBy(() -> writer.write(pair("p", "a", "b", extras("meta", gap))))
          .hasMessageStartingWith("meta.city: is null: Parquet can't tell that from absent");
      assertThatThrownBy(() -> writer.write(pair("p", "a", "b", extras("meta", Map.of()))))
          .hasMessageStartingWith("meta: is an empty object, {}, which has no Parquet type");
      assertThatThrownBy(
              () -> writer.write(pair("p", "a", "b", extras("big", BigInteger.TWO.pow(70)))))
          .hasMessageStartingWith("big: is a number that neither INT64 nor DOUBLE holds exactly");
    }
  }

  private void assertRefused(String format, Row row, String message) {
    try (var writer =
        DatasetWriter.create(
            folder.resolve("refused.jsonl"), DatasetFormat.named(format).orElseThrow())) {
      assertThatThrownBy(() -> writer.write(row))
          .isInstanceOf(RowProblem.class)
          .hasMessageStartingWith(message)
          .hasMessageContaining("; hint: ");
    }
  }

  private static void copy(Path from, Path to, String format) {
    try (var reader = DatasetReader.open(from)) {
      write(to, format, reader.next().orElseThrow());
    }
  }

  private static void write(Path file, String format, Row row) {
    try (var writer = DatasetWriter.create(file, DatasetFormat.named(format).orElseThrow())) {
      writer.write(row);
      writer.commit();
    }
  }

  private static Pair pair(String prompt, String chosen, String rejected, Extras extras) {
    return new Pair(new Text(prompt), new Text(chosen), new Text(rejected), extras);
  }

  private static Extras extras(String name, Object value) {
    SequencedMap<String, Object> columns = new LinkedHashMap<>();
    columns.put(name, value);
    return new Extras(null, columns);
  }
}
