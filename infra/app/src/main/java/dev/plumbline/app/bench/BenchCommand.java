/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.app.bench.streams.StreamsBenchCommand;
import dev.plumbline.app.models.PrecisionName;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures speed. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures speed, as ratios of ways to do the same work in one run.",
    subcommands = {BenchCommand.LanguageModels.class, StreamsBenchCommand.class})
public final class BenchCommand {

  BenchCommand() {}

  /** {@code bench lm}. */
  @Command(
      name = "lm",
      mixinStandardHelpOptions = true,
      description = {
        "Tokens per second of scoring, of a LoRA step and of a full step on preference pairs of",
        "real lengths, padded against packed with shared prompts, beside what the engine reaches",
        "multiplying matrices."
      },
      footer = {
        "",
        "useful tokens: prompt and completion of every row, padding not counted.",
        "of matrix: what the rows would cost one by one, over matrix products in the same time."
      })
  static final class LanguageModels implements Runnable {
    @Spec private CommandSpec spec;

    @Option(names = "--sizes", split = ",", description = "small, medium, large (default: all).")
    private List<LanguageModelBenchmark.Size> sizes = List.of(LanguageModelBenchmark.Size.values());

    @Option(
        names = "--precisions",
        split = ",",
        converter = PrecisionName.class,
        description = "float32, bfloat16, float64 (default: float32,bfloat16).")
    private List<Precision> precisions = List.of(Precision.FLOAT32, Precision.BFLOAT16);

    @Option(names = "--threads", description = "Threads of libtorch (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--device", description = "cpu or cuda[:N] (default: ${DEFAULT-VALUE}).")
    private String device = "cpu";

    @Option(
        names = "--seconds",
        description = "Time for each cell of the table (default: ${DEFAULT-VALUE}).")
    private int seconds = 3;

    @Option(names = "--json", description = "One JSON line per cell instead of the table.")
    private boolean json;

    @Override
    public void run() {
      LanguageModelBenchmark benchmark = benchmark();
      PrintWriter out = spec.commandLine().getOut();
      List<Measured> cells = new ArrayList<>();
      if (!json) {
        out.printf(
            "%-6s %-9s %-10s %-7s %16s %10s%n",
            "size", "type", "work", "layout", "useful tokens/s", "of matrix");
      }
      benchmark.run(
          sizes,
          List.copyOf(EnumSet.copyOf(precisions)),
          cell -> {
            cells.add(cell);
            out.println(json ? json(cell) : line(cell));
            out.flush();
          });
      if (!json) {
        printRatios(out, cells);
      }
      out.flush();
    }

    private LanguageModelBenchmark benchmark() {
      if (seconds < 1) {
        throw new ParameterException(
            spec.commandLine(), "--seconds must be at least 1, but was " + seconds);
      }
      try {
        EngineOptions engine = new EngineOptions(threads, device);
        return new LanguageModelBenchmark(engine, Duration.ofSeconds(seconds));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
      }
    }

    private static String line(Measured cell) {
      return String.format(
          Locale.ROOT,
          "%-6s %-9s %-10s %-7s %,16.0f %9.0f%%",
          cell.size(),
          name(cell.precision()),
          name(cell.work()),
          cell.layout(),
          cell.tokensPerSecond(),
          100 * cell.ofMatrixThroughput());
    }

    private static void printRatios(PrintWriter out, List<Measured> cells) {
      out.println();
      out.println("packed with shared prompts, over padded:");
      for (int i = 0; i + 1 < cells.size(); i += 2) {
        Measured padded = cells.get(i);
        out.printf(
            Locale.ROOT,
            "%-6s %-9s %-10s %.2fx%n",
            padded.size(),
            name(padded.precision()),
            name(padded.work()),
            cells.get(i + 1).tokensPerSecond() / padded.tokensPerSecond());
      }
    }

    private static String json(Measured cell) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("size", cell.size());
      fields.put("parameters", cell.parameters());
      fields.put("precision", name(cell.precision()));
      fields.put("work", name(cell.work()));
      fields.put("layout", cell.layout());
      fields.put("tokens_per_second", cell.tokensPerSecond());
      fields.put("of_matrix_throughput", cell.ofMatrixThroughput());
      try {
        return new ObjectMapper().writeValueAsString(fields);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String name(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }
  }
}
