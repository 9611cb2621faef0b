/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.app.trust.CrowdLabels.Vote;
import dev.plumbline.app.trust.EpochReplay.Ballot;
import dev.plumbline.app.trust.EpochReplay.Weighed;
import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.CountedVote;
import dev.plumbline.judgement.trust.CountedVote.Length;
import dev.plumbline.judgement.trust.CountedVote.Place;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A spam farm among real votes: {@value #ACCOUNTS} accounts, a fifth of them of each {@link
 * Behaviour}, cast a fifth of all votes.
 *
 * <p>Real labels become votes on two candidates: one is the class most frequent in the set, the
 * other stands for all other classes. Which of the two is called a, which is shown first and which
 * is longer is drawn for each item, since the labels know of none of that; everybody sees an item
 * the same way. The labels are cut into epochs in the order of their file. In each epoch the farm
 * adds a quarter of the epoch's number of real votes, evenly over its accounts, to items that are
 * drawn from those of the epoch, at a place drawn among the item's votes; a copycat never comes
 * first. Burst accounts save up their share and cast it in one sixtieth of every third epoch.
 *
 * <p>Honest are those real annotators who agree with the majority of the other real labels of their
 * items more often than not, where there is one; real crowds have spammers of their own.
 */
final class SpamFarm {
  static final int ACCOUNTS = 200;
  private static final int REAL_PER_SPAM = 4;
  private static final int BURST_EVERY = 3;
  private static final int SIXTIETHS = 60;
  private static final List<Behaviour> BEHAVIOURS = List.of(Behaviour.values());

  private final Random random;
  private final CrowdLabels labels;
  private final int frequent;
  private final int epochs;
  private final Map<String, Look> looks = new LinkedHashMap<>();

  /** How everybody sees an item: which verdict is the frequent class, first, longer. */
  private record Look(int frequent, int first, int longer) {}

  /**
   * Trust given to votes of one epoch.
   *
   * @param honest mean trust of honest votes, 0 to 1
   * @param real mean trust of all real votes
   * @param spam mean trust of the farm's votes by behaviour; absent where it cast none
   * @param spamVotes how many these are
   */
  record Epoch(
      double honest, double real, Map<Behaviour, Double> spam, Map<Behaviour, Integer> spamVotes) {
    /** Mean trust of all of the farm's votes. */
    double allSpam() {
      double sum = 0;
      int votes = 0;
      for (Map.Entry<Behaviour, Double> entry : spam.entrySet()) {
        int n = spamVotes.getOrDefault(entry.getKey(), 0);
        sum += entry.getValue() * n;
        votes += n;
      }
      return sum / votes;
    }
  }

  /** A vote to be cast; who is null for a real one. */
  private record Cast(
      String annotator, @Nullable Behaviour spam, int frequentOrNot, int sixtieth) {}

  private SpamFarm(CrowdLabels labels, int epochs, long seed) {
    this.labels = labels;
    this.epochs = epochs;
    random = new Random(seed);
    int[] counts = new int[labels.classes().size()];
    labels.votes().forEach(vote -> counts[vote.label()]++);
    int most = 0;
    for (int c = 1; c < counts.length; c++) {
      most = counts[c] > counts[most] ? c : most;
    }
    frequent = most;
    for (String item : labels.items()) {
      looks.put(item, new Look(random.nextInt(2), random.nextInt(2), random.nextInt(2)));
    }
  }

  /** Returns what the farm's and the real votes were worth, epoch by epoch. */
  static List<Epoch> run(CrowdLabels labels, int epochs, long seed, TrustPolicy policy) {
    SpamFarm farm = new SpamFarm(labels, epochs, seed);
    return farm.measure(EpochReplay.weigh(farm.ballots(), Alphabet.PAIR, policy));
  }

  private List<Ballot> ballots() {
    List<Ballot> ballots = new ArrayList<>();
    int size = labels.votes().size();
    for (int epoch = 0; epoch < epochs; epoch++) {
      int from = (int) ((long) size * epoch / epochs);
      int to = (int) ((long) size * (epoch + 1) / epochs);
      SequencedMap<String, List<Cast>> byItem = new LinkedHashMap<>();
      for (int v = from; v < to; v++) {
        Vote vote = labels.votes().get(v);
        int sixtieth = (int) ((long) (v - from) * SIXTIETHS / (to - from));
        byItem
            .computeIfAbsent(vote.item(), item -> new ArrayList<>())
            .add(new Cast(vote.annotator(), null, vote.label() == frequent ? 1 : 0, sixtieth));
      }
      inject(epoch, (to - from) / REAL_PER_SPAM, byItem);
      for (Map.Entry<String, List<Cast>> item : byItem.entrySet()) {
        int last = -1;
        for (Cast cast : item.getValue()) {
          last = verdict(cast, looks.get(item.getKey()), last);
          ballots.add(ballot(epoch, item.getKey(), cast, last));
        }
      }
    }
    return ballots;
  }

  private void inject(int epoch, int spam, SequencedMap<String, List<Cast>> byItem) {
    List<String> items = List.copyOf(byItem.keySet());
    for (int account = 0; account < ACCOUNTS; account++) {
      Behaviour behaviour = behaviour(account);
      int votes = share(spam, epoch, account);
      if (behaviour == Behaviour.BURST) {
        if (epoch % BURST_EVERY != account / BEHAVIOURS.size() % BURST_EVERY) {
          continue;
        }
        votes = share(spam, epoch, account) * BURST_EVERY;
      }
      int burst = random.nextInt(SIXTIETHS);
      Set<String> taken = new HashSet<>();
      while (taken.size() < Math.min(votes, items.size())) {
        String item = items.get(random.nextInt(items.size()));
        if (taken.add(item)) {
          List<Cast> casts = byItem.get(item);
          int first = behaviour == Behaviour.COPYCAT ? 1 : 0;
          int place = first + random.nextInt(casts.size() + 1 - first);
          int sixtieth = behaviour == Behaviour.BURST ? burst : random.nextInt(SIXTIETHS);
          casts.add(place, new Cast(name(account), behaviour, -1, sixtieth));
        }
      }
    }
  }

  /** Evenly; what doesn't divide goes to other accounts in each epoch. */
  private static int share(int votes, int epoch, int account) {
    int shifted = (account + epoch) % ACCOUNTS;
    return (int) ((long) votes * (shifted + 1) / ACCOUNTS - (long) votes * shifted / ACCOUNTS);
  }

  private int verdict(Cast cast, Look look, int last) {
    if (cast.spam() == null) {
      return cast.frequentOrNot() == 1 ? look.frequent() : 1 - look.frequent();
    }
    return switch (cast.spam()) {
      case ALWAYS_LEFT -> look.first();
      case ALWAYS_LONGER -> look.longer();
      case RANDOM, BURST -> random.nextInt(2);
      case COPYCAT -> last;
    };
  }

  private Ballot ballot(int epoch, String item, Cast cast, int verdict) {
    Look look = looks.get(item);
    return new Ballot(
        epoch,
        item,
        new CountedVote(
            cast.annotator(),
            verdict,
            verdict == look.first() ? Place.FIRST : Place.SECOND,
            verdict == look.longer() ? Length.LONGER : Length.SHORTER,
            cast.sixtieth()));
  }

  private Set<String> honest() {
    Map<String, int[]> byItem = new HashMap<>();
    for (Vote vote : labels.votes()) {
      byItem.computeIfAbsent(vote.item(), item -> new int[2])[vote.label() == frequent ? 1 : 0]++;
    }
    Map<String, Integer> balance = new HashMap<>();
    for (Vote vote : labels.votes()) {
      int own = vote.label() == frequent ? 1 : 0;
      int[] all = byItem.get(vote.item());
      balance.merge(vote.annotator(), Integer.signum(all[own] - 1 - all[1 - own]), Integer::sum);
    }
    Set<String> honest = new HashSet<>(balance.keySet());
    honest.removeIf(annotator -> balance.get(annotator) <= 0);
    return honest;
  }

  private List<Epoch> measure(List<Weighed> weighed) {
    Set<String> honest = honest();
    List<Epoch> measured = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      double honestTrust = 0;
      int honestVotes = 0;
      double realTrust = 0;
      int realVotes = 0;
      Map<Behaviour, Double> spam = new EnumMap<>(Behaviour.class);
      Map<Behaviour, Integer> votes = new EnumMap<>(Behaviour.class);
      for (Weighed one : weighed) {
        if (one.ballot().epoch() == epoch) {
          double trust = one.standing().trustPpm() / 1e6;
          Behaviour behaviour = behaviourOf(one.ballot().vote().annotator());
          if (behaviour == null) {
            realTrust += trust;
            realVotes++;
            if (honest.contains(one.ballot().vote().annotator())) {
              honestTrust += trust;
              honestVotes++;
            }
          } else {
            spam.merge(behaviour, trust, Double::sum);
            votes.merge(behaviour, 1, Integer::sum);
          }
        }
      }
      spam.replaceAll((behaviour, sum) -> sum / votes.get(behaviour));
      measured.add(
          new Epoch(
              honestTrust / honestVotes,
              realTrust / realVotes,
              Collections.unmodifiableMap(spam),
              Collections.unmodifiableMap(votes)));
    }
    return List.copyOf(measured);
  }

  private static String name(int account) {
    return "farm-" + account;
  }

  private static Behaviour behaviour(int account) {
    return BEHAVIOURS.get(account % BEHAVIOURS.size());
  }

  private static @Nullable Behaviour behaviourOf(String annotator) {
    return annotator.startsWith("farm-")
        ? behaviour(Integer.parseInt(annotator.substring("farm-".length())))
        : null;
  }
}
