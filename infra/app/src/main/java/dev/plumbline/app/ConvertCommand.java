/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.NearestName;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.datasets.DatasetFormat;
import dev.plumbline.datasets.DatasetReader;
import dev.plumbline.datasets.DatasetWriter;
import dev.plumbline.datasets.Row;
import dev.plumbline.datasets.RowProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Converts preference files. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Converts preference files from one format to another without loss, into one file. What the"
          + " other format can't hold is reported with file and line, and nothing is written.",
      ""
    },
    footer = {
      "",
      "Formats: trl-pairwise, trl-unpaired, trl-prompt, trl-stepwise, openai-preference, alpaca,",
      "sharegpt, ms-swift, nemo-ranking, named-annotators; argilla, label-studio and langfuse are",
      "read only. Files are JSON lines, plain or gzip, or Parquet, whatever the format.",
      "",
      "Examples:",
      "  plumbline convert pairs.jsonl --to openai-preference --output openai.jsonl",
      "  plumbline convert a.jsonl.gz b.parquet --to trl-pairwise --content messages \\",
      "      --output pairs.parquet"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final int REPORTED = 100;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Preference files, read one after the other.")
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      converter = FormatName.class,
      description = "The format to write.")
  private DatasetFormat to = DatasetFormat.TRL_PAIRWISE;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      converter = FormatName.class,
      description = "The format of all inputs (default: told from each one's first rows).")
  private @Nullable DatasetFormat from;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The file to write, named .jsonl, .jsonl.gz or .parquet.")
  private Path output = Path.of(".");

  @Option(
      names = "--content",
      paramLabel = "FORM",
      description =
          "texts or messages: what prompts and completions become (default: as they are, or what the"
              + " format takes).")
  private @Nullable Form content;

  @Option(names = "--force", description = "Replaces the output where it exists.")
  private boolean force;

  @Option(names = "--json", description = "Prints the summary as one line of JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** What prompts and completions are written as. */
  enum Form {
    TEXTS,
    MESSAGES;

    Row of(Row row) {
      return switch (this) {
        case TEXTS -> row.inTexts();
        case MESSAGES -> row.inMessages();
      };
    }
  }

  @Override
  public Integer call() throws IOException {
    if (!force && Files.exists(output)) {
      throw refused("%s exists: --force replaces it".formatted(output));
    }
    Conversion conversion = new Conversion();
    try (DatasetWriter writer = create()) {
      for (Path input : inputs) {
        conversion.add(input, writer);
      }
      if (conversion.isWhole()) {
        writer.commit();
      }
    }
    return conversion.report();
  }

  private DatasetWriter create() {
    try {
      return force ? DatasetWriter.replace(output, to) : DatasetWriter.create(output, to);
    } catch (IllegalArgumentException e) {
      throw refused(e.getMessage());
    }
  }

  private static InvalidSettingsException refused(String problem) {
    return new InvalidSettingsException(List.of("--output: " + problem));
  }

  /** What one input gave. */
  private record Input(String file, String format, long rows) {}

  /** What has been read, written and refused so far. */
  private final class Conversion {
    private final List<Input> files = new ArrayList<>();
    private final PrintWriter err = spec.commandLine().getErr();
    private long rows;
    private long problems;

    private void add(Path input, DatasetWriter writer) {
      long before = rows;
      try (DatasetReader reader =
          from == null ? DatasetReader.open(input) : DatasetReader.open(input, from)) {
        while (convertOne(reader, writer)) {
          rows++;
        }
        String format = rows == before ? "none" : reader.format().toString();
        files.add(new Input(input.toString(), format, rows - before));
      } catch (DatasetException e) {
        report(e);
      }
    }

    /** Returns false at the end of the file. */
    private boolean convertOne(DatasetReader reader, DatasetWriter writer) {
      try {
        Optional<Row> row = reader.next();
        if (row.isEmpty()) {
          return false;
        }
        try {
          writer.write(content == null ? row.get() : content.of(row.get()));
        } catch (RowProblem problem) {
          report(reader.at(problem));
        }
      } catch (DatasetException e) {
        if (e.endsReading()) {
          throw e;
        }
        report(e);
      }
      return true;
    }

    private void report(DatasetException problem) {
      problems++;
      if (problems <= REPORTED) {
        err.println(problem.getMessage());
      }
    }

    private boolean isWhole() {
      return rows > 0 && problems == 0;
    }

    private int report() throws IOException {
      if (!isWhole()) {
        err.println(
            problems == 0
                ? "plumbline: the inputs have no rows; nothing was written"
                : "plumbline: nothing was written, for %d problems%s"
                    .formatted(
                        problems,
                        problems > REPORTED ? "; the first %d are above".formatted(REPORTED) : ""));
        return Failures.REFUSED;
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("inputs", files);
        summary.put("output", output.toString());
        summary.put("format", to.toString());
        summary.put("rows", rows);
        summary.put("bytes", Files.size(output));
        out.println(new JsonMapper().writeValueAsString(summary));
      } else {
        for (Input file : files) {
          out.printf(Locale.ROOT, "%,9d rows  %s (%s)%n", file.rows(), file.file(), file.format());
        }
        out.printf(
            Locale.ROOT,
            "%,9d rows  written to %s (%s, %,d bytes)%n",
            rows,
            output,
            to,
            Files.size(output));
      }
      out.flush();
      return 0;
    }
  }

  /** A format's name, or what was probably meant. */
  private static final class FormatName implements ITypeConverter<DatasetFormat> {
    @Override
    public DatasetFormat convert(String name) {
      return DatasetFormat.named(name)
          .orElseThrow(
              () -> {
                List<String> known =
                    Arrays.stream(DatasetFormat.values()).map(DatasetFormat::toString).toList();
                return new TypeConversionException(
                    "'%s' is no format%s; known are %s"
                        .formatted(
                            name,
                            NearestName.of(name, known)
                                .map(" (did you mean %s?)"::formatted)
                                .orElse(""),
                            String.join(", ", known)));
              });
    }
  }
}
