/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import static dev.plumbline.gateway.Records.NOW;
import static dev.plumbline.gateway.Records.completion;
import static dev.plumbline.gateway.Records.prompt;
import static dev.plumbline.gateway.Records.task;
import static dev.plumbline.gateway.Records.version;
import static dev.plumbline.gateway.Records.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Tick;
import dev.plumbline.gateway.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private final LiveView view = new LiveView(() -> NOW);

  @Test
  void shouldCountWhatFlowsAndAtWhichRate() {
    for (int i = 0; i < 30; i++) {
      view.prompt(NOW.minusSeconds(5), prompt("old-" + i, "text"));
    }
    view.prompt(NOW.minusSeconds(30), prompt("older", "text"));
    view.prompt(NOW.minusSeconds(3600), prompt("oldest", "text"));

    JsonNode flow = section(Section.FLOW).at("/topics/0");

    assertThat(flow.get("topic").textValue()).isEqualTo("prompts");
    assertThat(flow.get("count").intValue()).isEqualTo(32);
    assertThat(flow.get("per_second").doubleValue()).isEqualTo(3.0);
    assertThat(flow.get("by_second")).hasSize(60);
    assertThat(flow.at("/by_second/55").intValue()).isEqualTo(30);
    assertThat(flow.at("/by_second/30").intValue()).isEqualTo(1);
  }

  @Test
  void shouldKeepSimulatedVoicesApart() {
    view.feedback(NOW, vote("i", "sim-1", "x", "y", Answer.A));
    view.feedback(NOW, vote("i", "sim-2", "x", "y", Answer.TIE));
    view.feedback(NOW, vote("i", "eve", "x", "y", Answer.B));
    view.feedback(NOW, new Tick(NOW));

    assertThat(section(Section.FLOW).get("said_by").toString())
        .isEqualTo("{\"human\":1,\"model\":0,\"program\":0,\"simulated\":2}");
    assertThat(section(Section.SAID).findValuesAsText("what"))
        .containsExactly("the second is better", "tie", "the first is better");
    assertThat(section(Section.SAID).at("/1/annotator/simulated").booleanValue()).isTrue();
  }

  @Test
  void shouldTellOfEveryJudgeWhatItWritesAndOfItsOwnWhatTheySay() {
    Annotator elsewhere = new Annotator("reward-1", AnnotatorKind.MODEL, false);
    view.reward(NOW.minusSeconds(9), new RewardScore("c1", "i", elsewhere, 1.5, null, NOW));
    view.reward(NOW.minusSeconds(2), new RewardScore("c2", "i", elsewhere, 0.5, null, NOW));
    view.feedback(NOW, vote("i", "sim-1", "x", "y", Answer.A));
    view.feedback(NOW, vote("i", "eve", "x", "y", Answer.A));
    view.watchJudge(
        () ->
            new JudgeReport(
                "chat-1", "chat", "unreachable", NOW.minusSeconds(60), 7, 3, 2, "refused"));

    JsonNode judges = section(Section.JUDGES);

    assertThat(judges.findValuesAsText("written")).containsExactly("0", "2");
    assertThat(judges.at("/0/id").textValue()).isEqualTo("chat-1");
    assertThat(judges.at("/0/report/state").textValue()).isEqualTo("unreachable");
    assertThat(judges.at("/0/report/since").textValue()).isEqualTo("2026-05-01T11:59:00Z");
    assertThat(judges.at("/0/report/waiting").intValue()).isEqualTo(3);
    assertThat(judges.at("/0/report/last_error").textValue()).isEqualTo("refused");
    assertThat(judges.at("/1/id").textValue()).isEqualTo("reward-1");
    assertThat(judges.at("/1/kind").textValue()).isEqualTo("model");
    assertThat(judges.at("/1/report/state").isMissingNode()).isTrue();
    assertThat(judges.at("/1/written_at").textValue()).isEqualTo("2026-05-01T11:59:58Z");
  }

  @Test
  void shouldOfferTasksWhoseTextsAreKnownAndThatTheAnnotatorHasNotAnswered() {
    putUp("i1", "one", "other");
    putUp("i2", "same", "same");
    view.task(NOW, task("i3", "absent", "unknown"));

    assertThat(view.ballots("eve", 10)).extracting(Ballot::taskId).containsExactly("task-i1");

    view.feedback(NOW, vote("i1", "eve", "i1-b", "i1-a", Answer.A));

    assertThat(view.ballots("eve", 10)).isEmpty();
    assertThat(view.ballots("bob", 10)).hasSize(1);
  }

  @Test
  void shouldOfferTheLeastAnsweredTasksFirst() {
    putUp("i1", "one", "other");
    putUp("i2", "one", "other");
    putUp("i3", "one", "other");
    view.feedback(NOW, vote("i3", "sim-1", "i3-a", "i3-b", Answer.A));

    assertThat(view.ballots("eve", 10))
        .extracting(Ballot::itemId)
        .containsExactly("i2", "i1", "i3");
  }

  @Test
  void shouldNeverShowTheSameCandidateOnBothSidesAndUseBothSidesAlike() {
    IntStream.range(0, 400).forEach(i -> putUp("i" + i, "the one", "the other"));

    List<Ballot> ballots = view.ballots("eve", 400);

    assertThat(ballots)
        .hasSize(400)
        .allSatisfy(
            ballot -> {
              assertThat(ballot.left().candidateId()).isNotEqualTo(ballot.right().candidateId());
              assertThat(ballot.left().text()).isNotEqualTo(ballot.right().text());
            });
    assertThat(ballots.stream().filter(ballot -> ballot.left().text().equals("the one")).count())
        .isBetween(160L, 240L);
    assertThat(view.ballots("eve", 400)).isEqualTo(ballots);
    assertThatThrownBy(
            () ->
                new Ballot(
                    "t",
                    "i",
                    "p",
                    "overall",
                    "?",
                    new Ballot.Choice("x", "one"),
                    new Ballot.Choice("x", "other")))
        .hasMessage("a ballot shows two different candidates, but both sides show x");
  }

  @Test
  void shouldSayWhatWaitsUntilSomebodyJudges() {
    putUp("i1", "one", "other");
    putUp("i2", "one", "other");
    view.feedback(NOW, vote("i1", "eve", "i1-a", "i1-b", Answer.TIE));
    view.feedback(NOW, vote("i2", "eve", "i2-a", "i2-b", Answer.CANT_TELL));

    JsonNode waiting = section(Section.WAITING);

    assertThat(waiting.get("without_votes").intValue()).isEqualTo(1);
    assertThat(waiting.at("/oldest/0/task_id").textValue()).isEqualTo("task-i2");
    assertThat(waiting.at("/oldest/0/prompt").textValue()).isEqualTo("prompt of i2");
  }

  @Test
  void shouldCountARankingAsAnAnswerToATaskOfManyCandidates() {
    FeedbackEvent vote = vote("i1", "eve", "x", "y", Answer.A);
    Statement.Ranking ranking =
        new Statement.Ranking(
            List.of(new Statement.Tier(List.of("z", "x")), new Statement.Tier(List.of("y"))));
    view.task(
        NOW,
        new ComparisonTask(
            "t",
            "i1",
            "assistant",
            List.of(new CompletionRef("x"), new CompletionRef("y"), new CompletionRef("z")),
            FeedbackEvent.OVERALL,
            null,
            null,
            "test",
            NOW));
    assertThat(section(Section.WAITING).get("without_votes").intValue()).isEqualTo(1);

    view.feedback(
        NOW,
        new FeedbackEvent(
            "e", "i1", vote.annotator(), "test", NOW, null, null, FeedbackEvent.OVERALL, ranking));

    assertThat(section(Section.WAITING).get("without_votes").intValue()).isZero();
  }

  @Test
  void shouldComeToTheSameViewInWhicheverOrderTopicsAreRead() {
    List<Runnable> records =
        new java.util.ArrayList<>(
            List.of(
                () -> view.prompt(NOW, prompt("i1", "prompt")),
                () -> view.completion(NOW, completion("i1", "x", "one")),
                () -> view.completion(NOW, completion("i1", "y", "other")),
                () -> view.task(NOW, task("i1", "x", "y")),
                () -> view.feedback(NOW, vote("i1", "eve", "x", "y", Answer.A))));
    Collections.shuffle(records, new Random(7));

    records.forEach(Runnable::run);

    assertThat(view.ballots("eve", 10)).isEmpty();
    assertThat(view.ballots("bob", 10)).hasSize(1);
    assertThat(section(Section.WAITING).get("without_votes").intValue()).isZero();
  }

  @Test
  void shouldCountDeadLettersByReasonAndShowTheNewest() {
    view.deadLetter(NOW, letter(DeadLetterReason.UNKNOWN_CANDIDATE, 1));
    view.deadLetter(NOW, letter(DeadLetterReason.UNDECODABLE, 2));
    view.deadLetter(NOW, letter(DeadLetterReason.UNDECODABLE, 3));

    JsonNode letters = section(Section.DEAD_LETTERS);

    assertThat(letters.get("count").intValue()).isEqualTo(3);
    assertThat(letters.get("by_reason").toString())
        .isEqualTo("{\"undecodable\":2,\"unknown_candidate\":1}");
    assertThat(letters.at("/newest/0/offset").intValue()).isEqualTo(3);
  }

  @Test
  void shouldListVersionsWithTheirFreshness() {
    view.version(NOW, version("assistant", 0, Map.of()));
    view.version(NOW, version("assistant", 1, Map.of("eval_win_rate", 0.625)));

    JsonNode newest = section(Section.VERSIONS).at("/assistant/0");

    assertThat(newest.get("id").textValue()).isEqualTo("assistant@000001");
    assertThat(newest.get("parent").textValue()).isEqualTo("assistant@000000");
    assertThat(newest.get("freshness_seconds").doubleValue()).isEqualTo(3.5);
    assertThat(newest.at("/metrics/eval_win_rate").doubleValue()).isEqualTo(0.625);
    assertThat(view.versionsAfter("assistant", 0)).hasSize(1);
    assertThat(view.newestVersions("assistant", 1).getFirst().id().number()).isEqualTo(1);
    assertThat(view.newestVersions("nobody", 1)).isEmpty();
  }

  @Test
  void shouldStayBounded() {
    for (int i = 0; i < 3_000; i++) {
      putUp("i" + i, "x".repeat(4_000), "y".repeat(4_000));
    }

    assertThat(section(Section.WAITING).get("without_votes").intValue()).isEqualTo(2_000);
    assertThat(view.ballots("eve", 5_000)).hasSizeBetween(1_000, 1_100);
  }

  @Test
  void shouldNotShowSealedText() {
    Texts texts = new Texts(100);
    texts.put("x", new Text.Sealed("subject", "key", bytes("nonce"), bytes("secret")), "subject");

    assertThat(texts.get("x")).isNull();
  }

  @Test
  void shouldForgetTheTextsOfAnErasedSubject() {
    putUp("theirs", "one", "other", "anna");
    putUp("others", "one", "other", "berta");
    view.feedback(NOW, vote("theirs", "eve", "theirs-a", "theirs-b", Answer.A));
    view.feedback(NOW, vote("others", "eve", "others-a", "others-b", Answer.A));
    assertThat(view.ballots("zoe", 9)).hasSize(2);

    view.feedback(NOW, retractionOfAll("anna"));

    assertThat(view.ballots("zoe", 9)).extracting(Ballot::itemId).containsExactly("others");
    assertThat(section(Section.SAID).toString())
        .contains("prompt of others")
        .doesNotContain("prompt of theirs");
  }

  private static FeedbackEvent retractionOfAll(String annotatorId) {
    return new FeedbackEvent(
        "erase-" + annotatorId,
        annotatorId,
        Annotator.human(annotatorId),
        "test",
        NOW,
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Retraction(new Statement.WholeContribution(annotatorId)));
  }

  private void putUp(String itemId, String one, String other, String subject) {
    String text = "prompt of " + itemId;
    view.prompt(
        NOW,
        new Prompt(itemId, "assistant", Text.plain(text), text.length(), "test", NOW, subject));
    view.completion(NOW, completion(itemId, itemId + "-a", one));
    view.completion(NOW, completion(itemId, itemId + "-b", other));
    view.task(NOW, task(itemId, itemId + "-a", itemId + "-b"));
  }

  private void putUp(String itemId, String one, String other) {
    view.prompt(NOW, prompt(itemId, "prompt of " + itemId));
    view.completion(NOW, completion(itemId, itemId + "-a", one));
    view.completion(NOW, completion(itemId, itemId + "-b", other));
    view.task(NOW, task(itemId, itemId + "-a", itemId + "-b"));
  }

  private JsonNode section(Section section) {
    return Json.read(Json.write(view.section(section)).getBytes(StandardCharsets.UTF_8));
  }

  private static DeadLetter letter(DeadLetterReason reason, long offset) {
    return new DeadLetter(
        reason, "why", "feedback", 0, offset, null, bytes("original"), "event-" + offset, NOW);
  }

  private static Bytes bytes(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
