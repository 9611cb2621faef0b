/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.app.trust.CrowdLabels.Vote;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TrustExperimentTest {
  private static final Path DATA = Path.of(System.getProperty("plumbline.data", "../shared/data"));

  @Test
  void shouldRemoveTheFarmButNotHonestPeople() {
    List<SpamFarm.Epoch> epochs = SpamFarm.run(honestCrowd(), 4, 1, TrustPolicy.DEFAULT);
    SpamFarm.Epoch last = epochs.getLast();
    assertThat(epochs.getFirst().allSpam()).isEqualTo(1);
    assertThat(last.spam().get(Behaviour.ALWAYS_LEFT)).isZero();
    assertThat(last.spam().get(Behaviour.ALWAYS_LONGER)).isZero();
    assertThat(last.spam().get(Behaviour.BURST)).isZero();
    assertThat(last.honest()).isGreaterThan(0.98);
  }

  @Test
  @Tag("experiments")
  void shouldKeepItsPromisesOnRealCrowds() {
    assumeTrue(
        Files.isDirectory(DATA.resolve("crowd-labels")),
        "skipped: " + DATA.resolve("crowd-labels") + " is absent (-Dplumbline.data)");
    TrustReport report = new TrustReport();
    report.crowds(DATA.resolve("crowd-labels"), 20);
    report.synthetic(10, 20);
    report.farm(CrowdLabels.read(DATA.resolve("crowd-labels"), "adult2"), 10, 6);
    assertThat(report.failures()).isEmpty();
  }

  /** Forty people, right four times of five, five to an item. */
  private static CrowdLabels honestCrowd() {
    Random random = new Random(1);
    List<Vote> votes = new ArrayList<>();
    for (int item = 0; item < 7000; item++) {
      int right = random.nextInt(2);
      for (int i = 0; i < 5; i++) {
        int label = random.nextInt(5) > 0 ? right : 1 - right;
        votes.add(new Vote("a" + (item * 7 + i * 8 + random.nextInt(8)) % 40, "i" + item, label));
      }
    }
    return new CrowdLabels("honest", List.of("0", "1"), votes, Map.of());
  }
}
