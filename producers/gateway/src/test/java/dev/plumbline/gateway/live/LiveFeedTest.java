/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import static dev.plumbline.gateway.Records.NOW;
import static dev.plumbline.gateway.Records.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.gateway.live.LiveFeed.Update;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LiveFeedTest {
  private final LiveView view = new LiveView(() -> NOW);
  private final LiveFeed feed = new LiveFeed(view);

  @Test
  void shouldHandEverySectionToANewWatcher() throws Exception {
    feed.beat();

    assertThat(feed.after(0, Duration.ZERO))
        .extracting(Update::section)
        .containsExactlyInAnyOrder(Section.values());
  }

  @Test
  void shouldHandOnOnlyWhatChanged() throws Exception {
    feed.beat();
    view.version(NOW.minusSeconds(3600), version("assistant", 0, Map.of()));
    feed.beat();

    List<Update> updates = feed.after(1, Duration.ZERO);

    assertThat(updates)
        .extracting(Update::section)
        .containsExactlyInAnyOrder(Section.FLOW, Section.VERSIONS);
    assertThat(feed.after(2, Duration.ZERO)).isEmpty();
  }

  @Test
  void shouldWakeAWatcherWhenSomethingChangesAndWhenTheFeedIsClosed() throws Exception {
    feed.beat();
    CompletableFuture<List<Update>> first = watch(1);
    view.version(NOW, version("assistant", 0, Map.of()));
    feed.beat();
    assertThat(first.get(10, TimeUnit.SECONDS)).isNotEmpty();

    CompletableFuture<List<Update>> second = watch(2);
    feed.close();
    assertThat(second.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(feed.isClosed()).isTrue();
  }

  private CompletableFuture<List<Update>> watch(long seen) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return feed.after(seen, Duration.ofSeconds(15));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
