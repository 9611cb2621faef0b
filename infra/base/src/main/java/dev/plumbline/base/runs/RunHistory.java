/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the log of a run says.
 *
 * @param curves over steps, by name of the scalar, in the order in which they first appear
 * @param texts by tag, oldest first
 */
record RunHistory(Map<String, Curve> curves, Map<String, List<Text>> texts, Duration duration) {

  /** Before the name of a scalar: measured on held-out data. */
  static final String EVAL = "eval_";

  private static final Set<String> NOT_SCALARS =
      Set.of(JsonLines.STEP, RunLog.WALL_TIME, RunLog.NOT_FINITE);

  /** A text and the step that was logged last before it. */
  record Text(long step, String markdown) {}

  /** Reads the log; the run may still be going on. */
  static RunHistory read(Path folder) throws IOException {
    List<ObjectNode> lines = JsonLines.read(folder.resolve(RunLog.METRICS_FILE));
    Map<String, List<Curve.Point>> points = new LinkedHashMap<>();
    for (ObjectNode line : lines) {
      long step = line.path(JsonLines.STEP).longValue();
      for (Map.Entry<String, JsonNode> field : line.properties()) {
        if (!NOT_SCALARS.contains(field.getKey())) {
          double value = field.getValue().isNull() ? Double.NaN : field.getValue().doubleValue();
          points
              .computeIfAbsent(field.getKey(), name -> new ArrayList<>())
              .add(new Curve.Point(step, step, value));
        }
      }
    }
    Map<String, Curve> curves = new LinkedHashMap<>();
    points.forEach((name, of) -> curves.put(name, new Curve(name, of)));
    return new RunHistory(curves, texts(folder), duration(lines));
  }

  /** One scalar over another: points of the steps at which both were logged and are finite. */
  Optional<Curve> against(String y, String x) {
    Curve across = curves.get(x);
    Curve up = curves.get(y);
    if (across == null || up == null) {
      return Optional.empty();
    }
    Map<Long, Double> xByStep =
        across.finite().points().stream()
            .collect(Collectors.toMap(Curve.Point::step, Curve.Point::y, (first, last) -> last));
    List<Curve.Point> points =
        up.finite().points().stream()
            .filter(point -> xByStep.containsKey(point.step()))
            .map(point -> new Curve.Point(point.step(), xByStep.get(point.step()), point.y()))
            .toList();
    return points.isEmpty() ? Optional.empty() : Optional.of(new Curve(y, points));
  }

  private static Map<String, List<Text>> texts(Path folder) throws IOException {
    Map<String, List<Text>> texts = new LinkedHashMap<>();
    Path file = folder.resolve(RunLog.TEXTS_FILE);
    if (Files.exists(file)) {
      for (ObjectNode line : JsonLines.read(file)) {
        texts
            .computeIfAbsent(line.path(RunLog.TAG).asText(), tag -> new ArrayList<>())
            .add(
                new Text(
                    line.path(JsonLines.STEP).longValue(), line.path(RunLog.MARKDOWN).asText()));
      }
    }
    return texts;
  }

  private static Duration duration(List<ObjectNode> lines) {
    if (lines.isEmpty()) {
      return Duration.ZERO;
    }
    double seconds =
        lines.getLast().path(RunLog.WALL_TIME).doubleValue()
            - lines.getFirst().path(RunLog.WALL_TIME).doubleValue();
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
