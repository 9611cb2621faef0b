/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The range of one direction of a chart.
 *
 * @param tick distance between marked values: 1, 2 or 5 times a power of ten
 */
record Axis(double low, double high, double tick) {

  private static final int INTERVALS = 4;

  /** From the lowest to the highest value, widened to whole ticks. */
  static Axis around(DoubleStream values) {
    var range = values.summaryStatistics();
    double low = range.getMin();
    double high = range.getMax();
    if (low == high) {
      double room = low == 0 ? 1 : Math.abs(low) / 2;
      low -= room;
      high += room;
    }
    double tick = tick(high - low);
    return new Axis(Math.floor(low / tick) * tick, Math.ceil(high / tick) * tick, tick);
  }

  /** Exactly from the first to the last step. */
  static Axis ofSteps(LongStream steps) {
    var range = steps.summaryStatistics();
    double low = range.getMin();
    double high = Math.max((double) range.getMax(), low + 1);
    return new Axis(low, high, Math.max(1, tick(high - low)));
  }

  /** The marked values. */
  List<Double> ticks() {
    double tolerance = 1e-6;
    long first = (long) Math.ceil(low / tick - tolerance);
    long last = (long) Math.floor(high / tick + tolerance);
    return LongStream.rangeClosed(first, last).mapToObj(i -> i * tick).toList();
  }

  /** Where a value lies, from 0 at {@code low} to 1 at {@code high}. */
  double position(double value) {
    return (value - low) / (high - low);
  }

  /** A value in four significant digits, for people. */
  static String format(double value) {
    if (!Double.isFinite(value)) {
      return "not finite";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    double size = Math.abs(rounded.doubleValue());
    if (size == 0 || (size >= 1e-4 && size < 1e7)) {
      return rounded.toPlainString();
    }
    return new DecimalFormat("0.###E0", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(rounded)
        .replace('E', 'e');
  }

  private static double tick(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / INTERVALS)));
    double factor = range / INTERVALS / power;
    return power * (factor <= 1.5 ? 1 : factor <= 3.5 ? 2 : factor <= 7.5 ? 5 : 10);
  }
}
