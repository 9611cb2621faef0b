/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.gateway.GatewayRole;
import dev.plumbline.gateway.GatewaySettings;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

@Timeout(180)
class PagesTest {
  @TempDir static Path folder;

  private static Browser browser;
  private static LocalBroker broker;
  private static KafkaClients clients;
  private static Producer<byte[], byte[]> producer;
  private static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant"), 2, 1);

  private static EventPublisher events;
  private static Metrics metrics;
  private static GatewayRole gateway;

  @BeforeAll
  static void start() {
    browser = Browser.start(folder.resolve("profile"));
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);
    producer = clients.producer("pages-test", Duration.ofSeconds(10));
    events = new EventPublisher(producer);
    metrics = Metrics.open(Map.of());
    gateway =
        GatewayRole.start(
            new GatewaySettings("127.0.0.1", 0, null, Duration.ofSeconds(10), 1000),
            clients,
            LAYOUT,
            KeyStore.none(),
            metrics,
            new HealthChecks(),
            InstantSource.system());
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable part : new AutoCloseable[] {browser, gateway, metrics, producer, broker}) {
      if (part != null) {
        part.close();
      }
    }
  }

  @Test
  void shouldShowAVersionAsItAppearsWithoutErrorsAndWithoutOtherSites() throws Exception {
    browser.open(gateway.address().toString());
    browser.find("#connection[data-state=open]");

    stored(events.publish(Topics.POLICY_VERSIONS, "assistant", version(7, 0.8125)));
    browser.find("tr[data-version='assistant@000007']");

    assertThat(browser.find("#policy-title").getText()).isEqualTo("assistant@000007");
    assertThat(browser.find("[data-figure='win rate'] dd").getText()).isEqualTo("81 %");
    assertThat(browser.find("[data-figure='freshness'] dd").getText()).isEqualTo("2.5 s");
    assertThat(browser.find("svg.chart").getAttribute("aria-label")).contains("81 % at version 7");
    assertThat(browser.loaded())
        .isNotEmpty()
        .allMatch(name -> name.startsWith(gateway.address().toString()));
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldShowLanesSideBySideOnceThereAreSeveral() throws Exception {
    PolicyVersion main = version("compared", "dpo", 9, 0.75);
    PolicyVersion shadow = version("compared.tdpo2", "tdpo2", 3, 0.5);
    stored(events.publish(Topics.POLICY_VERSIONS, main.policy(), main));
    stored(events.publish(Topics.POLICY_VERSIONS, shadow.policy(), shadow));
    browser.open(gateway.address().toString());

    assertThat(browser.find("#lanes tr[data-version='compared.tdpo2@000003']").getText())
        .contains("tdpo2", "50 %");
    assertThat(browser.find("#lanes tr[data-version='compared@000009']").getText())
        .contains("75 %");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldLabelSimulatedAnnotators() throws Exception {
    browser.open(gateway.address().toString());

    stored(
        new FeedbackPublisher(events)
            .publish(
                new FeedbackEvent(
                    "sim-vote",
                    "elsewhere",
                    new Annotator("sim-1", AnnotatorKind.PROGRAM, true),
                    "simulation",
                    Instant.now(),
                    null,
                    null,
                    FeedbackEvent.OVERALL,
                    new Statement.Comparison("x", "y", Answer.TIE))));

    assertThat(browser.find("#said .badge.simulated").getText()).isEqualTo("simulated");
  }

  @Test
  void shouldVoteAndUndoWithTheKeyboard() throws Exception {
    putUp("first", "Warm and kind.", "Cold and late.");
    putUp("second", "It works.", "It broke.");
    browser.open(gateway.address().resolve("vote").toString());
    browser.waitFor(page -> page.findElement(By.id("ballot")).isDisplayed());

    Shown shown = shown();
    assertThat(shown.left()).isNotEqualTo(shown.right());
    assertThat(shown.leftText()).isNotEqualTo(shown.rightText());

    browser.press("1");
    browser.waitFor(page -> !shown().left().equals(shown.left()));
    browser.press("z");
    browser.waitFor(page -> shown().equals(shown));
    browser.press(Keys.ARROW_RIGHT);
    browser.waitFor(page -> !shown().left().equals(shown.left()));
    browser.press("b");
    browser.waitFor(page -> page.findElement(By.id("nothing")).isDisplayed());

    List<FeedbackEvent> votes = votes(4);
    assertThat(votes)
        .allSatisfy(
            vote -> {
              assertThat(vote.annotator().kind()).isEqualTo(AnnotatorKind.HUMAN);
              assertThat(vote.annotator().simulated()).isFalse();
              assertThat(vote.annotator().id()).startsWith("person-");
              assertThat(vote.source()).isEqualTo("vote-page");
            })
        .extracting(FeedbackEvent::eventId)
        .doesNotHaveDuplicates();
    int length = "It works.".length(); // and of "It broke."
    assertThat(votes.stream().filter(vote -> vote.itemId().equals(shown.itemId())))
        .extracting(FeedbackEvent::statement)
        .containsExactly(
            new Statement.Comparison(shown.left(), shown.right(), Answer.A, length, length),
            new Statement.Comparison(shown.left(), shown.right(), Answer.CANT_TELL, length, length),
            new Statement.Comparison(shown.left(), shown.right(), Answer.B, length, length));
    assertThat(browser.console()).isEmpty();
  }

  /** What the ballot shows. */
  private record Shown(String left, String leftText, String right, String rightText) {
    String itemId() {
      return left.substring(0, left.indexOf('/'));
    }
  }

  private static Shown shown() {
    return new Shown(
        browser.find("#left").getAttribute("data-candidate"),
        browser.find("#left .text").getText(),
        browser.find("#right").getAttribute("data-candidate"),
        browser.find("#right .text").getText());
  }

  private static void putUp(String itemId, String one, String other) throws Exception {
    FeedbackPublisher publisher = new FeedbackPublisher(events);
    Instant now = Instant.now();
    String prompt = "How was it? (" + itemId + ")";
    stored(
        publisher.publish(
            new Prompt(itemId, "assistant", Text.plain(prompt), prompt.length(), "test", now)));
    for (String text : List.of(one, other)) {
      stored(
          publisher.publish(
              new Completion(
                  itemId + "/" + text,
                  itemId,
                  Text.plain(text),
                  text.length(),
                  null,
                  0,
                  List.of(),
                  List.of(),
                  "test",
                  now)));
    }
    stored(
        publisher.publish(
            new ComparisonTask(
                "task-" + itemId,
                itemId,
                "assistant",
                List.of(
                    new CompletionRef(itemId + "/" + one), new CompletionRef(itemId + "/" + other)),
                FeedbackEvent.OVERALL,
                null,
                null,
                "test",
                now)));
  }

  /** Returns the page's votes in the order of their claims, as soon as there are so many. */
  private static List<FeedbackEvent> votes(int count) {
    List<FeedbackEvent> votes = new ArrayList<>();
    Instant deadline = Instant.now().plusSeconds(30);
    try (var reader = TopicReader.openAtBeginning(clients, "pages-test", Topics.FEEDBACK)) {
      while (votes.size() < count && Instant.now().isBefore(deadline)) {
        reader.poll(Duration.ofMillis(500)).stream()
            .map(record -> record.value().orElseThrow())
            .flatMap(PagesTest::fromThePage)
            .forEach(votes::add);
      }
    }
    votes.sort(Comparator.comparing(FeedbackEvent::saidAt));
    return votes;
  }

  private static Stream<FeedbackEvent> fromThePage(FeedbackRecord record) {
    return record instanceof FeedbackEvent event && event.source().equals("vote-page")
        ? Stream.of(event)
        : Stream.empty();
  }

  private static void stored(Future<?> acknowledgement) throws Exception {
    acknowledgement.get(20, TimeUnit.SECONDS);
  }

  private static PolicyVersion version(int number, double winRate) {
    return version("assistant", "dpo", number, winRate);
  }

  private static PolicyVersion version(
      String policy, String objective, int number, double winRate) {
    Instant now = Instant.now();
    return new PolicyVersion(
        new PolicyVersionId(policy, number),
        "lane-1",
        new PolicyVersion.Learned(
            new PolicyVersionId(policy, number - 1),
            "00",
            List.of(),
            "00",
            new PolicyVersion.ExampleCounts(64, 3, 0, 0, 0, 0, 0),
            12,
            Map.of("eval_win_rate", winRate, "eval_tie_share", 0.05, "rewards/margins", 0.4),
            objective,
            "00",
            new PolicyVersion.BaseModel("pocket", "00", "00"),
            "cpu",
            0),
        new PolicyVersion.Observed(now, now.minusMillis(2500), Map.of()));
  }
}
