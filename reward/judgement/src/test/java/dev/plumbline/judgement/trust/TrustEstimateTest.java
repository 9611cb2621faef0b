/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.judgement.Trust;
import dev.plumbline.judgement.trust.CountedVote.Length;
import dev.plumbline.judgement.trust.CountedVote.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class TrustEstimateTest {
  private static final TrustPolicy POLICY = TrustPolicy.DEFAULT;
  private static final int HONEST = 20;
  private static final int QUESTIONS = 500;

  /**
   * Twenty honest annotators, right four times of five; the suspects answer every third question.
   */
  private static List<TrustCounts> world(long seed, IntUnaryOperator swap, String... suspects) {
    Random random = new Random(seed);
    List<TrustCounts> counts = new ArrayList<>();
    for (int q = 0; q < QUESTIONS; q++) {
      int swapped = swap.applyAsInt(q);
      int right = random.nextInt(2);
      int first = random.nextInt(2);
      int longer = random.nextInt(2);
      List<StandingVote> before = new ArrayList<>();
      List<String> speakers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        speakers.add("honest-" + (q + 5 * i + random.nextInt(5)) % HONEST);
      }
      if (q % 3 == 0) {
        speakers.addAll(List.of(suspects));
      }
      for (String speaker : speakers) {
        int said =
            switch (speaker) {
              case "left" -> first;
              case "longer" -> longer;
              case "random", "burst" -> random.nextInt(2);
              case "copycat" -> before.getLast().verdict() ^ swapped;
              default -> random.nextInt(5) > 0 ? right : 1 - right;
            };
        CountedVote vote =
            new CountedVote(
                speaker,
                said ^ swapped,
                said == first ? Place.FIRST : Place.SECOND,
                said == longer ? Length.LONGER : Length.SHORTER,
                speaker.equals("burst") ? 7 : q % 60);
        counts.add(TrustCounts.of(Alphabet.PAIR, vote, before));
        before.add(new StandingVote(speaker, said ^ swapped));
      }
    }
    return counts;
  }

  private static TrustLedger ledger(List<TrustCounts> counts) {
    TrustTally tally = new TrustTally();
    counts.forEach(tally::add);
    return TrustLedger.EMPTY.close(0, tally.counts(), POLICY);
  }

  private static TrustSnapshot snapshot(long seed, String... suspects) {
    return TrustEstimate.of(ledger(world(seed, q -> 0, suspects)), POLICY);
  }

  @Test
  void shouldTrustHonestAnnotators() {
    for (long seed = 1; seed <= 5; seed++) {
      TrustSnapshot snapshot = snapshot(seed);
      for (int i = 0; i < HONEST; i++) {
        Standing standing = snapshot.of("honest-" + i);
        assertThat(standing.trustPpm()).isGreaterThan(900_000);
        assertThat(standing.suspicions()).isEmpty();
        assertThat(standing.reliabilityPpm()).isBetween(690_000, 950_000);
      }
    }
  }

  @Test
  void shouldSuspectEachBehaviourAndNobodyElse() {
    for (long seed = 1; seed <= 5; seed++) {
      TrustSnapshot snapshot = snapshot(seed, "left", "longer", "copycat", "random", "burst");
      assertThat(snapshot.of("left").suspicions()).contains(Suspicion.SAME_SIDE);
      assertThat(snapshot.of("longer").suspicions()).contains(Suspicion.BY_LENGTH);
      assertThat(snapshot.of("copycat").suspicions()).contains(Suspicion.COPYCAT);
      assertThat(snapshot.of("random").suspicions()).isEqualTo(Set.of(Suspicion.CHANCE));
      assertThat(snapshot.of("burst").suspicions()).contains(Suspicion.BURST);
      double honest = 0;
      for (int i = 0; i < HONEST; i++) {
        assertThat(snapshot.of("honest-" + i).suspicions()).isEmpty();
        honest += snapshot.of("honest-" + i).trustPpm() / (double) HONEST;
      }
      assertThat(honest).isGreaterThan(980_000);
    }
  }

  @Test
  void shouldNotDependOnTheOrderOfCounts() {
    List<TrustCounts> counts = world(3, q -> 0, "left", "random");
    TrustLedger ledger = ledger(counts);
    TrustSnapshot snapshot = TrustEstimate.of(ledger, POLICY);
    Collections.shuffle(counts, new Random(4));
    assertThat(ledger(counts)).isEqualTo(ledger);
    assertThat(TrustEstimate.of(ledger(counts), POLICY)).isEqualTo(snapshot);
  }

  @Test
  void shouldNotDependOnWhichCandidateIsCalledA() {
    Random random = new Random(5);
    int[] swaps = random.ints(QUESTIONS, 0, 2).toArray();
    assertThat(TrustEstimate.of(ledger(world(6, q -> swaps[q])), POLICY))
        .isEqualTo(TrustEstimate.of(ledger(world(6, q -> 0)), POLICY));
  }

  @Test
  void shouldAddCountsInAnyOrder() {
    List<TrustCounts> counts = world(7, q -> 0);
    TrustCounts one = counts.get(1);
    TrustCounts two = counts.get(2);
    TrustCounts three = counts.get(3);
    assertThat(one.plus(two)).isEqualTo(two.plus(one));
    assertThat(one.plus(two).plus(three)).isEqualTo(one.plus(two.plus(three)));
    assertThat(one.plus(TrustCounts.NONE)).isEqualTo(one);
  }

  @Test
  void shouldBelieveNewcomersWhereNothingIsKnown() {
    TrustSnapshot snapshot = TrustEstimate.of(TrustLedger.EMPTY, POLICY);
    assertThat(snapshot.standings()).isEmpty();
    assertThat(snapshot.of("anybody").trustPpm()).isEqualTo(Trust.FULL_PPM);
    assertThat(snapshot.of("anybody").reliabilityPpm()).isEqualTo(833_333);
  }

  @Test
  void shouldStayFiniteWhereAllSayTheSame() {
    List<TrustCounts> counts = new ArrayList<>();
    for (int q = 0; q < 200; q++) {
      List<StandingVote> before = List.of(new StandingVote("one", 0));
      CountedVote vote = new CountedVote("two", 0, null, null, null);
      counts.add(TrustCounts.of(Alphabet.THUMBS, vote, before));
    }
    TrustSnapshot snapshot = TrustEstimate.of(ledger(counts), POLICY);
    assertThat(snapshot.standings()).containsOnlyKeys("one", "two");
    assertThat(snapshot.of("two").reliabilityPpm()).isBetween(500_000, 1_000_000);
    assertThat(snapshot.of("two").agreements()).isEqualTo(200);
  }

  @Test
  void shouldNotHoldAlwaysUpReliableWhereUpIsCommon() {
    Random random = new Random(8);
    List<TrustCounts> counts = new ArrayList<>();
    for (int q = 0; q < 2000; q++) {
      int truth = random.nextInt(10) < 7 ? 0 : 1;
      List<StandingVote> before = new ArrayList<>();
      for (String who : List.of("h" + q % 7, "i" + q % 5, "j" + q % 6, "up")) {
        int said = who.equals("up") || random.nextInt(10) > 0 ? truth : 1 - truth;
        said = who.equals("up") ? 0 : said;
        counts.add(
            TrustCounts.of(Alphabet.THUMBS, new CountedVote(who, said, null, null, null), before));
        before.add(new StandingVote(who, said));
      }
    }
    TrustSnapshot snapshot = TrustEstimate.of(ledger(counts), POLICY);
    assertThat(snapshot.of("up").suspicions()).containsExactly(Suspicion.CHANCE);
    assertThat(snapshot.of("h0").trustPpm()).isEqualTo(Trust.FULL_PPM);
  }

  @Test
  void shouldQuarantineWhoFailsGoldQuestions() {
    TrustTally tally = new TrustTally();
    for (int q = 0; q < 20; q++) {
      tally.add(TrustCounts.gold("bad", TrustCounts.GoldAnswer.WRONG));
      tally.add(TrustCounts.gold("good", TrustCounts.GoldAnswer.RIGHT));
    }
    TrustSnapshot snapshot =
        TrustEstimate.of(TrustLedger.EMPTY.close(0, tally.counts(), POLICY), POLICY);
    assertThat(snapshot.of("bad").suspicions()).contains(Suspicion.GOLD_FAILED);
    assertThat(snapshot.of("bad").trustPpm()).isZero();
    assertThat(snapshot.of("good").trustPpm()).isEqualTo(Trust.FULL_PPM);
  }

  @Test
  void shouldReleaseWhoStopsTheBehaviour() {
    TrustLedger ledger = ledger(world(9, q -> 0, "left"));
    assertThat(TrustEstimate.of(ledger, POLICY).of("left").quarantined()).isTrue();
    for (int epoch = 1; epoch <= 6; epoch++) {
      TrustTally tally = new TrustTally();
      for (TrustCounts counts : world(9 + epoch, q -> 0, "honest-reformed")) {
        tally.add(renamed(counts));
      }
      ledger = ledger.close(epoch, tally.counts(), POLICY);
    }
    assertThat(TrustEstimate.of(ledger, POLICY).of("left").suspicions()).isEmpty();
  }

  @Test
  void shouldObeyTheOperator() {
    TrustLedger ledger = ledger(world(10, q -> 0, "left"));
    TrustPolicy policy = POLICY.withByHand(Set.of("honest-1", "unseen"), Set.of("left"));
    TrustSnapshot snapshot = TrustEstimate.of(ledger, policy);
    assertThat(snapshot.of("left").trustPpm()).isEqualTo(Trust.FULL_PPM);
    assertThat(snapshot.of("left").quarantined()).isFalse();
    assertThat(snapshot.of("honest-1").suspicions()).containsExactly(Suspicion.BY_HAND);
    assertThat(snapshot.of("unseen").trustPpm()).isZero();
  }

  @Test
  void shouldLetOldCountsFadeByHalves() {
    TrustPolicy policy = new TrustPolicy(2, 2, 200_000, 400_000, 100, 20, Set.of(), Set.of());
    TrustCounts counts =
        TrustCounts.of(
            Alphabet.PAIR,
            new CountedVote("two", 0, null, null, null),
            List.of(new StandingVote("one", 1)));
    TrustLedger ledger = TrustLedger.EMPTY.close(0, counts, policy);
    TrustLedger later = ledger.close(1, TrustCounts.NONE, policy);
    assertThat(later.overlaps().values()).containsExactly(1024L);
    assertThat(later.close(2, TrustCounts.NONE, policy).overlaps().values()).containsExactly(512L);
    assertThat(later.close(200, TrustCounts.NONE, policy).overlaps()).isEmpty();
    assertThat(later.close(200, TrustCounts.NONE, policy).annotators()).isEmpty();
  }

  /** What the reformed annotator says, under the old name. */
  private static TrustCounts renamed(TrustCounts counts) {
    TrustTally tally = new TrustTally();
    counts
        .annotators()
        .forEach(
            (id, own) ->
                tally.add(
                    new TrustCounts(
                        new TreeMap<>(Map.of(name(id), own)), Collections.emptySortedMap())));
    counts
        .overlaps()
        .forEach(
            (overlap, n) ->
                tally.add(
                    new TrustCounts(
                        Collections.emptySortedMap(),
                        new TreeMap<>(
                            Map.of(
                                new Overlap(
                                    overlap.alphabet(),
                                    name(overlap.earlier()),
                                    name(overlap.later()),
                                    overlap.earlierVerdict(),
                                    overlap.laterVerdict()),
                                n)))));
    return tally.counts();
  }

  private static String name(String id) {
    return id.equals("honest-reformed") ? "left" : id;
  }
}
