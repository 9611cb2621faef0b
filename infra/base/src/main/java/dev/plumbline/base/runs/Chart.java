/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Curves in one frame, as a figure of HTML with inline SVG that needs neither scripts nor network
 * to be seen. A script may read {@code data-} attributes of its paths to show values.
 *
 * @param across what the horizontal axis has
 */
record Chart(String title, String across, List<Curve> curves) {

  static final String STEP = "step";

  private static final int WIDTH = 440;
  private static final int HEIGHT = 220;
  private static final int LEFT = 50;
  private static final int RIGHT = 14;
  private static final int TOP = 10;
  private static final int BOTTOM = 24;
  private static final int DRAWN_POINTS = 400;
  private static final int FEW_POINTS = 60;

  /** The chart's figure. */
  String html() {
    List<Curve> finite =
        curves.stream().map(Curve::finite).filter(curve -> !curve.points().isEmpty()).toList();
    StringBuilder html = new StringBuilder("<figure class=\"card\">\n<figcaption>");
    html.append("<strong>").append(Markup.escape(title)).append("</strong>");
    finite.forEach(curve -> html.append(legend(curve)));
    html.append(notFinite()).append("</figcaption>\n");
    if (!finite.isEmpty()) {
      html.append(svg(finite));
    }
    return html.append("</figure>\n").toString();
  }

  private String svg(List<Curve> finite) {
    Axis y = Axis.around(values(finite, Curve.Point::y));
    Axis x =
        overSteps()
            ? Axis.ofSteps(
                finite.stream().flatMap(c -> c.points().stream()).mapToLong(Curve.Point::step))
            : Axis.around(values(finite, Curve.Point::x));
    StringBuilder svg =
        new StringBuilder(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" data-across=\"%s\">\n"
                .formatted(WIDTH, HEIGHT, Markup.escape(describe(finite)), Markup.escape(across)));
    for (double tick : y.ticks()) {
      svg.append(
          "<path class=\"grid%s\" d=\"M%d,%sH%d\"/><text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
              .formatted(
                  tick == 0 ? " zero" : "",
                  LEFT,
                  up(y, tick),
                  WIDTH - RIGHT,
                  LEFT - 7,
                  pixels(HEIGHT - BOTTOM - y.position(tick) * (HEIGHT - TOP - BOTTOM) + 3.5),
                  Axis.format(tick)));
    }
    for (double tick : x.ticks()) {
      svg.append(
          "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
              .formatted(along(x, tick), HEIGHT - 7, Axis.format(tick)));
    }
    finite.forEach(curve -> svg.append(lines(curve, x, y)));
    return svg.append("</svg>\n").toString();
  }

  /** Noise is drawn faintly, with a mean over a twentieth of the run on top. */
  private String lines(Curve curve, Axis x, Axis y) {
    Curve drawn = curve.thinned(DRAWN_POINTS);
    boolean noisy = curve.points().size() > FEW_POINTS && curve.isNoisy();
    Curve mean = noisy ? curve.smoothed(curve.points().size() / 40) : curve;
    StringBuilder svg = new StringBuilder();
    if (noisy) {
      svg.append(
          "<path class=\"line %s\" d=\"%s\"/>\n"
              .formatted(style(curve), path(mean.thinned(DRAWN_POINTS), x, y)));
    }
    svg.append(
        "<path class=\"%s %s\" d=\"%s\" data-name=\"%s\" data-steps=\"%s\" data-values=\"%s\"%s/>\n"
            .formatted(
                noisy ? "raw" : "line",
                style(curve),
                path(drawn, x, y),
                Markup.escape(curve.name()),
                joined(drawn, point -> Long.toString(point.step())),
                joined(drawn, point -> Axis.format(point.y())),
                overSteps()
                    ? ""
                    : " data-x=\"%s\"".formatted(joined(drawn, p -> Axis.format(p.x())))));
    if (curve.points().size() <= FEW_POINTS) {
      for (Curve.Point point : curve.points()) {
        svg.append(
            "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"2.5\"/>"
                .formatted(style(curve), along(x, point.x()), up(y, point.y())));
      }
    }
    if (!overSteps()) {
      Curve.Point last = mean.points().getLast();
      svg.append(
          "<circle class=\"last %s\" cx=\"%s\" cy=\"%s\" r=\"5\"/>\n"
              .formatted(style(curve), along(x, last.x()), up(y, last.y())));
    }
    return svg.toString();
  }

  private boolean overSteps() {
    return across.equals(STEP);
  }

  private String describe(List<Curve> finite) {
    return title
        + finite.stream()
            .map(
                curve ->
                    ", %s from %s to %s"
                        .formatted(
                            curve.name(),
                            Axis.format(curve.points().getFirst().y()),
                            Axis.format(curve.points().getLast().y())))
            .collect(Collectors.joining());
  }

  private String notFinite() {
    List<String> where = new ArrayList<>();
    for (Curve curve : curves) {
      List<Curve.Point> bad = curve.points().stream().filter(point -> !point.isFinite()).toList();
      if (!bad.isEmpty()) {
        where.add(
            "%s not finite at %s (first: step %d)"
                .formatted(
                    curve.name(),
                    bad.size() == 1 ? "1 step" : bad.size() + " steps",
                    bad.getFirst().step()));
      }
    }
    return where.isEmpty()
        ? ""
        : "<span class=\"warn\">%s</span>".formatted(Markup.escape(String.join("; ", where)));
  }

  private static String legend(Curve curve) {
    return "<span class=\"key\"><svg viewBox=\"0 0 18 8\"><path class=\"line %s\" d=\"M1,4H17\"/></svg>%s</span>"
        .formatted(style(curve), Markup.escape(curve.name()));
  }

  /** Colour says chosen, rejected or neither; a dashed line says held out. */
  private static String style(Curve curve) {
    String name = curve.name();
    String tone =
        name.endsWith("/chosen")
            ? "chosen"
            : name.endsWith("/rejected")
                ? "rejected"
                : name.endsWith("_low") || name.endsWith("_high") ? "bound" : "plain";
    return curve.isHeldOut() ? tone + " held-out" : tone;
  }

  private static String path(Curve curve, Axis x, Axis y) {
    return "M"
        + curve.points().stream()
            .map(point -> along(x, point.x()) + "," + up(y, point.y()))
            .collect(Collectors.joining("L"));
  }

  private static String along(Axis x, double value) {
    return pixels(LEFT + x.position(value) * (WIDTH - LEFT - RIGHT));
  }

  private static String up(Axis y, double value) {
    return pixels(HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM));
  }

  private static String pixels(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String joined(Curve curve, Function<Curve.Point, String> written) {
    return curve.points().stream().map(written).collect(Collectors.joining(" "));
  }

  private static DoubleStream values(List<Curve> curves, ToDoubleFunction<Curve.Point> value) {
    return curves.stream().flatMap(curve -> curve.points().stream()).mapToDouble(value);
  }
}
