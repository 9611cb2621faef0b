/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far some work has come at one moment; pure values.
 *
 * @param title what is being done, for example {@code pretrain}
 * @param unit what is counted, in the plural: {@code steps}, {@code records}
 * @param done how many are done
 * @param total how many there are, empty when nobody knows
 * @param elapsed time since the start
 */
public record ProgressState(
    String title, String unit, long done, OptionalLong total, Duration elapsed) {

  private static final int BAR_WIDTH = 20;

  /** Units per second since the start; empty before any time has passed. */
  public Optional<Double> ratePerSecond() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds > 0 ? Optional.of(done / seconds) : Optional.empty();
  }

  /** Time until the end at the rate so far; empty when total or rate are unknown. */
  public Optional<Duration> remaining() {
    if (total.isEmpty() || done == 0) {
      return Optional.empty();
    }
    double secondsPerUnit = elapsed.toNanos() / 1e9 / done;
    long left = Math.max(0, total.getAsLong() - done);
    return Optional.of(Duration.ofSeconds(Math.round(secondsPerUnit * left)));
  }

  /**
   * One line for people, for example {@code pretrain [#####---------------] 25% 250/1000 steps,
   * 12.5/s, 1m00s left}.
   */
  public String format() {
    StringBuilder line = new StringBuilder(title);
    if (total.isPresent() && total.getAsLong() > 0) {
      double share = Math.min(1, (double) done / total.getAsLong());
      int filled = (int) (share * BAR_WIDTH);
      line.append(" [").append("#".repeat(filled)).append("-".repeat(BAR_WIDTH - filled));
      line.append("] ").append((int) (share * 100)).append("% ");
      line.append(done).append('/').append(total.getAsLong());
    } else {
      line.append(' ').append(done);
    }
    line.append(' ').append(unit);
    ratePerSecond().ifPresent(rate -> line.append(", ").append(format(rate)).append("/s"));
    if (total.isPresent() && done >= total.getAsLong()) {
      line.append(", took ").append(format(elapsed));
    } else {
      remaining().ifPresent(left -> line.append(", ").append(format(left)).append(" left"));
    }
    return line.toString();
  }

  private static String format(double rate) {
    return String.format(Locale.ROOT, rate < 100 ? "%.1f" : "%.0f", rate);
  }

  private static String format(Duration duration) {
    if (duration.toHours() > 0) {
      return "%dh%02dm".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return duration.toMinutes() > 0
        ? "%dm%02ds".formatted(duration.toMinutes(), duration.toSecondsPart())
        : duration.toSeconds() + "s";
  }
}
