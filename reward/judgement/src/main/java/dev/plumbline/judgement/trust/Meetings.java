/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who met whom on which kind of question, and what both said: the ledger's overlaps by annotator,
 * whoever spoke first. Verdicts that are mirror images of each other are counted together, so that
 * nothing depends on which candidate is called a.
 */
final class Meetings {
  /** Both said something, so often. */
  record Meeting(int alphabet, int partner, int said, int partnerSaid, double count) {}

  private record Key(int alphabet, int partner, int said, int partnerSaid)
      implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = Integer.compare(alphabet, other.alphabet);
      order = order != 0 ? order : Integer.compare(partner, other.partner);
      order = order != 0 ? order : Integer.compare(said, other.said);
      return order != 0 ? order : Integer.compare(partnerSaid, other.partnerSaid);
    }
  }

  private final List<String> ids;
  private final List<Alphabet> alphabets;
  private final List<List<Meeting>> byAnnotator;

  Meetings(TrustLedger ledger) {
    SortedSet<String> annotators = new TreeSet<>(ledger.annotators().keySet());
    SortedMap<String, Alphabet> named = new TreeMap<>();
    for (Overlap overlap : ledger.overlaps().keySet()) {
      named.computeIfAbsent(overlap.alphabet(), Alphabet::named);
      annotators.add(overlap.earlier());
      annotators.add(overlap.later());
    }
    ids = List.copyOf(annotators);
    alphabets = List.copyOf(named.values());
    Map<String, Integer> numbers = numbered(ids);
    Map<String, Integer> alphabetNumbers = numbered(named.keySet());
    List<SortedMap<Key, Long>> sums = new ArrayList<>();
    ids.forEach(id -> sums.add(new TreeMap<>()));
    ledger
        .overlaps()
        .forEach(
            (overlap, count) -> {
              int alphabet = alphabetNumbers.get(overlap.alphabet());
              int earlier = numbers.get(overlap.earlier());
              int later = numbers.get(overlap.later());
              int first = overlap.earlierVerdict();
              int second = overlap.laterVerdict();
              sums.get(earlier).merge(key(alphabet, later, first, second), count, Long::sum);
              sums.get(later).merge(key(alphabet, earlier, second, first), count, Long::sum);
            });
    byAnnotator = sums.stream().map(Meetings::meetings).toList();
  }

  List<String> ids() {
    return ids;
  }

  List<Alphabet> alphabets() {
    return alphabets;
  }

  List<Meeting> of(int annotator) {
    return byAnnotator.get(annotator);
  }

  private Key key(int alphabet, int partner, int said, int partnerSaid) {
    Alphabet verdicts = alphabets.get(alphabet);
    int mirrored = verdicts.mirrored(said);
    int partnerMirrored = verdicts.mirrored(partnerSaid);
    boolean asIs = said < mirrored || (said == mirrored && partnerSaid <= partnerMirrored);
    return asIs
        ? new Key(alphabet, partner, said, partnerSaid)
        : new Key(alphabet, partner, mirrored, partnerMirrored);
  }

  private static List<Meeting> meetings(SortedMap<Key, Long> sums) {
    List<Meeting> meetings = new ArrayList<>(sums.size());
    sums.forEach(
        (key, count) ->
            meetings.add(
                new Meeting(
                    key.alphabet(),
                    key.partner(),
                    key.said(),
                    key.partnerSaid(),
                    (double) count / TrustLedger.UNIT)));
    return List.copyOf(meetings);
  }

  private static Map<String, Integer> numbered(Collection<String> sorted) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    sorted.forEach(name -> numbers.put(name, numbers.size()));
    return numbers;
  }
}
