/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.progress;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;

/** How progress is shown. */
public enum ProgressStyle {

  /** One line that is drawn anew in place, for a person at a terminal. */
  TERMINAL(Duration.ofMillis(200)),

  /** A new line now and then, for logs. */
  LINES(Duration.ofSeconds(10));

  private final Duration interval;

  ProgressStyle(Duration interval) {
    this.interval = interval;
  }

  /** Time between two drawings. */
  Duration interval() {
    return interval;
  }

  /** {@link #TERMINAL} when a person is attached to this process, {@link #LINES} otherwise. */
  @SuppressWarnings("SystemConsoleNull") // null up to Java 21; isTerminal answers from Java 22 on
  public static ProgressStyle detect() {
    Console console = System.console();
    return console != null && isTerminal(console) ? TERMINAL : LINES;
  }

  /** From Java 22 a console may exist without a terminal and says so itself. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException beforeJava22) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
