/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import dev.plumbline.base.settings.Setting;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link ChatClient}. */
public record ChatSettings(
    @Setting(
            doc = "Where the endpoint is found; /chat/completions is put behind it.",
            defaultValue = "http://127.0.0.1:8000/v1")
        String baseUrl,
    @Setting(doc = "The model that is asked, by the endpoint's name for it.")
        @Nullable String model,
    @Setting(doc = "The key that is sent; the environment variable's when not set.", secret = true)
        @Nullable String apiKey,
    @Setting(
            doc = "The environment variable that holds the key; without one no key is sent.",
            defaultValue = "PLUMBLINE_JUDGE_API_KEY")
        String apiKeyEnv,
    @Setting(
            doc = "Longest answer, in tokens; a model that thinks aloud needs many.",
            defaultValue = "512",
            min = "1")
        int maxTokens,
    @Setting(doc = "Randomness of the answers; 0 for the likeliest.", defaultValue = "0", min = "0")
        double temperature,
    @Setting(
            doc = "Requests per second at most, on average; 0 for no limit.",
            defaultValue = "0",
            min = "0")
        double requestsPerSecond,
    @Setting(doc = "Requests in flight at a time.", defaultValue = "4", min = "1", max = "256")
        int concurrency,
    @Setting(
            doc = "How long one answer may take before it is asked for again.",
            defaultValue = "60s",
            min = "1ms")
        Duration timeout,
    @Setting(
            doc = "Wait before the first repetition; doubled with each one more.",
            defaultValue = "1s",
            min = "1ms")
        Duration backoff,
    @Setting(doc = "Longest wait before a repetition.", defaultValue = "1m", min = "1ms")
        Duration maxBackoff,
    @Setting(
            doc =
                "Times one question may time out or fail on the server before its task is set aside as a dead letter; 0 for without end.",
            defaultValue = "0",
            min = "0")
        int maxFailures,
    @Setting(doc = "An answer that takes longer is shown as slow.", defaultValue = "15s")
        Duration slowAfter,
    @Setting(doc = "Seed of the waits' jitter.", defaultValue = "1") long seed) {

  public ChatSettings {
    URI uri;
    try {
      uri = URI.create(baseUrl);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expectedUrl(baseUrl), e);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(expectedUrl(baseUrl));
    }
    if (maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          "max_backoff must be at least backoff (%s), but was %s".formatted(backoff, maxBackoff));
    }
  }

  /** Where requests go. */
  URI completions() {
    return URI.create(baseUrl.replaceAll("/+$", "") + "/chat/completions");
  }

  /** A key is no part of any message. */
  @Override
  public String toString() {
    return "ChatSettings[%s, model %s]".formatted(baseUrl, model);
  }

  private static String expectedUrl(String given) {
    return "base_url must be an http or https address without user and password, such as http://127.0.0.1:8000/v1, but was "
        + (given.contains("@") ? "one with an @ in it" : given);
  }
}
