/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.Tdpo2Objective;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class FrontierTest {

  @Test
  void shouldKeepRejectedRowsNearerToTheReferenceThanDpoInTwoWorlds() {
    assertThat(FrontierCriteria.failures(run(2))).isEmpty();
  }

  @Test
  @Tag("experiments")
  void shouldKeepRejectedRowsNearerToTheReferenceThanDpoInEightWorlds() {
    assertThat(FrontierCriteria.failures(run(8))).isEmpty();
  }

  @Test
  void shouldLearnAsDpoWhereAlphaIsZero() {
    FrontierRun run = FrontierRun.of(1);

    List<FrontierCurve.Point> dpo = run.curve(FrontierMethod.DPO.objective()).points();
    List<FrontierCurve.Point> tdpo2 =
        run.curve(new Tdpo2Objective(FrontierMethod.BETA, 0)).points();

    assertThat(tdpo2).hasSize(FrontierRun.UPDATES + 1).hasSameSizeAs(dpo);
    for (int update = 0; update < dpo.size(); update++) {
      assertThat(tdpo2.get(update).reward()).isCloseTo(dpo.get(update).reward(), within(1e-10));
      assertThat(tdpo2.get(update).kl()).isCloseTo(dpo.get(update).kl(), within(1e-10));
      assertThat(tdpo2.get(update).rejectedKl())
          .isCloseTo(dpo.get(update).rejectedKl(), within(1e-10));
    }
  }

  @Test
  void shouldStartAtTheReference() {
    FrontierCurve.Point start = FrontierRun.of(1).curve(FrontierMethod.DPO.objective()).start();

    assertThat(start.kl()).isZero();
    assertThat(start.rejectedKl()).isZero();
  }

  @Test
  void shouldReadTheKlBetweenTheUpdatesAroundAGain() {
    FrontierCurve curve = curve(1, 2, 0.5, 1.5);

    assertThat(curve.rejectedKlAt(0.5)).hasValue(1.0);
    assertThat(curve.rejectedKlAt(1)).hasValue(1.5);
    assertThat(curve.rejectedKlAt(1.01)).isEmpty();
  }

  @Test
  void shouldSayWhichCriterionIsNotMet() {
    FrontierCurve dpo = curve(0, 1, 0, 3);

    assertThat(FrontierCriteria.failures(List.of(seed(dpo, curve(0, 0.6, 0, 0.9))))).isEmpty();
    assertThat(FrontierCriteria.failures(List.of(seed(dpo, curve(0, 0.4, 0, 0.9)))))
        .containsExactly(
            "seed 9: the reward of TDPO2 0.5 must rise by at least 0.5, but rose by 0.400");
    assertThat(FrontierCriteria.failures(List.of(seed(dpo, curve(0, 2, 0, 1)))))
        .containsExactly(
            "seed 9: the KL of rejected rows under TDPO2 0.5 must end below 1/3 of that under DPO,"
                + " but was 0.333 of it");
    assertThat(FrontierCriteria.failures(List.of(seed(dpo, curve(0, 0.5, 0.85, 0.95)))))
        .containsExactly(
            "at a gain of 0.3 the KL of rejected rows under TDPO2 0.5 must be below that under DPO"
                + " in at least 1 of 1 seeds, but was in 0");
  }

  @Test
  void shouldLetOneSeedOfEightBeHigherAtEqualGain() {
    FrontierSeed lower = seed(curve(0, 1, 0, 3), curve(0, 1, 0, 0.9));
    FrontierSeed higher = seed(curve(0, 1, 0, 3), curve(0, 0.5, 0.9, 0.95));
    List<FrontierSeed> seeds = new ArrayList<>(List.of(higher));
    for (int i = 1; i < 8; i++) {
      seeds.add(lower);
    }

    assertThat(FrontierCriteria.failures(seeds)).isEmpty();
    seeds.set(1, higher);
    assertThat(FrontierCriteria.failures(seeds)).singleElement().asString().endsWith("in 6");
  }

  private static List<FrontierSeed> run(int seeds) {
    return LongStream.rangeClosed(1, seeds).mapToObj(FrontierRun::allMethods).toList();
  }

  private static FrontierCurve curve(
      double startReward, double endReward, double startKl, double endKl) {
    return new FrontierCurve(
        List.of(
            new FrontierCurve.Point(startReward, 0, startKl),
            new FrontierCurve.Point(endReward, 0, endKl)));
  }

  private static FrontierSeed seed(FrontierCurve dpo, FrontierCurve tdpo2) {
    Map<FrontierMethod, FrontierCurve> curves = new EnumMap<>(FrontierMethod.class);
    curves.put(FrontierMethod.DPO, dpo);
    curves.put(FrontierMethod.TDPO2_HALF, tdpo2);
    return new FrontierSeed(9, curves);
  }
}
