/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A run's log as one HTML page to look at: curves, final values, settings and texts. It refers to
 * nothing outside itself, and shows all but the values under the pointer without scripts.
 */
public final class HtmlReport {

  /** Name of the page in the folder of the run. */
  public static final String FILE = "report.html";

  private static final int SHOWN_TEXTS = 3;
  private static final List<String> FIGURES =
      List.of(
          "loss",
          "eval_loss",
          "rewards/accuracies",
          "eval_rewards/accuracies",
          "rewards/margins",
          "eval_rewards/margins");

  private HtmlReport() {}

  /**
   * Writes the page of a run, or replaces it; the run may still be going on.
   *
   * @param folder of a {@link RunLog}
   * @param title what was trained, such as the policy and the objective
   * @param settings as they should be read, in this order; secrets are the caller's to mask
   * @return the page's path
   */
  public static Path write(Path folder, String title, Map<String, String> settings) {
    Path file = folder.resolve(FILE);
    Path part = folder.resolve(FILE + ".part");
    try {
      Files.writeString(part, html(RunHistory.read(folder), title, settings));
      return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("report %s can't be written".formatted(file), e);
    }
  }

  private static String html(RunHistory history, String title, Map<String, String> settings)
      throws IOException {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <style>
        %2$s</style>
        <header><p class="brand">Plumbline <span>training run</span></p><h1>%1$s</h1></header>
        <dl class="figures">%3$s</dl>
        """
            .formatted(Markup.escape(title), resource("report.css"), figures(history)));
    ChartGroups.of(history)
        .forEach(
            (heading, charts) -> {
              StringBuilder figures = new StringBuilder("<div class=\"charts\">\n");
              charts.forEach(chart -> figures.append(chart.html()));
              section(html, heading, figures.append("</div>").toString());
            });
    section(html, "Values", values(history));
    if (!history.texts().isEmpty()) {
      section(html, "Texts", texts(history));
    }
    if (!settings.isEmpty()) {
      section(html, "Settings", settings(settings));
    }
    html.append("<script>\n").append(resource("report.js")).append("</script>\n</html>\n");
    return html.toString();
  }

  private static void section(StringBuilder html, String heading, String body) {
    html.append("<section>\n<h2>%s</h2>\n%s\n</section>\n".formatted(Markup.escape(heading), body));
  }

  private static String figures(RunHistory history) {
    StringBuilder html = new StringBuilder();
    long steps =
        history.curves().values().stream()
            .flatMap(curve -> curve.points().stream())
            .mapToLong(Curve.Point::step)
            .max()
            .orElse(0);
    figure(html, "steps", Long.toString(steps));
    figure(html, "duration", written(history.duration()));
    for (String name : FIGURES) {
      Curve curve = history.curves().get(name);
      if (curve != null) {
        figure(html, name, Axis.format(curve.points().getLast().y()));
      }
    }
    return html.toString();
  }

  private static void figure(StringBuilder html, String name, String value) {
    html.append("<div><dt>%s</dt><dd>%s</dd></div>\n".formatted(Markup.escape(name), value));
  }

  private static String values(RunHistory history) {
    StringBuilder html =
        new StringBuilder(
            "<div class=\"card table\"><table><thead><tr><th class=\"name\">metric</th><th>first</th><th>last</th>"
                + "<th>held out, first</th><th>held out, last</th></tr></thead><tbody>\n");
    for (String name :
        history.curves().keySet().stream().map(ChartGroups::twin).distinct().toList()) {
      html.append("<tr><td class=\"name\">").append(Markup.escape(name)).append("</td>");
      for (String split : List.of("", RunHistory.EVAL)) {
        Curve curve = history.curves().get(split + name);
        List<String> ends =
            curve == null
                ? List.of("", "")
                : Stream.of(curve.points().getFirst(), curve.points().getLast())
                    .map(point -> Axis.format(point.y()))
                    .toList();
        ends.forEach(end -> html.append("<td>").append(end).append("</td>"));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static String texts(RunHistory history) {
    StringBuilder html = new StringBuilder("<div class=\"card texts\">\n");
    history
        .texts()
        .forEach(
            (tag, texts) -> {
              int skipped = Math.max(0, texts.size() - SHOWN_TEXTS);
              List<RunHistory.Text> newestFirst =
                  new ArrayList<>(texts.subList(skipped, texts.size())).reversed();
              for (RunHistory.Text text : newestFirst) {
                html.append(
                    "<details%s><summary>%s <span>step %d</span></summary><pre>%s</pre></details>\n"
                        .formatted(
                            Objects.equals(text, newestFirst.getFirst()) ? " open" : "",
                            Markup.escape(tag),
                            text.step(),
                            Markup.escape(text.markdown())));
              }
              if (skipped > 0) {
                html.append(
                    "<p>%d earlier of %s in %s</p>\n"
                        .formatted(skipped, Markup.escape(tag), RunLog.TEXTS_FILE));
              }
            });
    return html.append("</div>").toString();
  }

  private static String settings(Map<String, String> settings) {
    StringBuilder html = new StringBuilder("<div class=\"card table\"><table><tbody>\n");
    settings.forEach(
        (key, value) ->
            html.append(
                "<tr><td class=\"name\">%s</td><td class=\"value\">%s</td></tr>\n"
                    .formatted(Markup.escape(key), Markup.escape(value))));
    return html.append("</tbody></table></div>").toString();
  }

  private static String written(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return Axis.format(duration.toMillis() / 1000.0) + " s";
    }
    return seconds < 3600
        ? "%d min %d s".formatted(seconds / 60, seconds % 60)
        : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
