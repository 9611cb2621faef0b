/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreferenceReaderTest {
  @TempDir Path folder;

  @Test
  void shouldReadTrlRowsInFileOrder() throws IOException {
    Path file =
        write(
            "{'id': 'r1', 'prompt': 'Say hi', 'chosen': 'Hello!', 'rejected': 'No.'}",
            "",
            "{'prompt': 'Say bye', 'chosen': 'Goodbye! \\u00e9', 'rejected': 'Hm.'}");

    assertThat(read(file))
        .containsExactly(
            new PreferenceRow("r1", 1, "Say hi", "Hello!", "No.", labelled()),
            new PreferenceRow("line-3", 3, "Say bye", "Goodbye! é", "Hm.", labelled()));
  }

  @Test
  void shouldReadGzipWhateverTheFileIsCalled() throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.write(file, gzip("{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}\n"));

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void shouldRenderOneUserMessageAsItsContent() throws IOException {
    Path file =
        write(
            "{'prompt': [{'role': 'user', 'content': 'Say hi'}],"
                + " 'chosen': [{'role': 'assistant', 'content': 'Hello!'}],"
                + " 'rejected': [{'role': 'assistant', 'content': 'No.'}]}");

    assertThat(read(file))
        .containsExactly(new PreferenceRow("line-1", 1, "Say hi", "Hello!", "No.", labelled()));
  }

  @Test
  void shouldTakeTheCommonMessagesAsPromptWhereThereIsNone() throws IOException {
    String opening =
        "{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello'},"
            + " {'role': 'user', 'content': 'Joke?'}";
    Path file =
        write(
            "{'chosen': [%s, {'role': 'assistant', 'content': 'Knock knock'}], 'rejected': [%s, {'role': 'assistant', 'content': 'No'}]}"
                .formatted(opening, opening));

    assertThat(read(file))
        .containsExactly(
            new PreferenceRow(
                "line-1",
                1,
                "User: Hi\n\nAssistant: Hello\n\nUser: Joke?\n\nAssistant:",
                "Knock knock",
                "No",
                labelled()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "The sky is blue|The sky is black|The sky is| blue| black",
        "Q: x A: yes|Q: x A: no|Q: x A:| yes| no",
        "\\n\\nHuman: Hi\\n\\nAssistant: I am well|\\n\\nHuman: Hi\\n\\nAssistant: I do not know|\\n\\nHuman: Hi\\n\\nAssistant:| I am well| I do not know"
      })
  void shouldTakeTheCommonPrefixAsPromptWhereThereIsNone(
      String chosen, String rejected, String prompt, String a, String b) throws IOException {
    Path file = write("{'chosen': '%s', 'rejected': '%s'}".formatted(chosen, rejected));

    assertThat(read(file))
        .containsExactly(
            new PreferenceRow("line-1", 1, prompt.replace("\\n", "\n"), a, b, labelled()));
  }

  @Test
  void shouldReadOpenAiRows() throws IOException {
    Path file =
        write(
            "{'input': {'messages': [{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content': 'Hi'}], 'tools': [], 'parallel_tool_calls': true},"
                + " 'preferred_output': [{'role': 'assistant', 'content': 'Hi.'}],"
                + " 'non_preferred_output': [{'role': 'assistant', 'content': 'Well, hello there'}]}");

    assertThat(read(file))
        .containsExactly(
            new PreferenceRow(
                "line-1",
                1,
                "System: Be brief.\n\nUser: Hi\n\nAssistant:",
                "Hi.",
                "Well, hello there",
                labelled()));
  }

  @Test
  void shouldKeepEachNamedAnnotatorsAnswer() throws IOException {
    Path file =
        write(
            "{'idx': 7, 'instruction': 'Check.', 'input': '1+1', 'response1': true, 'response2': '2', 'annotator1': 0, 'annotator2': 1, 'annotator3': 2}");

    assertThat(read(file))
        .containsExactly(
            new PreferenceRow(
                "7",
                1,
                "Check.\n\n1+1",
                "true",
                "2",
                List.of(
                    new Vote("demo-annotator1", AnnotatorKind.HUMAN, Answer.TIE),
                    new Vote("demo-annotator2", AnnotatorKind.HUMAN, Answer.A),
                    new Vote("demo-annotator3", AnnotatorKind.HUMAN, Answer.B))));
  }

  @Test
  void shouldHandOutRowsThatCantBeComparedAsSkipped() throws IOException {
    Path file =
        write(
            "{'id': 'empty', 'prompt': 'p', 'chosen': ' ', 'rejected': 'b'}",
            "{'id': 'equal', 'prompt': 'p', 'chosen': 'same', 'rejected': 'same '}",
            "{'id': 'blank', 'prompt': '', 'chosen': 'a', 'rejected': 'b'}",
            "{'id': 'long', 'prompt': 'p', 'chosen': '%s', 'rejected': 'b'}"
                .formatted("x".repeat(131_073)),
            "{'id': 'good', 'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}");

    List<DatasetRow> rows = read(file);

    assertThat(rows.subList(0, 4))
        .containsExactly(
            new SkippedRow("empty", 1, "candidate a is blank"),
            new SkippedRow("equal", 2, "the candidates are equal"),
            new SkippedRow("blank", 3, "the prompt is blank"),
            new SkippedRow("long", 4, "candidate a has 131073 bytes in UTF-8, more than 131072"));
    assertThat(rows.get(4)).isInstanceOf(PreferenceRow.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt': 'p', 'chosen': null, 'rejected': 'b'}|rows.jsonl:2: chosen: is missing",
        "{'chosen': 'a', 'rejected': [{'role': 'user', 'content': 'x'}]}|rows.jsonl:2: chosen: must be a text or a message list as rejected is",
        "{'prompt': [{'role': 'user', 'content': [{'type': 'image'}]}], 'chosen': 'a', 'rejected': 'b'}|rows.jsonl:2: prompt[0].content: must be a text",
        "{'id': ['a'], 'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}|rows.jsonl:2: id: must be a text"
      })
  void shouldNameFileAndLineOfABadRow(String row, String message) throws IOException {
    Path file = write("{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}", row);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void shouldNameTheAnnotatorWhoseAnswerIsUnknown() throws IOException {
    Path file =
        write(
            "{'instruction': 'i', 'response1': 'a', 'response2': 'b', 'annotator1': 1, 'annotator2': 3}");

    assertThatThrownBy(() -> read(file))
        .hasMessage(
            "rows.jsonl:1: annotator2: must be 0 (tie), 1 or 2 (the better response), but was 3;"
                + " hint: one number for each annotator");
  }

  @Test
  void shouldSayWhichKeysItKnowsWhenItKnowsNoneOfTheFirstRow() throws IOException {
    Path file = write("{'question': 'q', 'answer': 'a'}");

    assertThatThrownBy(() -> read(file))
        .hasMessageContainingAll(
            "rows.jsonl:1", "question, answer", "chosen, rejected (trl-pairwise)");
  }

  @Test
  void shouldHoldEveryRowAgainstTheNamedFormat() throws IOException {
    Path file = write("{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}");

    try (var reader = PreferenceReader.open(file, "demo", DatasetFormat.OPENAI_PREFERENCE)) {
      assertThatThrownBy(reader::next).hasMessageStartingWith("rows.jsonl:1: input: is missing");
    }
  }

  @Test
  void shouldCompareTheTwoOfAShortRankingAndNothingThatIsNotCompared() throws IOException {
    Path file =
        write(
            "{'context': [{'role': 'user', 'content': 'Say hi'}], 'completions': ["
                + "{'rank': 1, 'completion': [{'role': 'assistant', 'content': 'No.'}]},"
                + " {'rank': 0, 'completion': [{'role': 'assistant', 'content': 'Hello!'}]}]}");
    assertThat(read(file))
        .containsExactly(new PreferenceRow("line-1", 1, "Say hi", "Hello!", "No.", labelled()));

    Path thumbs = write("{'prompt': 'p', 'completion': 'c', 'label': true}");
    assertThatThrownBy(() -> read(thumbs))
        .hasMessage(
            "rows.jsonl:1: row: is an unpaired example: two candidates are to be compared; hint: give pairs");
  }

  @Test
  void shouldRefuseBytesThatAreNoUtf8() throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.write(file, new byte[] {'{', (byte) 0xC3, '}', '\n'});

    assertThatThrownBy(() -> read(file)).hasMessage("rows.jsonl:1: the line is not UTF-8 text");
  }

  @Test
  void shouldRefuseAGzipFileThatIsCutOff() throws IOException {
    Path file = folder.resolve("rows.jsonl.gz");
    byte[] whole = gzip("{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}\n");
    Files.write(file, Arrays.copyOf(whole, whole.length - 12));

    assertThatThrownBy(() -> read(file))
        .hasMessageContainingAll("rows.jsonl.gz:", "the gzip stream is cut off or damaged");
  }

  @Test
  void shouldSayWhichFileDoesNotExist() {
    assertThatThrownBy(() -> read(folder.resolve("absent.jsonl")))
        .hasMessageContaining("the file does not exist");
  }

  private List<DatasetRow> read(Path file) {
    List<DatasetRow> rows = new ArrayList<>();
    try (var reader = PreferenceReader.open(file, "demo")) {
      for (Optional<DatasetRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private Path write(String... rows) throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(file, String.join("\n", rows).replace('\'', '"') + "\n");
    return file;
  }

  private static List<Vote> labelled() {
    return List.of(new Vote("demo-labeler", AnnotatorKind.HUMAN, Answer.A));
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
