/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.BoundaryReason;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.UnpairedExample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Examples of one policy's feed, each a function of its number. */
record Examples(String policy) {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String[] WORDS = {"the", "cat", "sat", "mat", "dog", "log", "and", "on"};

  /** The number-th pair that is learned from. */
  PreferencePair train(int number) {
    return train(number, 1);
  }

  PreferencePair train(int number, int revision) {
    return pair(item(Split.TRAIN, number), revision, 900_000 - 100_000 * (revision - 1), true);
  }

  /** The number-th pair that is only scored. */
  PreferencePair heldOut(int number) {
    return heldOut(number, 1);
  }

  PreferencePair heldOut(int number, int revision) {
    return pair(item(Split.HELD_OUT, number), revision, 1_000_000, true);
  }

  PreferencePair withdrawn(int number, int revision) {
    return pair(item(Split.TRAIN, number), revision, 500_000, false);
  }

  PreferencePair heldOutWithdrawn(int number, int revision) {
    return pair(item(Split.HELD_OUT, number), revision, 500_000, false);
  }

  PreferencePair sealed(int number) {
    PreferencePair pair = train(number);
    Text sealed = new Text.Sealed("someone", "key", Bytes.of(new byte[12]), Bytes.of(new byte[16]));
    return new PreferencePair(
        pair.exampleId(),
        1,
        policy,
        pair.itemId(),
        pair.criterion(),
        sealed,
        pair.a(),
        pair.b(),
        pair.probABetterPpm(),
        0,
        1_000_000,
        pair.evidence());
  }

  UnpairedExample unpaired(int number) {
    return unpaired(train(number));
  }

  UnpairedExample heldOutUnpaired(int number) {
    return unpaired(heldOut(number));
  }

  private UnpairedExample unpaired(PreferencePair pair) {
    return new UnpairedExample(
        Identity.unpairedId(policy, pair.itemId(), "overall", pair.a().candidateId()),
        1,
        policy,
        pair.itemId(),
        "overall",
        pair.prompt(),
        pair.a(),
        1_000_000,
        1_000_000,
        pair.evidence());
  }

  /** A ranking of three, the pair's two first. */
  RankedGroup ranked(int number) {
    PreferencePair pair = train(number);
    var third = new ExampleCandidate(pair.itemId() + "/c", Text.plain("a log on"), null);
    List<String> ids = List.of(pair.a().candidateId(), pair.b().candidateId(), third.candidateId());
    return new RankedGroup(
        Identity.rankingId(policy, pair.itemId(), "overall", ids),
        1,
        policy,
        pair.itemId(),
        "overall",
        pair.prompt(),
        List.of(pair.a(), pair.b(), third),
        List.of(1, 1, 1),
        1_000_000,
        pair.evidence());
  }

  /** The number-th pair that is learned from, its completions by a version. */
  PreferencePair by(PolicyVersionId version, int number) {
    PreferencePair pair = train(number);
    return new PreferencePair(
        pair.exampleId(),
        1,
        policy,
        pair.itemId(),
        pair.criterion(),
        pair.prompt(),
        new ExampleCandidate(pair.a().candidateId(), pair.a().text(), version),
        new ExampleCandidate(pair.b().candidateId(), pair.b().text(), version),
        pair.probABetterPpm(),
        0,
        1_000_000,
        pair.evidence());
  }

  /**
   * The number-th group of three completions by a version, under a controller and prompts of three
   * levels.
   */
  RolloutGroup rollouts(PolicyVersionId version, int number) {
    return rollouts(version, number, true);
  }

  /** The same as it was sampled and judged without a controller. */
  RolloutGroup plainRollouts(PolicyVersionId version, int number) {
    return rollouts(version, number, false);
  }

  private RolloutGroup rollouts(PolicyVersionId version, int number, boolean controlled) {
    PreferencePair pair = train(number);
    var random = new SplittableRandom(number);
    List<RolloutGroup.Rollout> rollouts =
        IntStream.range(0, 3)
            .mapToObj(i -> rollout(pair.itemId() + "/" + i, version, random, controlled))
            .toList();
    return new RolloutGroup(
        Identity.hash("group", policy, pair.itemId()),
        1,
        policy,
        pair.itemId(),
        "overall",
        pair.prompt(),
        rollouts,
        pair.evidence());
  }

  private static RolloutGroup.Rollout rollout(
      String id, PolicyVersionId version, SplittableRandom random, boolean controlled) {
    int tokens = random.nextInt(2, 7);
    List<Integer> ids = new ArrayList<>();
    List<Float> logProbs = new ArrayList<>();
    List<Integer> levels = new ArrayList<>();
    List<Float> prefixes = new ArrayList<>(List.of(-0.7f));
    for (int t = 0; t < tokens; t++) {
      ids.add(random.nextInt(20, 250));
      logProbs.add((float) random.nextDouble(-7, -5));
      levels.add(random.nextInt(3));
      prefixes.add((float) random.nextDouble(-2, -0.1));
    }
    return new RolloutGroup.Rollout(
        new ExampleCandidate(id, Text.plain("a cat on a log"), version),
        ids,
        logProbs,
        controlled ? levels : List.of(),
        controlled ? prefixes : List.of(),
        prefixes.getLast());
  }

  Boundary boundary() {
    return new Boundary(policy, BoundaryReason.PUBLISH_NOW, START);
  }

  /** When the evidence of the pair of an item was accepted. */
  static Instant acceptedAt(String itemId) {
    return START.plusSeconds(Integer.parseInt(itemId.substring("item-".length())));
  }

  private PreferencePair pair(String item, int revision, int probABetterPpm, boolean supported) {
    int number = Integer.parseInt(item.substring("item-".length()));
    String a = item + "/a";
    String b = item + "/b";
    return new PreferencePair(
        Identity.pairId(policy, item, "overall", a, b),
        revision,
        policy,
        item,
        "overall",
        Text.plain(words(number, 3)),
        new ExampleCandidate(a, Text.plain(words(number + 1, 2) + " cat"), null),
        new ExampleCandidate(b, Text.plain(words(number + 2, 4) + " dog"), null),
        probABetterPpm,
        0,
        1_000_000,
        new Evidence(supported ? List.of(item + "/event") : List.of(), acceptedAt(item), null));
  }

  private static String item(Split split, int number) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "item-" + i)
        .filter(item -> Split.of(item) == split)
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  private static String words(int seed, int count) {
    StringBuilder words = new StringBuilder(WORDS[seed % WORDS.length]);
    for (int i = 1; i < count; i++) {
      words.append(' ').append(WORDS[(seed * 5 + i * 3) % WORDS.length]);
    }
    return words.toString();
  }
}
