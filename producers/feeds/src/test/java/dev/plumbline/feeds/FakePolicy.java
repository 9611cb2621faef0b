/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PolicyVersion;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A policy whose answers say which version and which noise they come from. */
final class FakePolicy implements CompletionSource {
  private final AtomicInteger draws = new AtomicInteger();
  private volatile String version = "base";
  private volatile int failAfterDraws = Integer.MAX_VALUE;

  /** The process dies, so to say, when so many completions have been drawn. */
  FakePolicy failingAfter(int completions) {
    failAfterDraws = completions;
    return this;
  }

  int draws() {
    return draws.get();
  }

  @Override
  public void use(PolicyVersion next) {
    version = next.id().toString();
  }

  @Override
  public boolean fits(String prompt) {
    return !prompt.contains("too long");
  }

  @Override
  public List<DrawnCompletion> draw(List<Draw> requests) {
    if (draws.addAndGet(requests.size()) > failAfterDraws) {
      throw new IllegalStateException("the policy died");
    }
    return requests.stream().map(this::answer).toList();
  }

  @Override
  public void close() {}

  private DrawnCompletion answer(Draw draw) {
    String text =
        draw.prompt().contains("one word")
            ? "Yes."
            : "%s says %016x to %s".formatted(version, draw.noiseKey(), draw.prompt());
    return new DrawnCompletion(text, List.of(1, 2), List.of(-0.5f, -1f));
  }
}
