/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.KtoObjective;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.TrainingExample;
import org.junit.jupiter.api.Test;

class SliceBuilderTest {
  private static final Curriculum CURRICULUM =
      new Curriculum(
          new DpoObjective(0.1, 0),
          new VersionDistance.Bound(1),
          new PolicyVersionId("assistant", 3));

  private final Examples examples = new Examples("assistant");

  @Test
  void shouldEndAfterSoManyExamplesToLearnFrom() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.SKIP, 10, 2, "hash");

    assertThat(builder.add(10, examples.train(0))).isFalse();
    assertThat(builder.add(12, examples.heldOut(0))).isFalse();
    assertThat(builder.add(13, examples.train(1))).isTrue();

    Slice slice = builder.build();
    assertThat(slice.from()).isEqualTo(10);
    assertThat(slice.to()).isEqualTo(14);
    assertThat(slice.examples()).containsExactly(examples.train(0), examples.train(1));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(2, 1, 0, 0, 0, 0, 0));
  }

  @Test
  void shouldEndAtABoundaryThatHasSomethingToLearnBeforeIt() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.SKIP, 0, 9, "hash");

    assertThat(builder.add(0, examples.train(0))).isFalse();
    assertThat(builder.add(1, examples.boundary())).isTrue();

    assertThat(builder.build().to()).isEqualTo(2);
    assertThat(builder.build().examples()).containsExactly(examples.train(0));
  }

  @Test
  void shouldPassOverABoundaryThatHasNothingToLearnBeforeIt() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.SKIP, 0, 9, "hash");

    assertThat(builder.add(0, examples.boundary())).isFalse();
    assertThat(builder.add(1, examples.heldOut(0))).isFalse();
    assertThat(builder.add(2, examples.boundary())).isFalse();
    assertThat(builder.add(3, examples.train(0))).isFalse();
    assertThat(builder.add(4, examples.boundary())).isTrue();

    assertThat(builder.build().from()).isZero();
  }

  @Test
  void shouldLearnTheLastRevisionInItsPlace() {
    Slice slice = slice(examples.train(0), examples.train(1), examples.train(0, 2));

    assertThat(slice.examples()).containsExactly(examples.train(1), examples.train(0, 2));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(2, 0, 1, 0, 0, 0, 0));
  }

  @Test
  void shouldNotCountARevisionTwiceTowardsItsEnd() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.SKIP, 0, 2, "hash");

    assertThat(builder.add(0, examples.train(0))).isFalse();
    assertThat(builder.add(1, examples.train(0, 2))).isFalse();
    assertThat(builder.learnable()).isEqualTo(1);
    assertThat(builder.add(2, examples.train(1))).isTrue();
  }

  @Test
  void shouldSkipRevisionsOfExamplesOfEarlierSlices() {
    Slice slice = slice(examples.train(0, 2), examples.train(1), examples.train(0, 3));

    assertThat(slice.examples()).containsExactly(examples.train(1));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(1, 0, 1, 1, 0, 0, 0));
  }

  @Test
  void shouldRelearnRevisionsOfExamplesOfEarlierSlices() {
    Slice slice =
        slice(
            RevisionRule.RELEARN,
            examples.train(0, 2),
            examples.train(1),
            examples.train(0, 3),
            examples.withdrawn(2, 2),
            examples.withdrawn(3, 2),
            examples.train(3, 3));

    assertThat(slice.examples())
        .containsExactly(examples.train(1), examples.train(0, 3), examples.train(3, 3));
    assertThat(slice.offsets()).containsExactly(1L, 2L, 5L);
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(3, 0, 2, 1, 0, 0, 0, 2, 1));
  }

  @Test
  void shouldGoNoFurtherThanAWithdrawalOfAnEarlierSliceWhereARebuildIsDue() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.REBUILD, 7, 9, "hash");
    builder.add(7, examples.train(0));
    builder.add(8, examples.withdrawn(0, 2));
    builder.add(9, examples.train(1, 2));

    assertThatThrownBy(() -> builder.add(10, examples.withdrawn(1, 3)))
        .isInstanceOf(RebuildDueException.class)
        .hasMessageContaining("assistant@000003 or a version before it may have learned example")
        .hasMessageContaining("withdrawn at offset 10")
        .hasMessageContaining("plumbline rebuild assistant --without tainted");
  }

  @Test
  void shouldNotLearnWhatWasWithdrawn() {
    Slice slice =
        slice(
            examples.train(0),
            examples.train(1),
            examples.withdrawn(0, 2),
            examples.withdrawn(5, 4));

    assertThat(slice.examples()).containsExactly(examples.train(1));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(1, 0, 1, 1, 1, 0, 0, 0, 1));
  }

  @Test
  void shouldLearnAgainWhatCameBackAfterAWithdrawal() {
    Slice slice = slice(examples.train(0), examples.withdrawn(0, 2), examples.train(0, 3));

    assertThat(slice.examples()).containsExactly(examples.train(0, 3));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(1, 0, 2, 0, 0, 0, 0));
  }

  @Test
  void shouldCountWhatItCannotUse() {
    Slice slice = slice(examples.unpaired(0), examples.sealed(1), examples.train(2));

    assertThat(slice.examples()).containsExactly(examples.train(2));
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(1, 0, 0, 0, 0, 2, 0));
  }

  @Test
  void shouldParkExamplesByVersionsOfItsPolicyThatAreTooOld() {
    Slice slice =
        slice(
            examples.by(new PolicyVersionId("assistant", 1), 0),
            examples.by(new PolicyVersionId("assistant", 2), 1),
            examples.by(new PolicyVersionId("other", 0), 2));

    assertThat(slice.examples())
        .extracting(TrainingExample::itemId)
        .containsExactly(examples.train(1).itemId(), examples.train(2).itemId());
    assertThat(slice.counts()).isEqualTo(new ExampleCounts(2, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void shouldLearnFromTheKindOfExampleThatTheObjectiveTakes() {
    var ofThumbs =
        new SliceBuilder(
            new Curriculum(
                new KtoObjective(0.1, 1, 1),
                new VersionDistance.Accept(),
                new PolicyVersionId("assistant", 0)),
            RevisionRule.SKIP,
            0,
            1,
            "hash");

    assertThat(ofThumbs.add(0, examples.train(0))).isFalse();
    assertThat(ofThumbs.add(1, examples.ranked(1))).isFalse();
    assertThat(ofThumbs.add(2, examples.unpaired(2))).isTrue();

    assertThat(ofThumbs.build().examples()).containsExactly(examples.unpaired(2));
    assertThat(ofThumbs.build().counts()).isEqualTo(new ExampleCounts(1, 0, 0, 0, 0, 2, 0));
  }

  @Test
  void shouldAccountForEveryExampleExactlyOnce() {
    Slice slice =
        slice(
            examples.train(0),
            examples.heldOut(0),
            examples.train(0, 2),
            examples.heldOut(0, 2),
            examples.train(7, 3),
            examples.withdrawn(1, 2),
            examples.unpaired(3),
            examples.sealed(4),
            examples.by(new PolicyVersionId("assistant", 1), 5));

    ExampleCounts counts = slice.counts();
    assertThat(
            counts.learned()
                + counts.heldOut()
                + counts.superseded()
                + counts.skipped()
                + counts.withdrawn()
                + counts.unusable()
                + counts.parked())
        .isEqualTo(9);
  }

  @Test
  void shouldChainTheHashOverEveryExampleInOrder() {
    Slice slice = slice(examples.train(0), examples.heldOut(0), examples.train(0, 2));

    String hash = Identity.chained("hash", examples.train(0).exampleId(), 1);
    hash = Identity.chained(hash, examples.heldOut(0).exampleId(), 1);
    hash = Identity.chained(hash, examples.train(0).exampleId(), 2);
    assertThat(slice.exampleHash()).isEqualTo(hash);
  }

  @Test
  void shouldNameTheNewestEvidenceItLearnsFrom() {
    Slice slice = slice(examples.train(3), examples.train(1));

    assertThat(slice.newestAcceptedAt()).isEqualTo(Examples.acceptedAt(examples.train(3).itemId()));
  }

  @Test
  void shouldRefuseToReadOnAfterItsEndOrBackwards() {
    var builder = new SliceBuilder(CURRICULUM, RevisionRule.SKIP, 5, 1, "hash");
    assertThatThrownBy(() -> builder.add(4, examples.train(0)))
        .hasMessage("offset 4 does not continue the slice 5 to 5");
    builder.add(5, examples.train(0));
    assertThatThrownBy(() -> builder.add(6, examples.train(1)))
        .hasMessage("offset 6 does not continue the slice 5 to 6, which is complete");
  }

  private static Slice slice(ExampleRecord... records) {
    return slice(RevisionRule.SKIP, records);
  }

  private static Slice slice(RevisionRule revisions, ExampleRecord... records) {
    var builder = new SliceBuilder(CURRICULUM, revisions, 0, 100, "hash");
    for (int offset = 0; offset < records.length; offset++) {
      if (builder.add(offset, records[offset])) {
        break;
      }
    }
    return builder.build();
  }
}
