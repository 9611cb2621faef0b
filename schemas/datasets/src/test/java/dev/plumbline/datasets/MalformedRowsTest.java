/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.ALPACA;
import static dev.plumbline.datasets.DatasetFormat.LLMBAR;
import static dev.plumbline.datasets.DatasetFormat.MS_SWIFT;
import static dev.plumbline.datasets.DatasetFormat.NAMED_ANNOTATORS;
import static dev.plumbline.datasets.DatasetFormat.NEMO_RANKING;
import static dev.plumbline.datasets.DatasetFormat.OPENAI_PREFERENCE;
import static dev.plumbline.datasets.DatasetFormat.SHAREGPT;
import static dev.plumbline.datasets.DatasetFormat.TRL_PAIRWISE;
import static dev.plumbline.datasets.DatasetFormat.TRL_STEPWISE;
import static dev.plumbline.datasets.DatasetFormat.TRL_UNPAIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that are not as their format says, each between two good ones. */
final class MalformedRowsTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void shouldNamePlaceFieldProblemAndHintAndGoOn(
      DatasetFormat format, String row, String problem, String hint) throws IOException {
    Path file = folder.resolve("rows.jsonl");
    String good = good(format);
    Files.writeString(file, String.join("\n", good, row, good).replace('\'', '"') + "\n");

    try (var reader = DatasetReader.open(file)) {
      assertThat(reader.next()).isPresent();
      assertThat(reader.format()).isEqualTo(format);
      DatasetException refusal = catchThrowableOfType(DatasetException.class, () -> reader.next());
      assertThat(refusal)
          .hasMessageStartingWith("rows.jsonl:2: " + problem.replace('`', '"'))
          .hasMessageContaining("; hint: " + hint.replace('`', '"'));
      assertThat(refusal.endsReading()).isFalse();
      assertThat(reader.next()).isPresent();
      assertThat(reader.line()).isEqualTo(3);
      assertThat(reader.next()).isEmpty();
    }
  }

  static Stream<Arguments> shouldNamePlaceFieldProblemAndHintAndGoOn() {
    return Stream.of(
        pairwise(
            "{'prompt': 'p', 'chosen': 'a'",
            "character 30: not JSON: Unexpected end-of-input",
            "a row is one JSON object on one line"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'a', 'chosen': 'c', 'rejected': 'b'}",
            "character 40: not JSON: Duplicate field 'chosen'",
            "a row is one JSON object on one line"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'} {}",
            "character 49: not JSON: Trailing token",
            "a row is one JSON object on one line"),
        pairwise("[", "character 2: not JSON", "turn a JSON array into lines: jq -c '.[]' FILE"),
        pairwise(
            "[{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}]",
            "row: must be a JSON object, but was [{`prompt`",
            "turn a JSON array into lines"),
        pairwise("'text'", "row: must be a JSON object, but was `text`", "a row is one"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'a', 'reject': 'b'}",
            "rejected: is missing",
            "left beside it are: reject"),
        pairwise(
            "{'prompt': 'p', 'chosen': null, 'rejected': 'b'}",
            "chosen: is missing",
            "left beside it are: rejected"),
        pairwise(
            "{'prompt': 'p', 'completion': 'a', 'label': true}",
            "chosen: is missing",
            "the row looks like trl-unpaired, but the file is read as trl-pairwise"),
        pairwise(
            "{'prompt': 7, 'chosen': 'a', 'rejected': 'b'}",
            "prompt: must be a text, but was 7",
            "put it in quotes"),
        pairwise(
            "{'prompt': 'p', 'chosen': {'role': 'assistant', 'content': 'a'}, 'rejected': 'b'}",
            "chosen: must be a text, but was {`role`:`assistant`,`content`:`a`}",
            "this field takes one text"),
        pairwise(
            "{'prompt': [], 'chosen': 'a', 'rejected': 'b'}",
            "prompt: must have at least one message, but was []",
            "a message is an object such as"),
        pairwise(
            "{'prompt': ['Hi'], 'chosen': 'a', 'rejected': 'b'}",
            "prompt[0]: must be an object, but was `Hi`",
            "a message is an object such as"),
        pairwise(
            "{'chosen': [{'role': 'user', 'content': 'p'}, {'content': 'a'}], 'rejected': 'b'}",
            "chosen[1].role: is missing in {`content`:`a`}",
            "a message is an object such as"),
        pairwise(
            "{'prompt': [{'role': ' ', 'content': 'p'}], 'chosen': 'a', 'rejected': 'b'}",
            "prompt[0].role: must name who speaks, but was blank",
            "a message is an object such as"),
        pairwise(
            "{'prompt': [{'role': 'user'}], 'chosen': 'a', 'rejected': 'b'}",
            "prompt[0].content: is missing in {`role`:`user`}",
            "a message is an object such as"),
        pairwise(
            "{'prompt': [{'role': 'user', 'content': 3}], 'chosen': 'a', 'rejected': 'b'}",
            "prompt[0].content: must be a text or a list of parts, but was 3",
            "a message is an object such as"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'a', 'rejected': 'b', 'tools': 'weather'}",
            "tools: must be a list of JSON schemas or its JSON text, but was `weather`",
            "an absent column says that there are none"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'a', 'rejected': 'b', 'tools': [null]}",
            "tools: must be a list of JSON schemas or its JSON text, but was [null]",
            "an absent column says that there are none"),
        pairwise(
            "{'prompt': 'p', 'chosen': 'cut \\ud83d', 'rejected': 'b'}",
            "chosen: has half of a surrogate pair, \\ud83d, as character 5",
            "the text was cut within a character"),
        arguments(
            TRL_UNPAIRED,
            "{'prompt': 'p', 'completion': 'c', 'label': 1}",
            "label: must be true or false, but was 1",
            "true for liked, false for disliked"),
        arguments(
            TRL_UNPAIRED,
            "{'prompt': 'p', 'completion': 'c', 'label': 'true'}",
            "label: must be true or false, but was `true`",
            "true for liked, false for disliked"),
        arguments(
            TRL_STEPWISE,
            "{'prompt': 'p', 'completions': ['a', 'b'], 'labels': [true]}",
            "labels: must be as many as completions (2), but were 1",
            "each step has one label"),
        arguments(
            TRL_STEPWISE,
            "{'prompt': 'p', 'completions': ['a', 2], 'labels': [true, false]}",
            "completions[1]: must be a text, but was 2",
            "put it in quotes"),
        arguments(
            OPENAI_PREFERENCE,
            "{'input': 'p', 'preferred_output': [], 'non_preferred_output': []}",
            "input: must be an object, but was `p`",
            "such as {`messages`"),
        arguments(
            OPENAI_PREFERENCE,
            "{'input': {'messages': [{'role': 'user', 'content': 'p'}]}, 'preferred_output': 'a', 'non_preferred_output': 'b'}",
            "preferred_output: must be a list of messages, but was `a`",
            "a message is an object such as"),
        arguments(
            OPENAI_PREFERENCE,
            "{'input': {'messages': [{'role': 'user', 'content': 'p'}], 'model': 'm'}, 'preferred_output': [], 'non_preferred_output': []}",
            "input.model: is not a field of this format, and was `m`",
            "make it a column of its own"),
        arguments(
            ALPACA,
            "{'instruction': 'i', 'history': [['q']], 'chosen': 'a', 'rejected': 'b'}",
            "history[0]: must be a question and an answer, but was [`q`]",
            "a list of pairs"),
        arguments(
            ALPACA,
            "{'instruction': 'i', 'output': 'o', 'kto_tag': 'yes'}",
            "kto_tag: must be true or false, but was `yes`",
            "true for liked"),
        arguments(
            SHAREGPT,
            "{'conversations': [{'from': 'user', 'value': 'p'}], 'chosen': {'from': 'gpt', 'value': 'a'}, 'rejected': {'from': 'gpt', 'value': 'b'}}",
            "conversations[0].from: must be human, gpt, system, observation or function_call, but was `user`",
            "human asks, gpt answers"),
        arguments(
            SHAREGPT,
            "{'conversations': [{'from': 'function_call', 'value': 'weather()'}], 'chosen': {'from': 'gpt', 'value': 'a'}, 'rejected': {'from': 'gpt', 'value': 'b'}}",
            "conversations[0].value: must be the JSON of a call's name and arguments",
            "such as {`name`: `weather`"),
        arguments(
            SHAREGPT,
            "{'conversations': [{'from': 'human', 'value': 'p'}], 'kto_tag': true}",
            "conversations: must end with an answer behind the prompt, but was 1 messages",
            "what kto_tag judges is the last message"),
        arguments(
            MS_SWIFT,
            "{'messages': [{'role': 'user', 'content': 'p'}], 'rejected_response': 'b'}",
            "messages: must end with an assistant's message behind the prompt",
            "the preferred answer is the last message"),
        arguments(
            MS_SWIFT,
            "{'messages': [{'role': 'user', 'content': 'p'}, {'role': 'assistant', 'content': 'a'}]}",
            "rejected_response: is missing, and so is label",
            "give the answer that was liked less"),
        arguments(
            NEMO_RANKING,
            "{'context': [{'role': 'user', 'content': 'p'}], 'completions': [{'rank': 0.5, 'completion': []}]}",
            "completions[0].rank: must be a whole number from 0, but was 0.5",
            "0 is the best"),
        arguments(
            NEMO_RANKING,
            "{'context': [{'role': 'user', 'content': 'p'}], 'completions': [{'rank': 0, 'completion': [{'role': 'assistant', 'content': 'a'}]}]}",
            "completions: must be at least two, but were 1",
            "such as {`rank`: 0"),
        arguments(
            NAMED_ANNOTATORS,
            "{'instruction': 'i', 'response1': 'a', 'response2': 'b', 'annotator1': 4294967296}",
            "annotator1: must be 0 (tie), 1 or 2 (the better response), but was 4294967296",
            "one number for each annotator"),
        arguments(
            LLMBAR,
            "{'input': 'i', 'output_1': 'a', 'output_2': 'b', 'label': 0}",
            "label: must be 1 or 2 (the better output), but was 0",
            "ties have no place in this format"));
  }

  private static Arguments pairwise(String row, String problem, String hint) {
    return arguments(TRL_PAIRWISE, row, problem, hint);
  }

  private static String good(DatasetFormat format) {
    return switch (format) {
      case TRL_PAIRWISE -> "{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}";
      case TRL_UNPAIRED -> "{'prompt': 'p', 'completion': 'c', 'label': false}";
      case TRL_PROMPT -> "{'prompt': 'p'}";
      case TRL_STEPWISE -> "{'prompt': 'p', 'completions': ['a'], 'labels': [true]}";
      case OPENAI_PREFERENCE ->
          "{'input': {'messages': [{'role': 'user', 'content': 'p'}]},"
              + " 'preferred_output': [{'role': 'assistant', 'content': 'a'}],"
              + " 'non_preferred_output': [{'role': 'assistant', 'content': 'b'}]}";
      case ALPACA -> "{'instruction': 'i', 'input': '', 'chosen': 'a', 'rejected': 'b'}";
      case SHAREGPT ->
          "{'conversations': [{'from': 'human', 'value': 'p'}],"
              + " 'chosen': {'from': 'gpt', 'value': 'a'},"
              + " 'rejected': {'from': 'gpt', 'value': 'b'}}";
      case MS_SWIFT ->
          "{'messages': [{'role': 'user', 'content': 'p'}, {'role': 'assistant', 'content': 'a'}],"
              + " 'rejected_response': 'b'}";
      case NEMO_RANKING ->
          "{'context': [{'role': 'user', 'content': 'p'}], 'completions': ["
              + "{'rank': 0, 'completion': [{'role': 'assistant', 'content': 'a'}]},"
              + " {'rank': 1, 'completion': [{'role': 'assistant', 'content': 'b'}]}]}";
      case NAMED_ANNOTATORS ->
          "{'instruction': 'i', 'response1': 'a', 'response2': 'b', 'annotator1': 1}";
      case ARGILLA, LABEL_STUDIO, LANGFUSE ->
          throw new IllegalArgumentException("JudgementReaderTest reads exports");
      case LLMBAR -> "{'input': 'i', 'output_1': 'a', 'output_2': 'b', 'label': 2}";
    };
  }
}
