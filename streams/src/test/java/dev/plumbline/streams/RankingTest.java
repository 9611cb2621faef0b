/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.completion;
import static dev.plumbline.streams.Fixtures.prompt;
import static dev.plumbline.streams.Fixtures.ranking;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankingTest {
  private PreferenceDriver driver;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    driver = PreferenceDriver.start(stateDir);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldEmitOneGroupWhenTwoAnnotatorsRankTheSameCandidates() {
    sendReferences();

    driver.send(ranking("e1", "ann", "c>a>b", 1), ranking("e2", "bob", "c>b>a", 2));

    RankedGroup group = onlyGroup();
    assertThat(group.exampleId())
        .isEqualTo(Identity.rankingId("assistant", "i", "overall", List.of("a", "b", "c")));
    assertThat(order(group)).containsExactly("c", "a", "b");
    assertThat(group.tierSizes()).containsExactly(1, 2);
    assertThat(group.weightPpm()).isEqualTo(833_333);
    assertThat(group.evidence().eventIds()).containsExactly("e1", "e2");
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.count("plumbline.streams.examples", "kind", "ranked-group")).isEqualTo(1);
  }

  @Test
  void shouldEmitASingleRankingWholeAtItsDeadline() {
    sendReferences();
    driver.send(ranking("e1", "ann", "b>a=c", 0));
    assertThat(driver.examples()).isEmpty();

    driver.tick(HOUR);

    assertThat(order(onlyGroup())).containsExactly("b", "a", "c");
    assertThat(onlyGroup().tierSizes()).containsExactly(1, 2);
    assertThat(onlyGroup().weightPpm()).isEqualTo(1_000_000);
  }

  @Test
  void shouldKeepARankingThatTiesAllAsOneTier() {
    sendReferences();

    driver.send(ranking("e1", "ann", "a=b=c", 1), ranking("e2", "bob", "c=b=a", 2));

    assertThat(onlyGroup().tierSizes()).containsExactly(3);
    assertThat(onlyGroup().weightPpm()).isEqualTo(1_000_000);
  }

  @Test
  void shouldKeepRankingsOfDifferentSetsAndComparisonsApart() {
    sendReferences();

    driver.send(
        ranking("e1", "ann", "a>b>c", 1),
        ranking("e2", "bob", "a>b", 2),
        ranking("e3", "cid", "b>a", 3),
        vote("e4", "dan", Answer.A, 4),
        ranking("e5", "eve", "c>b>a", 5));

    assertThat(driver.examples())
        .extracting(example -> example.evidence().eventIds())
        .containsExactly(List.of("e2", "e3"), List.of("e1", "e5"));

    driver.send(vote("e6", "eve", Answer.A, 6));

    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e4", "e6");
    assertThat(driver.examples()).extracting("exampleId").doesNotHaveDuplicates();
  }

  @Test
  void shouldReviseWhenAnAnnotatorRanksAnewAndWhenAnotherComesLate() {
    sendReferences();
    driver.send(ranking("e1", "ann", "a>b>c", 1), ranking("e2", "bob", "a>b>c", 2));

    driver.send(ranking("e3", "bob", "c>b>a", 3));
    assertThat(lastGroup().tierSizes()).containsExactly(3);
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Superseded());

    driver.send(ranking("e4", "cid", "c>b>a", 9 * DAY));

    assertThat(lastGroup().revision()).isEqualTo(3);
    assertThat(order(lastGroup())).containsExactly("c", "b", "a");
    assertThat(lastGroup().evidence().eventIds()).containsExactly("e1", "e3", "e4");
  }

  @Test
  void shouldWaitForEveryCandidateAndNameTheOneThatIsMissing() {
    driver.send(prompt("i"));
    driver.send(completion("i", "a"), completion("i", "b"));
    driver.send(ranking("e1", "ann", "a>b>c", 0));

    driver.tick(DAY);

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.UNKNOWN_CANDIDATE);
    assertThat(driver.onlyDeadLetter().detail())
        .startsWith("candidate c of item i did not arrive within 1d of accepted time");

    driver.send(completion("i", "c"));

    assertThat(onlyGroup().evidence().eventIds()).containsExactly("e1");
  }

  @ParameterizedTest
  @CsvSource({
    "a>b>a, candidate a is ranked twice; expected every candidate once",
    "a=a, candidate a is ranked twice; expected every candidate once",
    "a, 'the number of ranked candidates must be 2 to 16, but was 1'",
  })
  void shouldSetAsideWhatIsNoRanking(String order, String detail) {
    driver.send(ranking("e1", "ann", order, 1));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.INVALID_RANKING);
    assertThat(driver.onlyDeadLetter().detail()).isEqualTo(detail);
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.INVALID_RANKING));
  }

  @Test
  void shouldSetAsideARankingOfTooManyCandidatesOrWithAnEmptyTier() {
    String many = IntStream.range(0, 17).mapToObj(i -> "c" + i).collect(Collectors.joining(">"));
    var gap =
        new Statement.Ranking(
            List.of(
                new Statement.Tier(List.of("a")),
                new Statement.Tier(List.of()),
                new Statement.Tier(List.of("b"))));

    driver.send(ranking("e1", "ann", many, 1), said("i", "e2", "bob", 2, gap, null));

    assertThat(driver.deadLetters())
        .extracting("detail")
        .containsExactly(
            "the number of ranked candidates must be 2 to 16, but was 17",
            "tier 2 of 3 is empty; expected a candidate in every tier");
  }

  @Test
  void shouldMakeNoExampleOfTextsThatNoRecordCouldHold() {
    driver.send(prompt("i"));
    for (String id : List.of("a", "b", "c")) {
      driver.send(
          new Completion(
              id,
              "i",
              Text.plain("x".repeat(Limits.MAX_TEXT_BYTES)),
              Limits.MAX_TEXT_BYTES,
              null,
              0,
              List.of(),
              List.of(),
              "test",
              Fixtures.START));
    }

    driver.send(ranking("e1", "ann", "a>b>c", 1), ranking("e2", "bob", "a>b>c", 2));
    driver.send(vote("e3", "ann", Answer.A, 3), vote("e4", "bob", Answer.A, 4));

    assertThat(driver.examples()).hasSize(1).first().isInstanceOf(PreferencePair.class);
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS));
    assertThat(driver.deadLetters()).isEmpty();
  }

  private void sendReferences() {
    driver.sendReferences("i");
    driver.send(completion("i", "c"));
  }

  private RankedGroup onlyGroup() {
    assertThat(driver.examples()).hasSize(1);
    return lastGroup();
  }

  private RankedGroup lastGroup() {
    return (RankedGroup) driver.examples().getLast();
  }

  private static List<String> order(RankedGroup group) {
    return group.candidates().stream().map(ExampleCandidate::candidateId).toList();
  }
}
