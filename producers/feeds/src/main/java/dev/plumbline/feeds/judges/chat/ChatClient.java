/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import dev.plumbline.base.settings.Durations;
import dev.plumbline.feeds.judges.chat.Condition.State;
import dev.plumbline.feeds.judges.chat.Outcome.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one model at one endpoint. Asking waits for its turn (requests in flight, requests per
 * second, and whatever wait the endpoint has asked for), and goes on without end where the endpoint
 * is dead, overloaded or too slow. Safe for use by any thread; made for one virtual thread per
 * question.
 */
public final class ChatClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatClient.class);
  private static final int MAX_RESPONSE_BYTES = 1 << 20;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** So many questions declined with no answer between them are not the questions' fault. */
  private static final int MOST_DECLINED_IN_A_ROW = 10;

  private final ChatSettings settings;
  private final String judge;
  private final @Nullable String apiKey;
  private final InstantSource clock;
  private final Pace pace;
  private final Backoff backoff;
  private final Random jitter;
  private final EndpointWatch watch;
  private final ChatMeters meters;
  private final HttpClient http;
  private final AtomicInteger declinedInARow = new AtomicInteger();
  private final AtomicReference<@Nullable EndpointRefusedException> refusal =
      new AtomicReference<>();

  /**
   * @param apiKey none is sent when null or empty
   * @param pause how time passes; really, when null
   */
  ChatClient(
      ChatSettings settings,
      @Nullable String apiKey,
      String judge,
      MeterRegistry meters,
      InstantSource clock,
      Pace.@Nullable Pause pause) {
    if (settings.model() == null) {
      throw new IllegalArgumentException(
          "judge.chat.model is required: the endpoint's name of the model that is asked");
    }
    this.settings = settings;
    this.judge = judge;
    this.apiKey = apiKey == null || apiKey.isBlank() ? null : requireSendable(apiKey.strip());
    this.clock = clock;
    this.pace = new Pace(settings, clock, pause);
    this.backoff = new Backoff(settings.backoff(), settings.maxBackoff());
    this.jitter = new Random(settings.seed());
    this.watch = new EndpointWatch(settings.slowAfter());
    this.meters = new ChatMeters(meters, judge, this::condition);
    this.http =
        HttpClient.newBuilder()
            // An offer of HTTP/2 without TLS makes some servers drop the request's body.
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /**
   * A client that has not asked yet.
   *
   * @param judge names it in meters and log
   */
  public static ChatClient open(
      ChatSettings settings, String judge, MeterRegistry meters, InstantSource clock) {
    String key =
        settings.apiKey() != null ? settings.apiKey() : System.getenv(settings.apiKeyEnv());
    return new ChatClient(settings, key, judge, meters, clock, null);
  }

  /**
   * Asks until there is an answer, or until it is clear that there will be none.
   *
   * @throws EndpointRefusedException when no question will be answered before somebody acts
   * @throws CancellationException when the client is closed
   */
  public ChatReply ask(ChatQuestion question) throws InterruptedException {
    HttpRequest request = request(question);
    int failures = 0;
    for (int repetition = 0; ; repetition++) {
      switch (attempt(request)) {
        case Outcome.Answered(ChatWire.Content content) -> {
          return answered(content);
        }
        case Outcome.Declined declined -> {
          return declined(declined);
        }
        case Outcome.Refused refused -> throw refuse(refused.said(), whatToCheck(refused.status()));
        case Outcome.Again again -> {
          if (watch.troubled(again.state(), clock.instant(), again.reason())) {
            log.warn("judge {} is waited for: {}", judge, again.reason());
          }
          if (again.fault() == Fault.QUESTION && ++failures == settings.maxFailures()) {
            meters.declined();
            return new ChatReply.Unusable(
                "asked in vain, %d times without an answer: %s".formatted(failures, again.reason()),
                "");
          }
          meters.repeated();
          waitBefore(repetition, again);
        }
      }
    }
  }

  /** How the endpoint fares now. */
  public Condition condition() {
    EndpointRefusedException refused = refusal.get();
    return refused == null
        ? watch.condition(clock.instant())
        : new Condition(State.STOPPED, null, refused.getMessage());
  }

  /** Ends all asking. */
  @Override
  public void close() {
    pace.close();
    http.shutdownNow();
  }

  private Outcome attempt(HttpRequest request) throws InterruptedException {
    pace.enter();
    try {
      requireOpen();
      Instant begun = clock.instant();
      watch.begun(begun);
      try {
        return Outcome.of(send(request), clock.instant());
      } catch (TimeoutException e) {
        String reason = "no answer within " + Durations.format(settings.timeout());
        return new Outcome.Again(State.SLOW, reason, Duration.ZERO, Fault.QUESTION);
      } catch (IOException e) {
        String reason = "no answer of %s: %s".formatted(settings.completions(), describe(e));
        return new Outcome.Again(State.UNREACHABLE, reason, Duration.ZERO, Fault.ENDPOINT);
      } finally {
        Duration took = Duration.between(begun, clock.instant());
        watch.ended(begun, took);
        meters.took(took);
      }
    } finally {
      pace.leave();
    }
  }

  /** The timeout is over the whole response, not only until it begins. */
  private HttpResponse<String> send(HttpRequest request)
      throws InterruptedException, TimeoutException, IOException {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, LimitedText.upTo(MAX_RESPONSE_BYTES));
    try {
      return sent.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      sent.cancel(true);
    }
  }

  private ChatReply answered(ChatWire.Content content) {
    declinedInARow.set(0);
    noteReachable();
    meters.answered(content);
    if (content.reply() instanceof ChatReply.Unusable unusable) {
      watch.noted(unusable.reason());
    }
    return content.reply();
  }

  private ChatReply declined(Outcome.Declined declined) {
    noteReachable();
    meters.declined();
    watch.noted(declined.said());
    if (declinedInARow.incrementAndGet() >= MOST_DECLINED_IN_A_ROW) {
      throw refuse(
          "%s, %d times in a row".formatted(declined.said(), MOST_DECLINED_IN_A_ROW),
          "judge.chat.model and the other settings of judge.chat");
    }
    return new ChatReply.Unusable(
        "the endpoint declined it with " + declined.said(), declined.body());
  }

  private void noteReachable() {
    if (watch.answered()) {
      log.info("judge {} answers again", judge);
    }
  }

  private void waitBefore(int repetition, Outcome.Again again) throws InterruptedException {
    Duration own = backoff.before(repetition, jitter.nextDouble());
    Duration wait = own.compareTo(again.asked()) > 0 ? own : again.asked();
    switch (again.fault()) {
      case ENDPOINT -> pace.hold(wait);
      case QUESTION -> pace.pause(wait);
    }
  }

  /** The first refusal stands: whoever else is asking gets it too. */
  private EndpointRefusedException refuse(String said, String check) {
    var refused =
        new EndpointRefusedException(
            "the judge at %s (model '%s') answered with %s; check %s"
                .formatted(settings.completions(), settings.model(), said, check));
    EndpointRefusedException earlier = refusal.compareAndExchange(null, refused);
    pace.close();
    return earlier == null ? refused : earlier;
  }

  private String whatToCheck(int status) {
    return switch (status) {
      case 401, 403 ->
          "judge.chat.api_key, or the environment variable %s (a key was %s)"
              .formatted(settings.apiKeyEnv(), apiKey == null ? "not sent" : "sent");
      case 404, 405 ->
          "judge.chat.base_url (most end in /v1) and whether the endpoint serves that model";
      default -> "judge.chat.base_url, the account behind the key, and the endpoint's log";
    };
  }

  private void requireOpen() {
    EndpointRefusedException refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    if (pace.isClosed()) {
      throw new CancellationException("the client of " + settings.completions() + " is closed");
    }
  }

  private HttpRequest request(ChatQuestion question) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(settings.completions())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(ChatWire.request(settings, question)));
    if (apiKey != null) {
      builder.header("Authorization", "Bearer " + apiKey);
    }
    return builder.build();
  }

  /** The message of the HTTP client about a bad header would show the key. */
  private static String requireSendable(String key) {
    if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the API key must consist of visible ASCII characters, but holds others");
    }
    return key;
  }

  /** The innermost thing that was said; a refused connection says nothing but its name. */
  private static String describe(Throwable failure) {
    String said = failure.getClass().getSimpleName();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        said = cause.getMessage();
      }
    }
    return said;
  }
}
