/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The layouts of preference rows that are read and written, told apart by a row's columns. */
public enum DatasetFormat {
  /** TRL's preference type: prompt (may be implicit), chosen, rejected; texts or message lists. */
  TRL_PAIRWISE("pairs"),
  /** TRL's unpaired preference type, as KTO takes it: prompt, completion, label. */
  TRL_UNPAIRED("unpaired examples"),
  /** TRL's prompt-only type: prompt. */
  TRL_PROMPT("prompts"),
  /** TRL's stepwise supervision type: prompt, completions, labels. */
  TRL_STEPWISE("completions in steps"),
  /** OpenAI's preference file: input.messages, preferred_output, non_preferred_output. */
  OPENAI_PREFERENCE("pairs"),
  /** LLaMA-Factory's Alpaca rows: instruction, input; chosen and rejected, or kto_tag. */
  ALPACA("pairs or unpaired examples"),
  /** LLaMA-Factory's ShareGPT rows: conversations; chosen and rejected, or kto_tag. */
  SHAREGPT("pairs or unpaired examples"),
  /** ms-swift's rows: messages; rejected_response, or label. */
  MS_SWIFT("pairs or unpaired examples"),
  /** NeMo-RL's preference rows: context, ranked completions. */
  NEMO_RANKING("pairs and rankings"),
  /** PandaLM's layout: instruction, input, response1, response2, annotator1 to annotatorN. */
  NAMED_ANNOTATORS("votes of several annotators"),
  /** LLMBar's layout: input, output_1, output_2, label (the better one). */
  LLMBAR("pairs of texts"),
  /** Argilla's records: fields, responses, suggestions. Read, never written. */
  ARGILLA("pairs, rankings, thumbs and votes, to be read"),
  /** Label Studio's tasks: data, annotations. Read, never written. */
  LABEL_STUDIO("pairs, rankings, thumbs and votes, to be read"),
  /** Langfuse's traces or observations: input, output, scores. Read, never written. */
  LANGFUSE("thumbs, to be read");

  private final String holds;

  DatasetFormat(String holds) {
    this.holds = holds;
  }

  /** Returns the name on the command line and in messages, such as {@code trl-pairwise}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the format of a name, written with {@code -} or {@code _}, in any case. */
  public static Optional<DatasetFormat> named(String name) {
    String constant = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(values()).filter(format -> format.name().equals(constant)).findFirst();
  }

  /** Returns the kinds of rows that the format has a place for. */
  public String holds() {
    return holds;
  }

  /** Returns whether files of the format are written, not only read. */
  public boolean isWritten() {
    return !(layout() instanceof ExportedRows);
  }

  Layout layout() {
    return switch (this) {
      case TRL_PAIRWISE -> new TrlPairwise();
      case TRL_UNPAIRED -> new TrlUnpaired();
      case TRL_PROMPT -> new TrlPrompt();
      case TRL_STEPWISE -> new TrlStepwise();
      case OPENAI_PREFERENCE -> new OpenAiPreference();
      case ALPACA -> new Alpaca();
      case SHAREGPT -> new ShareGpt();
      case MS_SWIFT -> new MsSwift();
      case NEMO_RANKING -> new NemoRanking();
      case NAMED_ANNOTATORS -> new NamedAnnotators();
      case LLMBAR -> new LlmBar();
      case ARGILLA -> new ExportedRows(this, new ArgillaRecords());
      case LABEL_STUDIO -> new ExportedRows(this, new LabelStudioTasks());
      case LANGFUSE -> new ExportedRows(this, new LangfuseScores());
    };
  }

  /** The format whose columns the row has. */
  static Optional<DatasetFormat> detect(Map<String, @Nullable Object> row) {
    return Signature.ALL.stream()
        .filter(signature -> signature.matches(row))
        .map(Signature::format)
        .findFirst();
  }

  static String expectations() {
    return Signature.ALL.stream()
        .map(
            signature ->
                "%s (%s)".formatted(String.join(", ", signature.has()), signature.format()))
        .collect(Collectors.joining("; "));
  }

  /**
   * Columns by which a row is known, and such that speak against it.
   *
   * @param has all must have a value
   * @param hasNot none may have one
   */
  private record Signature(DatasetFormat format, List<String> has, List<String> hasNot) {
    /** The first one counts. */
    private static final List<Signature> ALL =
        List.of(
            of(ARGILLA, "fields", "responses"),
            of(LABEL_STUDIO, "data", "annotations"),
            of(LANGFUSE, "input", "output", "scores"),
            of(OPENAI_PREFERENCE, "input", "preferred_output", "non_preferred_output"),
            of(NAMED_ANNOTATORS, "instruction", "response1", "response2", "annotator1"),
            of(LLMBAR, "input", "output_1", "output_2", "label"),
            of(NEMO_RANKING, "context", "completions"),
            of(SHAREGPT, "conversations", "chosen", "rejected"),
            of(SHAREGPT, "conversations", "kto_tag"),
            of(MS_SWIFT, "messages", "rejected_response"),
            of(MS_SWIFT, "messages", "label"),
            of(TRL_STEPWISE, "prompt", "completions", "labels"),
            of(TRL_PAIRWISE, "prompt", "chosen", "rejected"),
            of(TRL_UNPAIRED, "prompt", "completion", "label"),
            of(ALPACA, "instruction", "chosen", "rejected"),
            of(ALPACA, "instruction", "output", "kto_tag"),
            of(TRL_PAIRWISE, "chosen", "rejected"),
            new Signature(
                TRL_PROMPT,
                List.of("prompt"),
                List.of("chosen", "rejected", "completion", "completions", "label", "labels")));

    private static Signature of(DatasetFormat format, String... has) {
      return new Signature(format, List.of(has), List.of());
    }

    private boolean matches(Map<String, @Nullable Object> row) {
      return has.stream().allMatch(name -> row.get(name) != null)
          && hasNot.stream().allMatch(name -> row.get(name) == null);
    }
  }
}
