/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The curves of some seeds as a plot, a page and JSON. */
final class FrontierReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FrontierReport() {}

  /** Writes {@code tdpo-frontier.svg} and {@code tdpo-frontier.html}, which holds the same plot. */
  static void write(Path folder, List<FrontierSeed> seeds) {
    String svg = FrontierChart.svg(seeds);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tdpo-frontier.svg"), svg);
      Files.writeString(folder.resolve("tdpo-frontier.html"), page(svg, seeds));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the plot and its page can't be written to " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String page(String svg, List<FrontierSeed> seeds) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>DPO and TDPO: reward against KL</title>
        <style>
        body { font-family: sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
        svg { max-width: 100%%; height: auto; }
        pre { overflow-x: auto; }
        </style>
        </head>
        <body>
        <h1>DPO and TDPO: reward against KL</h1>
        %s<pre>
        %s
        </pre>
        </body>
        </html>
        """
        .formatted(svg, String.join("\n", FrontierTable.lines(seeds)));
  }

  /** One line of JSON per method. */
  static List<String> json(FrontierSeed seed) {
    List<String> lines = new ArrayList<>();
    for (FrontierMethod method : FrontierMethod.values()) {
      FrontierCurve curve = seed.curve(method);
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("seed", seed.seed());
      fields.put("method", method.title());
      fields.put("updates", curve.points().size() - 1);
      fields.put("start_reward", curve.start().reward());
      fields.put("reward", curve.end().reward());
      fields.put("kl", curve.end().kl());
      fields.put("kl_rejected", curve.end().rejectedKl());
      fields.put("kl_rejected_at_gain_0.3", orNull(curve.rejectedKlAt(0.3)));
      fields.put("kl_rejected_at_gain_0.5", orNull(curve.rejectedKlAt(0.5)));
      fields.put("curve", curve.points());
      lines.add(line(fields));
    }
    return lines;
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static String line(Map<String, @Nullable Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
