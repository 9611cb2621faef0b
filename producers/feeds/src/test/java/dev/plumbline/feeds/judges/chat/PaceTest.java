/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaceTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void shouldLetOneSecondsWorthThroughAtOnceAndTheRestInTurn() {
    TokenBucket bucket = new TokenBucket(2, NOW);

    assertThat(IntStream.range(0, 5).mapToObj(i -> bucket.take(NOW)))
        .containsExactly(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(500),
            Duration.ofMillis(1000),
            Duration.ofMillis(1500));
    assertThat(bucket.take(NOW.plusSeconds(60))).isZero();
  }

  @Test
  void shouldNotSaveUpMoreThanASecondsWorth() {
    TokenBucket bucket = new TokenBucket(0.5, NOW);

    Instant later = NOW.plusSeconds(3600);

    assertThat(bucket.take(later)).isZero();
    assertThat(bucket.take(later)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shouldNotMindAClockThatIsSetBack() {
    TokenBucket bucket = new TokenBucket(1, NOW);

    assertThat(bucket.take(NOW.minusSeconds(100))).isZero();
    assertThat(bucket.take(NOW.minusSeconds(100))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void shouldDoubleTheWaitUpToItsLimitAndNeverLessThanHalf() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    assertThat(backoff.before(0, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.before(2, 0.5)).isEqualTo(Duration.ofSeconds(3));
    assertThat(backoff.before(4, 0)).isEqualTo(Duration.ofSeconds(5));
    assertThat(backoff.before(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "0.25, PT0.25S",
    "'Fri, 2 Jan 2026 03:05:05 GMT', PT1M",
    "'Fri, 2 Jan 2026 03:00:00 GMT', PT0S",
    "soon, PT0S",
    "-3, PT0S"
  })
  void shouldReadWhenToComeBack(String value, Duration wait) {
    assertThat(RetryAfter.read(value, NOW)).isEqualTo(wait);
  }
}
