/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code README.md} of an artifact: a YAML head that the Hugging Face hub reads, then tables
 * that say where the artifact comes from. Its text is a function of the record.
 *
 * @param kind what the artifact is
 * @param baseModel name of what it was made of
 * @param license of the artifact as the hub spells it, for example {@code apache-2.0}; null when
 *     not known
 * @param tags beside those that the kind has, for example {@code dpo}
 * @param title first line
 * @param summary a few sentences below it
 * @param tables name to value, by heading, for example {@code Lineage}; empty tables are left out
 */
public record ModelCard(
    Kind kind,
    String baseModel,
    @Nullable String license,
    List<String> tags,
    String title,
    String summary,
    SequencedMap<String, Map<String, String>> tables) {

  /** What a card is about. */
  public enum Kind {
    /** A PEFT directory. */
    ADAPTER("adapter", "peft", "lora"),
    /** A PEFT directory of a model that scores texts. */
    REWARD_MODEL("adapter", "peft", "reward-model", "text-classification"),
    /** A whole model that an adapter went into. */
    MERGED("finetune", "transformers", "merged-lora"),
    /** A whole model all of whose weights were learned. */
    FINE_TUNED("finetune", "transformers", "full-finetune");

    private final String relation;
    private final String library;
    private final String tag;
    private final String pipeline;

    Kind(String relation, String library, String tag) {
      this(relation, library, tag, "text-generation");
    }

    Kind(String relation, String library, String tag, String pipeline) {
      this.relation = relation;
      this.library = library;
      this.tag = tag;
      this.pipeline = pipeline;
    }
  }

  public ModelCard {
    tags = List.copyOf(tags);
    SequencedMap<String, Map<String, String>> copy = new LinkedHashMap<>();
    tables.forEach(
        (heading, rows) ->
            copy.put(heading, Collections.unmodifiableMap(new LinkedHashMap<>(rows))));
    tables = Collections.unmodifiableSequencedMap(copy);
  }

  /** A card without license and tables. */
  public static ModelCard of(
      Kind kind, String baseModel, List<String> tags, String title, String summary) {
    return new ModelCard(kind, baseModel, null, tags, title, summary, new LinkedHashMap<>());
  }

  /** The same under a license. */
  public ModelCard licensed(String license) {
    return new ModelCard(kind, baseModel, license, tags, title, summary, tables);
  }

  /** The same with one more table, rows in their order. */
  public ModelCard with(String heading, Map<String, String> rows) {
    SequencedMap<String, Map<String, String>> more = new LinkedHashMap<>(tables);
    more.put(heading, rows);
    return new ModelCard(kind, baseModel, license, tags, title, summary, more);
  }

  /** The text of {@code README.md}. */
  public String text() {
    StringBuilder text = new StringBuilder("---\n");
    text.append("base_model: ").append(quoted(baseModel)).append('\n');
    text.append("base_model_relation: ").append(kind.relation).append('\n');
    text.append("library_name: ").append(kind.library).append('\n');
    if (license != null) {
      text.append("license: ").append(quoted(license)).append('\n');
    }
    text.append("pipeline_tag: ").append(kind.pipeline).append("\ntags:\n");
    TreeSet<String> all = new TreeSet<>(tags);
    all.add(kind.tag);
    all.add("plumbline");
    all.forEach(tag -> text.append("- ").append(quoted(tag)).append('\n'));
    text.append("---\n\n# ").append(title).append("\n\n").append(summary.strip()).append('\n');
    tables.forEach((heading, rows) -> appendTable(text, heading, rows));
    return text.toString();
  }

  private static void appendTable(StringBuilder text, String heading, Map<String, String> rows) {
    if (rows.isEmpty()) {
      return;
    }
    text.append("\n## ").append(heading).append("\n\n| | |\n|---|---|\n");
    rows.forEach(
        (name, value) ->
            text.append("| ").append(cell(name)).append(" | ").append(cell(value)).append(" |\n"));
  }

  /** YAML reads JSON's texts. */
  private static String quoted(String value) {
    return JsonNodeFactory.instance.textNode(value).toString();
  }

  private static String cell(String value) {
    return value.replace("|", "\\|").replaceAll("\\R", " ");
  }
}
