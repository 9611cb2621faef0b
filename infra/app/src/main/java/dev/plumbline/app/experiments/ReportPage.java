/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * An experiment's plot and the page around it.
 *
 * @param name of both files, without their endings
 * @param title of the page
 * @param svg the plot
 * @param table lines below it
 */
public record ReportPage(String name, String title, String svg, List<String> table) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ReportPage {
    table = List.copyOf(table);
  }

  /** Writes {@code NAME.svg}, and {@code NAME.html}, which holds the same plot. */
  public void write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + ".svg"), svg);
      Files.writeString(folder.resolve(name + ".html"), html());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the plot and its page can't be written to " + folder + ": " + e.getMessage(), e);
    }
  }

  private String html() {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        body { font-family: sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
        svg { max-width: 100%%; height: auto; }
        pre { overflow-x: auto; }
        </style>
        </head>
        <body>
        <h1>%s</h1>
        %s<pre>
        %s
        </pre>
        </body>
        </html>
        """
        .formatted(title, title, svg, String.join("\n", table));
  }

  /** One line of JSON. */
  public static String json(Map<String, @Nullable Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
