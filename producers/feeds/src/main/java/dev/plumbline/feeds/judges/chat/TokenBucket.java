/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket: holds as many tokens as one second brings, at least one; a request takes one. Who
 * finds none takes one in advance and is told when it will be there. Safe for use by any thread.
 */
final class TokenBucket {
  private final double tokensPerSecond;
  private final double capacity;
  private double tokens;
  private Instant filledAt;

  /**
   * @param tokensPerSecond 0 for no limit
   * @param now the bucket is full then
   */
  TokenBucket(double tokensPerSecond, Instant now) {
    this.tokensPerSecond = tokensPerSecond;
    this.capacity = Math.max(1, tokensPerSecond);
    this.tokens = capacity;
    this.filledAt = now;
  }

  /** Takes a token; returns how long to wait for it. */
  synchronized Duration take(Instant now) {
    if (tokensPerSecond == 0) {
      return Duration.ZERO;
    }
    if (now.isAfter(filledAt)) {
      double seconds = Duration.between(filledAt, now).toNanos() / 1e9;
      tokens = Math.min(capacity, tokens + seconds * tokensPerSecond);
      filledAt = now;
    }
    tokens--;
    return tokens >= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(-tokens / tokensPerSecond * 1e9));
  }
}
