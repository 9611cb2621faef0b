/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.objectives.SeparablePairObjective;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One world, one reference and one set of pairs, from which every objective learns in the same
 * batches.
 *
 * <p>The reference is a policy that has {@linkplain ToyPolicy#learnt learnt} the world's language.
 * Reward and KL are exact; the KL of rejected rows is a mean over pairs that nothing learns from.
 */
final class FrontierRun {
  static final int UPDATES = 100;

  private static final int VOCABULARY = 16;
  private static final int LENGTH = 12;
  private static final int PAIRS = 2_000;
  private static final int HELD_OUT_PAIRS = 500;
  private static final int BATCH_SIZE = 64;
  private static final double LEARNING_RATE = 1e-2;

  private final ToyWorld world;
  private final ToyPolicy reference;
  private final ToyLanguage referenceLanguage;
  private final List<List<ToyPair>> batches;
  private final List<ToyPair> heldOut;

  private FrontierRun(RandomGenerator random) {
    this.world = ToyWorld.draw(VOCABULARY, LENGTH, random);
    this.reference = ToyPolicy.learnt(world.language(), random);
    this.referenceLanguage = reference.forward().language();
    this.batches = batches(world.pairs(referenceLanguage, PAIRS, random), random);
    this.heldOut = world.pairs(referenceLanguage, HELD_OUT_PAIRS, random);
  }

  static FrontierRun of(long seed) {
    return new FrontierRun(new SplittableRandom(seed));
  }

  /** Learns with every method in the world of one seed. */
  static FrontierSeed allMethods(long seed) {
    FrontierRun run = of(seed);
    Map<FrontierMethod, FrontierCurve> curves = new EnumMap<>(FrontierMethod.class);
    for (FrontierMethod method : FrontierMethod.values()) {
      curves.put(method, run.curve(method.objective()));
    }
    return new FrontierSeed(seed, curves);
  }

  /** Learns with one objective, from the reference on. */
  FrontierCurve curve(SeparablePairObjective objective) {
    ToyPolicy policy = reference.copy();
    Adam adam = new Adam(LEARNING_RATE, policy.parameters().length);
    List<FrontierCurve.Point> points = new ArrayList<>();
    for (List<ToyPair> batch : batches) {
      ToyPolicy.Forward forward = policy.forward();
      ToyStatistics statistics = new ToyStatistics(forward.language(), referenceLanguage);
      points.add(point(forward.language(), statistics));
      adam.update(
          policy.parameters(), policy.backward(forward, statistics.byLogits(objective, batch)));
    }
    ToyLanguage learnt = policy.forward().language();
    points.add(point(learnt, new ToyStatistics(learnt, referenceLanguage)));
    return new FrontierCurve(points);
  }

  private FrontierCurve.Point point(ToyLanguage policy, ToyStatistics statistics) {
    ExpectedVisits visits = ExpectedVisits.of(policy, world.length());
    double rejectedKl =
        heldOut.stream()
            .mapToDouble(pair -> statistics.sequentialDivergence(pair.rejected()))
            .average()
            .orElseThrow();
    return new FrontierCurve.Point(
        visits.reward(world), visits.divergence(referenceLanguage), rejectedKl);
  }

  /** One batch per update; each passage over the pairs is in its own random order. */
  private static List<List<ToyPair>> batches(List<ToyPair> pairs, RandomGenerator random) {
    List<ToyPair> ordered = new ArrayList<>();
    while (ordered.size() < UPDATES * BATCH_SIZE) {
      List<ToyPair> passage = new ArrayList<>(pairs);
      Collections.shuffle(passage, Random.from(random));
      ordered.addAll(passage);
    }
    List<List<ToyPair>> batches = new ArrayList<>();
    for (int update = 0; update < UPDATES; update++) {
      batches.add(List.copyOf(ordered.subList(update * BATCH_SIZE, (update + 1) * BATCH_SIZE)));
    }
    return batches;
  }
}
