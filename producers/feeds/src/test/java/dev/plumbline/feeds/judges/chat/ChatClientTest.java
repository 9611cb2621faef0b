/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import dev.plumbline.feeds.judges.chat.ChatReply.Answered;
import dev.plumbline.feeds.judges.chat.ChatReply.Unusable;
import dev.plumbline.feeds.judges.chat.Condition.State;
import dev.plumbline.feeds.judges.chat.FakeEndpoint.Conduct;
import dev.plumbline.feeds.judges.chat.FakeEndpoint.Request;
import dev.plumbline.feeds.judges.chat.FakeEndpoint.Response;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class ChatClientTest {
  private static final ChatQuestion QUESTION = new ChatQuestion("Which is better?", Format.PLAIN);
  private static final String KEY = "sk-secret-1";

  private final QuickTime time = new QuickTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void shouldSendTheQuestionAndReadTheAnswer() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));
    ChatClient client = client(endpoint, "api_key=" + KEY, "max_tokens=7");

    assertThat(client.ask(QUESTION)).isEqualTo(new Answered("A"));
    assertThat(client.ask(new ChatQuestion("JSON?", Format.JSON))).isEqualTo(new Answered("A"));

    Request request = endpoint.seen().getFirst();
    assertThat(request.authorization()).isEqualTo("Bearer " + KEY);
    assertThat(request.body().toString())
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Which is better?\"}],"
                + "\"temperature\":0.0,\"max_tokens\":7,\"stream\":false}");
    assertThat(endpoint.seen().getLast().body().at("/response_format/type").asText())
        .isEqualTo("json_object");
    assertThat(client.condition()).isEqualTo(Condition.WORKING);
    assertThat(requests("answered")).isEqualTo(2);
    assertThat(meters.counter("plumbline.judge.tokens", "judge", "judge", "kind", "prompt").count())
        .isEqualTo(60);
  }

  @Test
  void shouldSendNoKeyWhereNoneIsGiven() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));

    client(endpoint).ask(QUESTION);

    assertThat(endpoint.seen().getFirst().authorization()).isNull();
  }

  @Test
  void shouldAskAgainWithLongerAndLongerWaitsUntilTheServerHasRecovered() throws Exception {
    FakeEndpoint endpoint =
        endpoint(
            (number, message) -> number <= 12 ? Response.of(500, "oops") : Response.saying("B"));

    assertThat(client(endpoint).ask(QUESTION)).isEqualTo(new Answered("B"));

    assertThat(time.waits()).hasSize(12);
    for (int i = 0; i < 12; i++) {
      Duration most = Duration.ofSeconds(Math.min(60, 1L << i));
      assertThat(time.waits().get(i)).isBetween(most.dividedBy(2), most);
    }
    assertThat(requests("repeated")).isEqualTo(12);
  }

  @Test
  void shouldWaitAsLongAsTheEndpointAsksForAndLetNobodyAskMeanwhile() throws Exception {
    FakeEndpoint endpoint =
        endpoint((number, message) -> number == 1 ? Response.tooMany("90") : Response.saying("A"));
    ChatClient client = client(endpoint, "concurrency=1");
    var before = time.instant();

    List<Future<ChatReply>> asked = askAtOnce(client, 5);

    for (Future<ChatReply> each : asked) {
      assertThat(each.get()).isEqualTo(new Answered("A"));
    }
    assertThat(time.waits()).containsExactly(Duration.ofSeconds(90));
    assertThat(Duration.between(before, time.instant())).isEqualTo(Duration.ofSeconds(90));
    assertThat(client.condition().state()).isEqualTo(State.WORKING);
    assertThat(client.condition().reason()).isEqualTo("status 429: slow down");
  }

  @Test
  void shouldSayHowTheEndpointFaresWhileItWaits() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.tooMany("5"));
    ChatClient limited = client(endpoint);
    Future<ChatReply> one = askAtOnce(limited, 1).getFirst();
    await(() -> limited.condition().state() == State.RATE_LIMITED);
    one.cancel(true);

    endpoint.stop();
    ChatClient unreachable = client(endpoint);
    Future<ChatReply> other = askAtOnce(unreachable, 1).getFirst();
    await(() -> unreachable.condition().state() == State.UNREACHABLE);
    assertThat(unreachable.condition().since()).isBeforeOrEqualTo(time.instant());
    assertThat(unreachable.condition().reason()).startsWith("no answer of " + endpoint.baseUrl());
    other.cancel(true);
  }

  @Test
  void shouldGoOnWhenADeadEndpointIsBack() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));
    ChatClient client = client(endpoint);
    endpoint.stop();
    List<Future<ChatReply>> asked = askAtOnce(client, 6);
    await(() -> client.condition().state() == State.UNREACHABLE);
    assertThat(asked).noneMatch(Future::isDone);

    endpoint.restart();

    for (Future<ChatReply> each : asked) {
      assertThat(each.get()).isEqualTo(new Answered("A"));
    }
    assertThat(client.condition().state()).isEqualTo(State.WORKING);
    assertThat(endpoint.requests()).isEqualTo(6);
  }

  @Test
  void shouldAskAgainWhenNoAnswerComesInTime() throws Exception {
    FakeEndpoint endpoint =
        endpoint((number, message) -> number == 1 ? Response.NONE : Response.saying("B"));
    ChatClient client = client(endpoint, "timeout=100ms");

    assertThat(client.ask(QUESTION)).isEqualTo(new Answered("B"));
    assertThat(client.condition().reason()).isEqualTo("no answer within 100ms");
  }

  @Test
  void shouldGiveUpAQuestionThatAlwaysFailsWhereThatIsWanted() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.of(500, "poisoned"));
    ChatClient client = client(endpoint, "max_failures=3");

    assertThat(client.ask(QUESTION))
        .isEqualTo(
            new Unusable("asked in vain, 3 times without an answer: status 500: poisoned", ""));
    assertThat(endpoint.requests()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "401, judge.chat.api_key",
    "403, judge.chat.api_key",
    "404, judge.chat.base_url",
    "402, the account behind the key",
    "302, judge.chat.base_url"
  })
  void shouldStopLoudlyWhereOnlySomebodysActionHelps(int status, String check) {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.of(status, "no \n such thing"));
    ChatClient client = client(endpoint, "api_key=" + KEY);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> client.ask(QUESTION))
          .isInstanceOf(EndpointRefusedException.class)
          .hasMessageContaining("status %d: no such thing; check".formatted(status))
          .hasMessageContaining(check)
          .hasMessageNotContaining(KEY);
    }
    assertThat(endpoint.requests()).isEqualTo(1);
    assertThat(client.condition().state()).isEqualTo(State.STOPPED);
  }

  @Test
  void shouldHandBackAQuestionThatTheEndpointDeclinesButStopWhenItDeclinesAll() throws Exception {
    FakeEndpoint endpoint =
        endpoint(
            (number, message) -> number == 2 ? Response.saying("A") : Response.of(400, "too long"));
    ChatClient client = client(endpoint);

    assertThat(client.ask(QUESTION))
        .isEqualTo(new Unusable("the endpoint declined it with status 400: too long", "too long"));
    assertThat(client.ask(QUESTION)).isEqualTo(new Answered("A"));
    for (int i = 0; i < 9; i++) {
      assertThat(client.ask(QUESTION)).isInstanceOf(Unusable.class);
    }
    assertThatThrownBy(() -> client.ask(QUESTION))
        .isInstanceOf(EndpointRefusedException.class)
        .hasMessageContaining("status 400: too long, 10 times in a row; check judge.chat.model");
  }

  @Test
  void shouldCallUnusableWhatIsNoChatCompletion() throws Exception {
    List<String> bodies =
        List.of(
            "<html>welcome</html>",
            "{\"choices\": [{\"message\": {\"content\": \"A",
            "{\"choices\": []}",
            "{\"choices\": [{\"message\": {\"content\": \" \"}, \"finish_reason\": \"length\"}]}",
            "x".repeat(3 << 20));
    FakeEndpoint endpoint = endpoint((number, message) -> Response.of(200, bodies.get(number - 1)));
    ChatClient client = client(endpoint);

    for (String body : bodies) {
      assertThat(client.ask(QUESTION))
          .isInstanceOfSatisfying(
              Unusable.class,
              unusable -> {
                assertThat(unusable.raw()).isNotEmpty().hasSizeLessThanOrEqualTo(1 << 20);
                assertThat(body).startsWith(unusable.raw());
              });
    }
    assertThat(requests("unusable")).isEqualTo(bodies.size());
  }

  @Test
  void shouldHaveNoMoreRequestsInFlightThanIsSet() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));
    ChatClient client = client(endpoint, "concurrency=3");

    for (Future<ChatReply> each : askAtOnce(client, 60)) {
      assertThat(each.get()).isEqualTo(new Answered("A"));
    }

    assertThat(endpoint.mostInFlight()).isBetween(1, 3);
  }

  @Test
  void shouldKeepToTheRequestsPerSecondThatAreSet() throws Exception {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));
    ChatClient client = client(endpoint, "concurrency=1", "requests_per_second=2");
    var before = time.instant();

    for (Future<ChatReply> each : askAtOnce(client, 12)) {
      assertThat(each.get()).isEqualTo(new Answered("A"));
    }

    assertThat(Duration.between(before, time.instant())).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void shouldRefuseAKeyThatCanNotBeSentWithoutShowingIt() {
    FakeEndpoint endpoint = endpoint((number, message) -> Response.saying("A"));

    assertThatThrownBy(() -> client(endpoint, "api_key=sk-\u00e4"))
        .hasMessage("the API key must consist of visible ASCII characters, but holds others");
  }

  private FakeEndpoint endpoint(Conduct conduct) {
    FakeEndpoint endpoint = FakeEndpoint.start(conduct);
    opened.add(endpoint);
    return endpoint;
  }

  private ChatClient client(FakeEndpoint endpoint, String... assignments) {
    List<String> all = new ArrayList<>(Arrays.asList(assignments));
    all.addAll(List.of("base_url=" + endpoint.baseUrl(), "model=m"));
    ChatClient client =
        time.client(Settings.bind(ChatSettings.class, SettingsSource.empty().with(all)), meters);
    opened.add(client);
    return client;
  }

  private List<Future<ChatReply>> askAtOnce(ChatClient client, int times) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    opened.add(threads::shutdownNow);
    return IntStream.range(0, times)
        .mapToObj(i -> threads.submit(() -> client.ask(QUESTION)))
        .toList();
  }

  private double requests(String outcome) {
    return meters.counter("plumbline.judge.requests", "judge", "judge", "outcome", outcome).count();
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      time.atMost(Duration.ZERO);
    }
  }
}
