/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.app.lineage.VersionSums.Taint;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Statement.OneCandidate;
import dev.plumbline.events.Statement.OneEvent;
import dev.plumbline.events.Statement.WholeContribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One history that goes on from test to test, as histories do. */
@TestMethodOrder(OrderAnnotation.class)
class TaintTest {
  @TempDir private static Path folder;
  private static History history;
  private static LineageIndex index;

  @BeforeAll
  static void writeAHistory() throws IOException {
    history = new History(folder.resolve("broker"));
    history.writeTwoVersions();
    index = history.index(folder.resolve("index"));
  }

  @AfterAll
  static void close() {
    index.close();
    history.close();
  }

  @Test
  @Order(1)
  void shouldNotTaintForARetractionThatChangesNothing() {
    history.retract("i1", "somebody else", new OneEvent("e2"));
    history.example("i1", 2, null, "e1", "e2", "e9");
    index.refresh();

    assertThat(index.tainted()).isEmpty();
  }

  @Test
  @Order(2)
  void shouldTaintVersionsWhenAnExampleLosesARetractedEvent() {
    history.version(3, 3, 4, 3);
    history.retract("i3", "cyn", new OneEvent("e4"));
    index.refresh();
    assertThat(index.tainted()).as("before streams have judged").isEmpty();

    history.example("i3", 2, null);
    index.refresh();

    assertThat(taints()).containsExactly(Taint.NONE, Taint.NONE, Taint.DIRECTLY, Taint.BY_DESCENT);
    assertThat(index.version(id(2)).takenBack())
        .extracting(NamedEvent::eventId)
        .containsExactly("e4");
    assertThat(index.version(id(3)).taintedAncestors()).containsExactly(id(2));
  }

  @Test
  @Order(3)
  void shouldTaintVersionsWhenACandidateIsRetracted() {
    history.retract("i2", "operator", new OneCandidate(history.item("i2") + "/a"));
    history.example("i2", 2, null);
    index.refresh();

    assertThat(takenBack()).containsExactly("e3", "e4");
    assertThat(taints())
        .containsExactly(Taint.NONE, Taint.DIRECTLY, Taint.DIRECTLY, Taint.BY_DESCENT);
  }

  @Test
  @Order(4)
  void shouldTaintVersionsOfAWholeContribution() {
    history.retract("bob", "bob", new WholeContribution("bob"));
    index.refresh();

    assertThat(takenBack()).containsExactly("e2", "e3", "e4");
    assertThat(taints().getLast()).as("it relearned what bob said").isEqualTo(Taint.DIRECTLY);
    assertThat(index.ofAnnotator("bob").takenBack()).hasSize(1);
  }

  @Test
  @Order(5)
  void shouldGoOnWhereItStoppedAndBeMadeAnewWhenLost() {
    index.close();
    history.vote("i5", "e6", "dan", 4);
    history.example("i5", 1, null, "e6");
    history.version(4, 4, 7, 6);
    index = history.index(folder.resolve("index"));
    index.refresh();

    assertThat(index.version(id(4)).annotators()).containsOnlyKeys("dan");
    try (LineageIndex anew = history.index(folder.resolve("another"))) {
      anew.refresh();
      assertThat(anew.versions()).isEqualTo(index.versions()).hasSize(5);
      assertThat(anew.version(id(3))).isEqualTo(index.version(id(3)));
      assertThat(anew.takenBack()).isEqualTo(index.takenBack());
    }
  }

  private static List<Taint> taints() {
    return index.versions().stream().map(VersionSums::taint).toList();
  }

  private static List<String> takenBack() {
    return index.takenBack().stream().map(NamedEvent::eventId).sorted().toList();
  }

  private static PolicyVersionId id(int number) {
    return new PolicyVersionId("assistant", number);
  }
}
