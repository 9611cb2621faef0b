/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.app.lineage.VersionSums.Taint;
import dev.plumbline.app.models.InputException;
import dev.plumbline.events.PolicyVersionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageIndexTest {
  private static History history;
  private static LineageIndex index;

  @BeforeAll
  static void writeAHistory(@TempDir Path folder) throws IOException {
    history = new History(folder.resolve("broker"));
    history.writeTwoVersions();
    history.vote("i4", "e5", "ann", 3);
    index = history.index(folder.resolve("index"));
    index.refresh();
  }

  @AfterAll
  static void close() {
    index.close();
    history.close();
  }

  @Test
  void shouldNameWhatAVersionComesFrom() {
    VersionLineage lineage = index.version(id(1));

    assertThat(lineage.ancestors()).containsExactly(id(0));
    assertThat(lineage.exact()).isTrue();
    assertThat(lineage.examples())
        .extracting(LearnedExample::eventIds)
        .containsExactly(List.of("e1", "e2"), List.of("e3"));
    assertThat(lineage.annotators()).containsExactly(Map.entry("ann", 2), Map.entry("bob", 1));
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

    Influence neverLearned = index.ofEvent("e5");
    assertThat(neverLearned.directly()).isEmpty();
    assertThat(neverLearned.throughTrust())
        .as("weighed at the end of epoch 1, which holds the event")
        .containsExactly(id(2));
    assertThat(index.ofAnnotator("ann").events()).hasSize(3);
    assertThat(index.ofSubject("sue").directly()).containsExactly(id(2));
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
