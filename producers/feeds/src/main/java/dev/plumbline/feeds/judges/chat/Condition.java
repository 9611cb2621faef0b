/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How whoever is asked fares.
 *
 * @param state in one word
 * @param since when that began; absent for what is as it should be
 * @param reason the last error behind it, if there was one
 */
public record Condition(State state, @Nullable Instant since, @Nullable String reason) {
  /** All is well. */
  public static final Condition WORKING = new Condition(State.WORKING, null, null);

  /** The conditions in one word. */
  public enum State {
    /** Answers come. */
    WORKING,
    /** Answers take long, or longer than is waited for. */
    SLOW,
    /** The endpoint asks for a slower pace. */
    RATE_LIMITED,
    /** No connection, or the server fails. */
    UNREACHABLE,
    /** Nobody is asked any more. */
    STOPPED
  }
}
