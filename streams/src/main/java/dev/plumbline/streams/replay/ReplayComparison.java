/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What two replays of the same logs make of them: the final views side by side, example by example.
 * Used by one thread.
 */
public final class ReplayComparison {
  private final Map<String, Standing> one = new HashMap<>();
  private final Map<String, Standing> other = new HashMap<>();

  /** What stands of an example, without its texts. */
  private record Standing(
      String kind, String itemId, String contentHash, @Nullable String preferred, long weightPpm) {}

  /**
   * What became of the examples of one kind.
   *
   * @param one how many the first replay has
   * @param other how many the second has
   * @param same in both, and alike
   * @param changed in both, with another belief, weight or evidence
   * @param flipped of the changed: who is preferred is another
   * @param added in the second only
   * @param gone in the first only
   * @param weight sum of weights of the first; 1 is one example at full weight
   * @param otherWeight sum of weights of the second
   */
  public record Difference(
      long one,
      long other,
      long same,
      long changed,
      long flipped,
      long added,
      long gone,
      double weight,
      double otherWeight) {}

  /**
   * An example that prefers another candidate in the second replay.
   *
   * @param kind of example
   * @param preferred whom the first prefers
   * @param preferredByOther whom the second prefers
   */
  public record Flip(
      String kind, String exampleId, String itemId, String preferred, String preferredByOther) {}

  /** Takes the next revision of the first replay. */
  public void addToOne(TrainingExample example) {
    add(one, example);
  }

  /** Takes the next revision of the second replay. */
  public void addToOther(TrainingExample example) {
    add(other, example);
  }

  /** Returns the differences by kind of example. */
  public SortedMap<String, Difference> differences() {
    SortedMap<String, List<String>> idsOfKind = new TreeMap<>();
    ids().forEach(id -> idsOfKind.computeIfAbsent(kind(id), fresh -> new ArrayList<>()).add(id));
    SortedMap<String, Difference> differences = new TreeMap<>();
    idsOfKind.forEach((kind, ids) -> differences.put(kind, difference(ids)));
    return differences;
  }

  /** Returns the examples that prefer another candidate, by id. */
  public List<Flip> flips() {
    List<Flip> flips = new ArrayList<>();
    for (String id : ids()) {
      @Nullable Standing a = one.get(id);
      @Nullable Standing b = other.get(id);
      if (isFlip(a, b)) {
        flips.add(new Flip(a.kind, id, a.itemId, a.preferred, b.preferred));
      }
    }
    return flips;
  }

  private Set<String> ids() {
    TreeSet<String> ids = new TreeSet<>(one.keySet());
    ids.addAll(other.keySet());
    return ids;
  }

  private String kind(String id) {
    return one.getOrDefault(id, other.get(id)).kind;
  }

  private Difference difference(List<String> ids) {
    long same = 0;
    long changed = 0;
    long flipped = 0;
    long added = 0;
    long gone = 0;
    long weightPpm = 0;
    long otherWeightPpm = 0;
    for (String id : ids) {
      @Nullable Standing a = one.get(id);
      @Nullable Standing b = other.get(id);
      weightPpm += a == null ? 0 : a.weightPpm;
      otherWeightPpm += b == null ? 0 : b.weightPpm;
      if (a == null) {
        added++;
      } else if (b == null) {
        gone++;
      } else if (a.contentHash.equals(b.contentHash)) {
        same++;
      } else {
        changed++;
        flipped += isFlip(a, b) ? 1 : 0;
      }
    }
    return new Difference(
        same + changed + gone,
        same + changed + added,
        same,
        changed,
        flipped,
        added,
        gone,
        weightPpm / 1e6,
        otherWeightPpm / 1e6);
  }

  private static boolean isFlip(@Nullable Standing a, @Nullable Standing b) {
    return a != null
        && b != null
        && a.preferred != null
        && b.preferred != null
        && !Objects.equals(a.preferred, b.preferred);
  }

  private static void add(Map<String, Standing> view, TrainingExample example) {
    if (example.evidence().isWithdrawn()) {
      view.remove(example.exampleId());
    } else {
      view.put(example.exampleId(), standing(example));
    }
  }

  private static Standing standing(TrainingExample example) {
    String hash = FinalView.contentHash(example);
    String item = example.itemId();
    return switch (example) {
      case PreferencePair pair ->
          new Standing("pair", item, hash, preferred(pair), pair.weightPpm());
      case UnpairedExample one ->
          new Standing("unpaired", item, hash, preferred(one), one.weightPpm());
      case RankedGroup group ->
          new Standing("ranking", item, hash, preferred(group), group.weightPpm());
      case RolloutGroup group -> new Standing("rollout", item, hash, null, 1_000_000);
    };
  }

  private static @Nullable String preferred(PreferencePair pair) {
    return pair.belief() == 0.5 ? null : pair.chosen().candidateId();
  }

  private static @Nullable String preferred(UnpairedExample one) {
    if (one.probDesirablePpm() == 500_000) {
      return null;
    }
    return one.probDesirablePpm() > 500_000 ? "desirable" : "undesirable";
  }

  private static @Nullable String preferred(RankedGroup group) {
    ExampleCandidate best = group.candidates().getFirst();
    return group.tierSizes().getFirst() == 1 ? best.candidateId() : null;
  }
}
