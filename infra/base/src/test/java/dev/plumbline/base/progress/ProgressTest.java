/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, UTF_8);

  @Test
  void shouldTellShareRateAndTimeLeft() {
    assertThat(state(250, OptionalLong.of(1000), Duration.ofSeconds(20)).format())
        .isEqualTo("pretrain [#####---------------] 25% 250/1000 steps, 12.5/s, 1m00s left");
    assertThat(state(1000, OptionalLong.of(1000), Duration.ofMinutes(125)).format())
        .isEqualTo("pretrain [####################] 100% 1000/1000 steps, 0.1/s, took 2h05m");
  }

  @Test
  void shouldTellCountAndRateWhenTheTotalIsUnknown() {
    assertThat(state(900, OptionalLong.empty(), Duration.ofSeconds(3)).format())
        .isEqualTo("pretrain 900 steps, 300/s");
  }

  @Test
  void shouldPromiseNothingBeforeTheFirstStep() {
    assertThat(state(0, OptionalLong.of(10), Duration.ZERO).format())
        .isEqualTo("pretrain [--------------------] 0% 0/10 steps");
  }

  @Test
  void shouldWriteALineEveryTenSecondsToALog() {
    try (Progress progress = start(ProgressStyle.LINES)) {
      for (int second = 0; second < 25; second++) {
        pass(Duration.ofSeconds(1));
        progress.advance(2);
      }
    }

    assertThat(written.toString(UTF_8).lines())
        .containsExactly(
            "pretrain [########------------] 40% 20/50 steps, 2.0/s, 15s left",
            "pretrain [################----] 80% 40/50 steps, 2.0/s, 5s left",
            "pretrain [####################] 100% 50/50 steps, 2.0/s, took 25s");
  }

  @Test
  void shouldEndLinesWithTheLatestNote() {
    try (Progress progress = start(ProgressStyle.LINES)) {
      progress.note("loss 0.6931");
      pass(Duration.ofSeconds(10));
      progress.advance(20);
      progress.note("");
    }

    assertThat(written.toString(UTF_8).lines())
        .containsExactly(
            "pretrain [########------------] 40% 20/50 steps, 2.0/s, 15s left, loss 0.6931",
            "pretrain [########------------] 40% 20/50 steps, 2.0/s, 15s left");
  }

  @Test
  void shouldRedrawOneLineOnATerminalAndEraseWhatStuckOut() {
    try (Progress progress = start(ProgressStyle.TERMINAL)) {
      pass(Duration.ofSeconds(100));
      progress.advance(1);
      pass(Duration.ofMillis(100));
      progress.advance(1);
      pass(Duration.ofMillis(900));
      progress.advance(48);
    }

    assertThat(written.toString(UTF_8).strip().split("\r"))
        .containsExactly(
            "pretrain [--------------------] 2% 1/50 steps, 0.0/s, 1h21m left",
            "pretrain [####################] 100% 50/50 steps, 0.5/s, took 1m41s",
            "pretrain [####################] 100% 50/50 steps, 0.5/s, took 1m41s");
  }

  private Progress start(ProgressStyle style) {
    return Progress.start("pretrain", "steps", OptionalLong.of(50), style, out, now::get);
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private static ProgressState state(long done, OptionalLong total, Duration elapsed) {
    return new ProgressState("pretrain", "steps", done, total, elapsed);
  }
}
