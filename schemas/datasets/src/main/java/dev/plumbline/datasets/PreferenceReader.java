/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Votes;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a preference file as comparisons: two candidates as plain texts, and votes on them. Every
 * format that holds pairs or votes will do. Used by one thread.
 *
 * <p>A row that is not as its format says ends the reading with a {@link DatasetException} naming
 * the place. A well-formed row that has nothing to compare (blank or too long a text, equal
 * candidates) is handed out as {@link SkippedRow}.
 */
public final class PreferenceReader implements AutoCloseable {
  private final DatasetReader rows;
  private final String dataset;

  private PreferenceReader(DatasetReader rows, String dataset) {
    this.rows = rows;
    this.dataset = dataset;
  }

  /**
   * Opens a file whose format shows in its first rows.
   *
   * @param dataset name of the data set, after which its annotators are named
   */
  public static PreferenceReader open(Path file, String dataset) {
    return new PreferenceReader(DatasetReader.open(file), dataset);
  }

  /** Opens a file of a known format. */
  public static PreferenceReader open(Path file, String dataset, DatasetFormat format) {
    return new PreferenceReader(DatasetReader.open(file, format), dataset);
  }

  /**
   * Returns the next row, or empty at the end of the file.
   *
   * @throws DatasetException naming file, line, field, value and what was expected
   */
  public Optional<DatasetRow> next() {
    return rows.next().map(this::comparison);
  }

  @Override
  public void close() {
    rows.close();
  }

  private DatasetRow comparison(Row row) {
    try {
      String id = id(row.extras());
      return switch (row) {
        case Pair pair -> comparison(id, pair.explicit());
        case Row.Ranking ranking ->
            comparison(id, Held.pair(DatasetFormat.TRL_PAIRWISE, ranking).explicit());
        case Votes votes ->
            usable(
                id,
                votes.prompt(),
                votes.candidateA(),
                votes.candidateB(),
                byName(votes.answers()));
        case Row.Unpaired other -> throw nothingToCompare(other);
        case Row.PromptOnly other -> throw nothingToCompare(other);
        case Row.Steps other -> throw nothingToCompare(other);
      };
    } catch (RowProblem problem) {
      throw rows.at(problem);
    }
  }

  private DatasetRow comparison(String id, Pair pair) {
    return usable(
        id,
        Conversation.prompt(Held.present(pair.prompt())),
        Conversation.answer("chosen", pair.chosen()),
        Conversation.answer("rejected", pair.rejected()),
        List.of(new Vote(dataset + "-labeler", AnnotatorKind.HUMAN, Answer.A)));
  }

  private List<Vote> byName(List<Answer> answers) {
    List<Vote> votes = new ArrayList<>();
    for (Answer answer : answers) {
      String annotator = dataset + "-annotator" + (votes.size() + 1);
      votes.add(new Vote(annotator, AnnotatorKind.HUMAN, answer));
    }
    return votes;
  }

  private String id(Extras extras) {
    for (String field : new String[] {"id", "idx"}) {
      @Nullable Object id = extras.columns().get(field);
      if (id != null) {
        return id instanceof Number || id instanceof Boolean
            ? id.toString()
            : Columns.text(field, id);
      }
    }
    return "line-" + rows.line();
  }

  private DatasetRow usable(String id, String prompt, String a, String b, List<Vote> votes) {
    Optional<String> reason =
        unusable("the prompt", prompt)
            .or(() -> unusable("candidate a", a))
            .or(() -> unusable("candidate b", b));
    if (reason.isEmpty() && a.strip().equals(b.strip())) {
      reason = Optional.of("the candidates are equal");
    }
    return reason.isPresent()
        ? new SkippedRow(id, rows.line(), reason.get())
        : new PreferenceRow(id, rows.line(), prompt, a, b, votes);
  }

  private static Optional<String> unusable(String what, String text) {
    if (text.isBlank()) {
      return Optional.of(what + " is blank");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= Limits.MAX_TEXT_BYTES
        ? Optional.empty()
        : Optional.of(
            "%s has %d bytes in UTF-8, more than %d".formatted(what, bytes, Limits.MAX_TEXT_BYTES));
  }

  private static RowProblem nothingToCompare(Row row) {
    return new RowProblem(
        "row", "is %s: two candidates are to be compared".formatted(row.kind()), "give pairs");
  }
}
