/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.app.lineage.VersionSums.Taint;
import dev.plumbline.app.models.InputException;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Statement.OneCandidate;
import dev.plumbline.events.Statement.OneEvent;
import dev.plumbline.events.Statement.WholeContribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageIndexTest {
  @TempDir private Path folder;
  private History history;
  private LineageIndex index;

  @BeforeEach
  void writeAHistory() throws IOException {
    history = new History(folder.resolve("broker"));
    history.prompt("i1", null);
    history.prompt("i2", null);
    history.prompt("i3", "sue");
    history.vote("i1", "e1", "ann", 0);
    history.vote("i1", "e2", "bob", 1);
    history.vote("i2", "e3", "ann", 2);
    history.vote("i3", "e4", "cyn", 7_200);
    history.example("i1", 1, null, "e1", "e2");
    history.example("i2", 1, null, "e3");
    history.example("i3", 1, 1L, "e4");
    history.version(0, 0, 0);
    history.version(1, 0, 2, 0, 1);
    history.version(2, 2, 3, 2);
    index = open("index");
  }

  @AfterEach
  void close() {
    index.close();
    history.close();
  }

  private LineageIndex open(String name) {
    LineageIndex opened = history.index(folder.resolve(name));
    opened.refresh();
    return opened;
  }

  @Test
  void shouldNameWhatAVersionComesFrom() {
    VersionLineage lineage = index.version(id(1));

    assertThat(lineage.ancestors()).containsExactly(id(0));
    assertThat(lineage.exact()).isTrue();
    assertThat(lineage.examples())
        .extracting(LearnedExample::eventIds)
        .containsExactly(List.of("e1", "e2"), List.of("e3"));
    assertThat(lineage.annotators())
        .containsExactly(java.util.Map.entry("ann", 2), java.util.Map.entry("bob", 1));
    assertThat(lineage.sums()).isEqualTo(new VersionSums(id(1), id(0), 2, 3, 2, null, Taint.NONE));
    assertThat(index.version(id(2)).sums())
        .isEqualTo(new VersionSums(id(2), id(1), 1, 1, 1, 1L, Taint.NONE));
  }

  @Test
  void shouldNameWhoLearnedFromAnEventDirectlyByDescentAndThroughTrust() {
    Influence first = index.ofEvent("e1");

    assertThat(first.events()).containsExactly(new NamedEvent(history.item("i1"), "e1", "ann"));
    assertThat(first.directly()).containsExactly(id(1));
    assertThat(first.byDescent()).containsExactly(id(2));
    assertThat(first.throughTrust()).isEmpty();

    history.vote("i4", "e5", "ann", 3);
    index.refresh();
    Influence neverLearned = index.ofEvent("e5");
    assertThat(neverLearned.directly()).isEmpty();
    assertThat(neverLearned.throughTrust())
        .as("weighed at the end of epoch 1, which holds the event")
        .containsExactly(id(2));
    assertThat(index.ofAnnotator("ann").events()).hasSize(3);
    assertThat(index.ofSubject("sue").directly()).containsExactly(id(2));
  }

  @Test
  void shouldTaintVersionsWhenAnExampleLosesARetractedEvent() {
    history.retract("i2", "ann", new OneEvent("e3"));
    index.refresh();
    assertThat(index.tainted()).as("before streams have judged").isEmpty();

    history.example("i2", 2, null);
    index.refresh();

    assertThat(index.tainted()).containsExactly(id(1), id(2));
    assertThat(index.versions())
        .extracting(VersionSums::taint)
        .containsExactly(Taint.NONE, Taint.DIRECTLY, Taint.BY_DESCENT);
    assertThat(index.version(id(1)).takenBack())
        .extracting(NamedEvent::eventId)
        .containsExactly("e3");
    assertThat(index.version(id(2)).taintedAncestors()).containsExactly(id(1));
  }

  @Test
  void shouldNotTaintForARetractionThatChangedNothing() {
    history.retract("i1", "somebody else", new OneEvent("e2"));
    history.example("i1", 2, null, "e1", "e2", "e9");
    index.refresh();

    assertThat(index.tainted()).isEmpty();
  }

  @Test
  void shouldTaintVersionsWhenACandidateIsRetracted() {
    history.retract("i2", "operator", new OneCandidate(history.item("i2") + "/a"));
    history.example("i2", 2, null);
    index.refresh();

    assertThat(index.takenBack()).extracting(NamedEvent::eventId).containsExactly("e3");
    assertThat(index.tainted()).containsExactly(id(1), id(2));
  }

  @Test
  void shouldTaintVersionsOfAWholeContributionAndOfASubjectsTexts() {
    history.retract("bob", "bob", new WholeContribution("bob"));
    history.retract("sue", "sue", new WholeContribution("sue"));
    index.refresh();

    assertThat(index.takenBack()).extracting(NamedEvent::eventId).containsExactly("e2", "e4");
    assertThat(index.versions())
        .extracting(VersionSums::taint)
        .containsExactly(Taint.NONE, Taint.DIRECTLY, Taint.DIRECTLY);
  }

  @Test
  void shouldGoOnWhereItStoppedAndBeMadeAnewWhenLost() {
    index.close();
    history.example("i1", 2, null, "e1");
    history.retract("i1", "bob", new OneEvent("e2"));
    history.version(3, 3, 4);
    index = open("index");

    List<VersionSums> goneOn = index.versions();
    assertThat(goneOn).hasSize(4);
    try (LineageIndex anew = open("another")) {
      assertThat(anew.versions()).isEqualTo(goneOn);
      assertThat(anew.version(id(1))).isEqualTo(index.version(id(1)));
    }
  }

  @Test
  void shouldNameTheNearestOfWhatIsUnknown() {
    assertThatThrownBy(() -> index.version(id(9)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "assistant@000009: no such version; the newest of its policy is assistant@000002");
    assertThatThrownBy(() -> index.version(new PolicyVersionId("asistant", 1)))
        .hasMessage(
            "asistant@000001: no version of policy asistant is known; did you mean assistant?");
    assertThatThrownBy(() -> index.ofAnnotator("anne"))
        .hasMessage("annotator anne: no log holds anything that they said; did you mean ann?");
    assertThatThrownBy(() -> index.ofSubject("zed"))
        .hasMessage("subject zed: no log holds a text of theirs, or anything that they said");
    assertThatThrownBy(() -> index.ofEvent("nothing")).hasMessageContaining("event nothing: ");
  }

  private static PolicyVersionId id(int number) {
    return new PolicyVersionId("assistant", number);
  }
}
