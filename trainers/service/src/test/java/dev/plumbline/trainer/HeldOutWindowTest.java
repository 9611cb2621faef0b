/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.KtoObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PolicyVersionId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldOutWindowTest {
  private static final Curriculum CURRICULUM = curriculum(new DpoObjective(0.1, 0));

  private final Examples examples = new Examples("assistant");

  @Test
  void shouldKeepTheNewestHeldOutPairs() {
    HeldOutWindow window = window(2, examples.heldOut(0), examples.heldOut(1), examples.heldOut(2));

    assertThat(window.examples()).containsExactly(examples.heldOut(1), examples.heldOut(2));
    assertThat(window.oldest(99)).isEqualTo(1);
  }

  @Test
  void shouldHoldNothingThatIsLearnedFrom() {
    HeldOutWindow window = window(2, examples.train(0), examples.boundary(), examples.unpaired(1));

    assertThat(window.examples()).isEmpty();
    assertThat(window.oldest(99)).isEqualTo(99);
  }

  @Test
  void shouldKeepTheLastRevisionOnly() {
    HeldOutWindow window =
        window(3, examples.heldOut(0), examples.heldOut(1), examples.heldOut(0, 2));

    assertThat(window.examples()).containsExactly(examples.heldOut(1), examples.heldOut(0, 2));
    assertThat(window.oldest(99)).isEqualTo(1);
  }

  @Test
  void shouldDropWhatWasWithdrawn() {
    HeldOutWindow window =
        window(3, examples.heldOut(0), examples.heldOut(1), examples.heldOutWithdrawn(0, 2));

    assertThat(window.examples()).containsExactly(examples.heldOut(1));
  }

  @Test
  void shouldBeTheSameWhenReadAgainFromItsOldestOffset() {
    var random = new SplittableRandom(5);
    for (int run = 0; run < 200; run++) {
      List<ExampleRecord> feed = new ArrayList<>();
      int[] revisions = new int[12];
      for (int offset = 0; offset < 40; offset++) {
        int number = random.nextInt(revisions.length);
        int revision = ++revisions[number];
        feed.add(
            random.nextInt(4) == 0 && revision > 1
                ? examples.heldOutWithdrawn(number, revision)
                : examples.heldOut(number, revision));
      }
      HeldOutWindow whole = window(5, feed.toArray(ExampleRecord[]::new));

      HeldOutWindow again = new HeldOutWindow(CURRICULUM, 5);
      for (int offset = (int) whole.oldest(feed.size()); offset < feed.size(); offset++) {
        again.add(offset, feed.get(offset));
      }

      assertThat(again.examples()).isEqualTo(whole.examples());
      assertThat(again.oldest(feed.size())).isEqualTo(whole.oldest(feed.size()));
    }
  }

  @Test
  void shouldHoldExamplesOfTheLanesOwnKindWhereTheFeedHasNoPairs() {
    var window = new HeldOutWindow(curriculum(new KtoObjective(0.1, 1, 1)), 2);

    window.add(3, examples.heldOutUnpaired(0));
    assertThat(window.examples()).containsExactly(examples.heldOutUnpaired(0));
    assertThat(window.oldest(99)).isEqualTo(3);

    window.add(4, examples.heldOut(1));
    assertThat(window.examples()).containsExactly(examples.heldOut(1));
    assertThat(window.oldest(99)).isEqualTo(3);
  }

  private static Curriculum curriculum(Objective objective) {
    return new Curriculum(
        objective, new VersionDistance.Accept(), new PolicyVersionId("assistant", 0));
  }

  private static HeldOutWindow window(int size, ExampleRecord... records) {
    var window = new HeldOutWindow(CURRICULUM, size);
    for (int offset = 0; offset < records.length; offset++) {
      window.add(offset, records[offset]);
    }
    return window;
  }
}
