/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * Shows the progress of one piece of long work. Belongs to the thread that does the work; closing
 * it draws the last state.
 */
public final class Progress implements AutoCloseable {

  private final String title;
  private final String unit;
  private final OptionalLong total;
  private final ProgressStyle style;
  private final PrintStream out;
  private final InstantSource clock;
  private final Instant started;
  private Instant lastDrawn;
  private int lastLength;
  private String note = "";
  private long done;

  private Progress(
      String title,
      String unit,
      OptionalLong total,
      ProgressStyle style,
      PrintStream out,
      InstantSource clock) {
    this.title = title;
    this.unit = unit;
    this.total = total;
    this.style = style;
    this.out = out;
    this.clock = clock;
    this.started = clock.instant();
    this.lastDrawn = started;
  }

  /**
   * Starts counting.
   *
   * @param title what is being done
   * @param unit what is counted, in the plural
   * @param total how many there are, empty when nobody knows
   * @param out where the lines go; standard error, so that results can be piped on
   */
  public static Progress start(
      String title,
      String unit,
      OptionalLong total,
      ProgressStyle style,
      PrintStream out,
      InstantSource clock) {
    return new Progress(title, unit, total, style, out, clock);
  }

  /** {@code count} more units are done. */
  public void advance(long count) {
    done += count;
    Instant now = clock.instant();
    if (Duration.between(lastDrawn, now).compareTo(style.interval()) >= 0) {
      draw(now);
    }
  }

  /** What the line ends with from now on, such as the latest loss; empty for nothing. */
  public void note(String text) {
    note = text;
  }

  /** How far the work has come. */
  public ProgressState state() {
    return state(clock.instant());
  }

  @Override
  public void close() {
    draw(clock.instant());
    if (style == ProgressStyle.TERMINAL) {
      out.println();
    }
  }

  private ProgressState state(Instant now) {
    return new ProgressState(title, unit, done, total, Duration.between(started, now));
  }

  private void draw(Instant now) {
    String line = state(now).format() + (note.isEmpty() ? "" : ", " + note);
    switch (style) {
      case LINES -> out.println(line);
      case TERMINAL -> {
        out.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
        out.flush();
      }
    }
    lastLength = line.length();
    lastDrawn = now;
  }
}
