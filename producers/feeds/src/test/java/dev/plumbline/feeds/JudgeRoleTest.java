/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.FailPoint;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.feeds.Answering.Answered;
import dev.plumbline.feeds.judges.ChatJudge;
import dev.plumbline.feeds.judges.ControllerJudge;
import dev.plumbline.feeds.judges.GradedController;
import dev.plumbline.feeds.judges.Judge;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.feeds.judges.JudgeStatus;
import dev.plumbline.feeds.judges.ProgramJudge;
import dev.plumbline.feeds.judges.Questions;
import dev.plumbline.feeds.judges.chat.Condition.State;
import dev.plumbline.feeds.judges.chat.EndpointRefusedException;
import dev.plumbline.feeds.judges.chat.FakeEndpoint;
import dev.plumbline.feeds.judges.chat.FakeEndpoint.Response;
import dev.plumbline.feeds.judges.chat.QuickTime;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.attribute.Attribute;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Shared.class)
@Timeout(60)
final class JudgeRoleTest {
  private static final int BIAS = 2;

  private Cluster cluster;
  private String policy;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
  }

  @Test
  void shouldWriteAControllersScoreOfEveryPrefix() {
    Answered answered = putUp("i1");
    try (Tokenizer tokenizer = Tokenizer.of(ByteBpeTrainer.train(List.of("a text"), 270), 1, 2);
        var judge =
            new ControllerJudge(
                new GradedController(
                    new Attribute("short", List.of()),
                    (prompt, text) -> -text.length(),
                    0.5,
                    tokenizer),
                AnnotatorKind.PROGRAM,
                tokenizer,
                64,
                8);
        JudgeRole role = JudgeRole.start(settings("kind=graded"), judge, cluster.context())) {
      List<RewardScore> scores = cluster.await(Topics.REWARDS, 2, this::isOurs);

      assertThat(scores)
          .allSatisfy(
              score -> {
                assertThat(score.judge().kind()).isEqualTo(AnnotatorKind.PROGRAM);
                assertThat(score.judge().simulated()).isFalse();
                assertThat(score.prefixScores()).hasSize(3);
                assertThat(Math.exp(score.score())).isBetween(0.0, 1.0);
              })
          .extracting(RewardScore::completionId)
          .containsExactlyElementsOf(
              answered.completions().stream().map(Completion::completionId).toList());
      assertThat(role.done()).isNotDone();
    }
  }

  @Test
  void shouldLoseAndDoubleNothingWhateverTheEndpointDoes() throws Exception {
    Map<String, Answered> answered = putUp(24);
    try (var endpoint = FakeEndpoint.start(JudgeRoleTest::moody);
        var running = new Running(endpoint, "batch_tasks=5", "chat.timeout=150ms")) {
      awaitJudged(running.role, 12);
      endpoint.stop();
      Cluster.await(
          "the endpoint to be missed",
          () -> running.role.status().condition().state() == State.UNREACHABLE);
      endpoint.restart();
      awaitJudged(running.role, 24);
      JudgeStatus status = running.role.status();
      assertThat(status.failures()).isEqualTo(3);
      assertThat(status.waiting()).isZero();
      assertThat(status.lastError()).isNotNull();
    }

    List<FeedbackEvent> votes = votes();
    List<DeadLetter> letters = letters();
    assertThat(letters).hasSize(3).allMatch(each -> each.reason() == DeadLetterReason.NO_VERDICT);
    assertThat(letters)
        .extracting(DeadLetter::detail)
        .anyMatch(detail -> detail.contains("but the answer was 'hm, hard to say'"))
        .anyMatch(detail -> detail.contains("the response is no JSON"))
        .anyMatch(detail -> detail.contains("status 400: too long"));
    Set<String> seen = new HashSet<>();
    votes.forEach(vote -> assertThat(seen.add(vote.itemId())).isTrue());
    letters.forEach(letter -> assertThat(seen.add(task(letter).itemId())).isTrue());
    assertThat(seen).isEqualTo(answered.keySet());
    assertThat(votes)
        .allSatisfy(vote -> assertThat(said(vote)).isEqualTo(truth(answered.get(vote.itemId()))));
  }

  @Test
  void shouldNotShowTheAnswersOfAJudgeThatWasKilledBeforeItsCommit() throws Exception {
    putUp("i1");
    AtomicReference<String> verdict = new AtomicReference<>("C");
    try (var endpoint = FakeEndpoint.start((number, message) -> Response.saying(verdict.get()))) {
      FailPoint killing =
          step -> {
            throw new IllegalStateException("killed at " + step);
          };
      try (var killed = new Running(endpoint, killing)) {
        assertThatThrownBy(() -> killed.role.done().get(20, TimeUnit.SECONDS))
            .hasMessageContaining("killed at judge.answered");
        assertThat(killed.role.status().condition().state()).isEqualTo(State.STOPPED);
      }
      assertThat(endpoint.requests()).isEqualTo(2);

      verdict.set("A");
      try (var again = new Running(endpoint, "question.disagreement=cant_tell")) {
        awaitJudged(again.role, 1);
      }
      try (var restarted = new Running(endpoint)) {
        putUp("i2");
        awaitJudged(restarted.role, 1);
      }
    }

    assertThat(votes())
        .extracting(JudgeRoleTest::said)
        .containsExactlyInAnyOrder(Answer.CANT_TELL, Answer.TIE);
  }

  @Test
  void shouldStopLoudlyAndJudgeEverythingOnceItIsLetIn() throws Exception {
    putUp(3);
    AtomicBoolean known = new AtomicBoolean();
    try (var endpoint =
        FakeEndpoint.start(
            (number, message) ->
                known.get() ? Response.saying("C") : Response.of(401, "who are you?"))) {
      try (var refused = new Running(endpoint)) {
        assertThatThrownBy(() -> refused.role.done().get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(EndpointRefusedException.class)
            .hasMessageContaining("check judge.chat.api_key");
        assertThat(refused.role.status().lastError()).contains("who are you?");
      }
      assertThat(votes()).isEmpty();
      known.set(true);
      try (var letIn = new Running(endpoint)) {
        awaitJudged(letIn.role, 3);
      }
    }
    assertThat(votes()).hasSize(3);
  }

  @Test
  void shouldStopAtOnceAlthoughTheEndpointIsDead() throws Exception {
    putUp("i1");
    try (var endpoint = FakeEndpoint.start((number, message) -> Response.saying("A"))) {
      endpoint.stop();
      Running running = new Running(endpoint);
      Cluster.await(
          "the endpoint to be missed",
          () -> running.role.status().condition().state() == State.UNREACHABLE);
      assertThat(running.role.status().waiting()).isEqualTo(1);

      running.close();

      assertThat(running.role.done()).isCompleted();
      endpoint.restart();
      try (var again = new Running(endpoint)) {
        awaitJudged(again.role, 1);
      }
    }
    assertThat(votes()).hasSize(1);
  }

  @Test
  void shouldLetALaterJudgeOfTheSameNameTakeOver() throws Exception {
    putUp(4);
    JudgeSettings settings = settings("kind=program", "batch_tasks=1");
    try (var judge = new ProgramJudge((prompt, text) -> text.hashCode());
        JudgeRole first = JudgeRole.start(settings, judge, cluster.context())) {
      cluster.await(Topics.REWARDS, 8, this::isOurs);
      try (JudgeRole second = JudgeRole.start(settings, judge, cluster.context())) {
        putUp("later");
        cluster.await(Topics.REWARDS, 10, this::isOurs);
        assertThatThrownBy(() -> first.done().get(20, TimeUnit.SECONDS))
            .hasMessageContaining("Fenced");
        assertThat(second.done()).isNotDone();
      }
    }
    assertThat(cluster.read(Topics.REWARDS, this::isOurs))
        .hasSize(10)
        .extracting(RewardScore::completionId)
        .doesNotHaveDuplicates();
  }

  /** A judge that asks the endpoint in quick time. */
  private final class Running implements AutoCloseable {
    final JudgeRole role;
    private final Judge judge;

    Running(FakeEndpoint endpoint, String... assignments) {
      this(endpoint, FailPoint.NONE, assignments);
    }

    Running(FakeEndpoint endpoint, FailPoint failPoint, String... assignments) {
      List<String> all = new ArrayList<>(List.of(assignments));
      all.addAll(
          List.of("kind=chat", "chat.model=org/m:1b", "chat.base_url=" + endpoint.baseUrl()));
      JudgeSettings settings = settings(all.toArray(String[]::new));
      var client = new QuickTime().client(settings.chat(), new SimpleMeterRegistry());
      judge =
          new ChatJudge(
              client,
              Questions.of(
                  settings.question(),
                  () -> {
                    throw new AssertionError("no tokens are asked about");
                  }));
      role = JudgeRole.start(settings, judge, cluster.context(), failPoint);
    }

    @Override
    public void close() {
      role.close();
      judge.close();
    }
  }

  /** In a bad mood the first time it is asked something, and not fit for some tasks at all. */
  private static Response moody(int number, String message) {
    if (message.contains("-3\n")) {
      return Response.saying("hm, hard to say");
    } else if (message.contains("-7\n")) {
      return Response.of(200, "{\"choices\": [{\"message\":");
    } else if (message.contains("-11\n")) {
      return Response.of(400, "too long");
    }
    return switch (number % 9) {
      case 1 -> Response.of(500, "oops");
      case 4 -> Response.tooMany("2");
      case 6 -> Response.NONE;
      default -> Response.saying(biased(message));
    };
  }

  /** Takes the first answer unless the second one is much better. */
  private static String biased(String message) {
    int difference = grade(message, "answer_a") - grade(message, "answer_b");
    return difference >= -BIAS ? "A" : "B";
  }

  private static int grade(String message, String tag) {
    int from = message.indexOf("<" + tag + ">\n");
    return grade(message.substring(from, message.indexOf("</" + tag + ">", from)));
  }

  /** The decimal digits among the hexadecimal ones. */
  private static int grade(String text) {
    return (int) text.chars().filter(c -> c >= '0' && c <= '9').count();
  }

  private static Answer truth(Answered answered) {
    int difference =
        grade(((Text.Plain) answered.completions().getFirst().text()).text())
            - grade(((Text.Plain) answered.completions().getLast().text()).text());
    return Math.abs(difference) <= BIAS ? Answer.TIE : difference > 0 ? Answer.A : Answer.B;
  }

  private static Answer said(FeedbackEvent vote) {
    return ((Comparison) vote.statement()).answer();
  }

  private static ComparisonTask task(DeadLetter letter) {
    return Topics.TASKS.value().decode(letter.original().toArray());
  }

  private static void awaitJudged(JudgeRole role, int tasks) throws InterruptedException {
    Cluster.await(
        tasks + " tasks to be judged",
        () -> {
          assertThat(role.done()).isNotCompletedExceptionally();
          return role.status().judged() >= tasks;
        });
  }

  private JudgeSettings settings(String... assignments) {
    List<String> all = new ArrayList<>(List.of(assignments));
    all.add("policy=" + policy);
    return Fixtures.settings(JudgeSettings.class, all.toArray(String[]::new));
  }

  private Map<String, Answered> putUp(int items) {
    return IntStream.range(0, items)
        .mapToObj(i -> putUp("-" + i))
        .collect(Collectors.toMap(each -> each.task().itemId(), Function.identity()));
  }

  private Answered putUp(String item) {
    var prompt = Fixtures.prompt(policy, policy + item);
    Answered answered =
        new Answering(
                new FakePolicy(), Fixtures.settings(SamplerSettings.class, "policy=" + policy))
            .answer(List.of(prompt), new PolicyVersionId(policy, 0), Cluster.ACCEPTED)
            .getFirst()
            .orElseThrow();
    cluster.publisher().publish(prompt).join();
    answered.completions().forEach(each -> cluster.publisher().publish(each).join());
    cluster.publisher().publish(answered.task()).join();
    return answered;
  }

  private List<FeedbackEvent> votes() {
    return cluster
        .read(
            Topics.FEEDBACK,
            said -> said instanceof FeedbackEvent event && event.itemId().startsWith(policy))
        .stream()
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private List<DeadLetter> letters() {
    return cluster.read(Topics.DEAD_LETTERS, letter -> task(letter).policy().equals(policy));
  }

  private boolean isOurs(RewardScore score) {
    return score.itemId().startsWith(policy);
  }
}
