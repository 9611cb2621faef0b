/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.app.models.InputException;
import dev.plumbline.datasets.Content;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.datasets.DatasetFormat;
import dev.plumbline.datasets.DatasetReader;
import dev.plumbline.datasets.Extras;
import dev.plumbline.datasets.Row;
import dev.plumbline.datasets.RowProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads preference files into examples of one kind. */
final class ExampleFiles {
  private static final Logger log = LoggerFactory.getLogger(ExampleFiles.class);
  private static final int NAMED_ROWS = 20;

  private final @Nullable DatasetFormat format;
  private final BadRowPolicy badRows;
  private final RowKind kind;
  private final String lossType;
  private final RowEncoder encoder;

  /**
   * @param format of all files; null to tell it from each one's first rows
   * @param lossType for messages
   */
  ExampleFiles(
      @Nullable DatasetFormat format,
      BadRowPolicy badRows,
      RowKind kind,
      String lossType,
      RowEncoder encoder) {
    this.format = format;
    this.badRows = badRows;
    this.kind = kind;
    this.lossType = lossType;
    this.encoder = encoder;
  }

  /**
   * The format of a name; null for none.
   *
   * @throws InputException when there is no such format
   */
  static @Nullable DatasetFormat format(@Nullable String name) {
    return name == null
        ? null
        : DatasetFormat.named(name)
            .orElseThrow(
                () ->
                    new InputException(
                        "dataset_format",
                        "must be one of %s, but was '%s'"
                            .formatted(Arrays.toString(DatasetFormat.values()), name)));
  }

  /**
   * An example of a file.
   *
   * @param prompt what tells prompts apart
   * @param extras further columns of the row
   */
  record Read(String prompt, EncodedExample example, Extras extras) {}

  /**
   * What the files gave.
   *
   * @param examples in the order of the files
   * @param pairs where examples are not pairs: the pairs that they were made of
   * @param rows how many rows were read
   * @param bad how many of them were left out because they can't be read or encoded
   * @param emptied how many examples had nothing left to learn after cutting
   */
  record Examples(List<Read> examples, List<Read> pairs, int rows, int bad, int emptied) {}

  /**
   * Reads files, one after the other.
   *
   * @param setting that names them, for messages
   * @throws InputException when a file is missing, has rows of another kind, a row is bad and bad
   *     rows are refused, or no example is left
   */
  Examples read(String setting, List<Path> files) {
    Reading reading = new Reading();
    for (Path file : files) {
      reading.file(file);
    }
    return reading.content(setting, files);
  }

  private final class Reading {
    private final List<Read> examples = new ArrayList<>();
    private final List<Read> pairs = new ArrayList<>();
    private int rows;
    private int bad;
    private int emptied;

    private void file(Path file) {
      try (DatasetReader reader =
          format == null ? DatasetReader.open(file) : DatasetReader.open(file, format)) {
        while (row(file, reader)) {
          rows++;
        }
      }
    }

    /** Returns false at the end of the file. */
    private boolean row(Path file, DatasetReader reader) {
      try {
        Optional<Row> row = reader.next();
        row.ifPresent(one -> add(file, reader, one));
        return row.isPresent();
      } catch (DatasetException e) {
        if (e.endsReading()) {
          throw e;
        }
        leaveOut(e);
        return true;
      }
    }

    private void add(Path file, DatasetReader reader, Row row) {
      String place = file.getFileName() + ":" + reader.line();
      try {
        if (kind != RowKind.PAIRS && row instanceof Row.Pair pair) {
          Row explicit = pair.explicit();
          encoder
              .encode(explicit)
              .ifPresent(example -> pairs.add(new Read(prompt(explicit), example, row.extras())));
        }
        for (Row one : kind.from(row)) {
          encoder
              .encode(one)
              .ifPresentOrElse(
                  example -> examples.add(new Read(prompt(one), example, one.extras())),
                  () -> emptied++);
        }
      } catch (UnfitRowException e) {
        throw new InputException(place, e.because(reader.format().toString(), lossType));
      } catch (RowProblem e) {
        leaveOut(reader.at(e));
      } catch (BadRowException e) {
        leaveOut(new InputException(place, e.getMessage()));
      }
    }

    private void leaveOut(RuntimeException problem) {
      switch (badRows) {
        case REFUSE -> throw problem;
        case SKIP -> {
          bad++;
          if (bad <= NAMED_ROWS) {
            log.warn("left out: {}", problem.getMessage());
          }
        }
      }
    }

    private Examples content(String setting, List<Path> files) {
      if (examples.isEmpty()) {
        String names = files.stream().map(Path::toString).collect(Collectors.joining(", "));
        throw new InputException(
            setting,
            rows == 0
                ? "%s: there are no rows".formatted(names)
                : "%s: nothing is left to learn from %d rows: %d can't be read, %d examples have no completion within max_length"
                    .formatted(names, rows, bad, emptied));
      }
      return new Examples(List.copyOf(examples), List.copyOf(pairs), rows, bad, emptied);
    }
  }

  private static String prompt(Row row) {
    Content prompt =
        switch (row) {
          case Row.Pair pair -> pair.prompt();
          case Row.Unpaired unpaired -> unpaired.prompt();
          case Row.Ranking ranking -> ranking.prompt();
          case Row.PromptOnly alone -> alone.prompt();
          case Row.Steps steps -> new Content.Text(steps.prompt());
          case Row.Votes votes -> new Content.Text(votes.prompt());
        };
    return switch (prompt) {
      case null -> "";
      case Content.Text text -> text.text();
      case Content.Messages messages ->
          messages.messages().stream()
              .map(message -> new TreeMap<>(message.fields()).toString())
              .collect(Collectors.joining("\n"));
    };
  }
}
