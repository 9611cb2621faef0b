/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** What a client shows of itself. */
final class ChatMeters {
  private final Counter answered;
  private final Counter unusable;
  private final Counter repeated;
  private final Counter promptTokens;
  private final Counter completionTokens;
  private final Timer latency;

  ChatMeters(MeterRegistry meters, String judge, Supplier<Condition> condition) {
    answered = requests(meters, judge, "answered");
    unusable = requests(meters, judge, "unusable");
    repeated = requests(meters, judge, "repeated");
    promptTokens = tokens(meters, judge, "prompt");
    completionTokens = tokens(meters, judge, "completion");
    latency = meters.timer("plumbline.judge.latency", "judge", judge);
    for (Condition.State state : Condition.State.values()) {
      Gauge.builder("plumbline.judge.state", () -> condition.get().state() == state ? 1 : 0)
          .tags("judge", judge, "state", ChatMeters.name(state))
          .register(meters);
    }
  }

  /** A request is over, one way or another. */
  void took(Duration time) {
    latency.record(time);
  }

  void answered(ChatWire.Content content) {
    switch (content.reply()) {
      case ChatReply.Answered answer -> answered.increment();
      case ChatReply.Unusable none -> unusable.increment();
    }
    promptTokens.increment((double) content.promptTokens());
    completionTokens.increment((double) content.completionTokens());
  }

  /** The endpoint could make nothing of a question. */
  void declined() {
    unusable.increment();
  }

  /** It must be asked again. */
  void repeated() {
    repeated.increment();
  }

  private static String name(Condition.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Counter requests(MeterRegistry meters, String judge, String outcome) {
    return meters.counter("plumbline.judge.requests", "judge", judge, "outcome", outcome);
  }

  private static Counter tokens(MeterRegistry meters, String judge, String kind) {
    return meters.counter("plumbline.judge.tokens", "judge", judge, "kind", kind);
  }
}
