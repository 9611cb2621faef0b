/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Annotators who say what a certain other one said before them. As in {@link Detectors}, with an
 * annotator who is always right in the place of the honest one: such a one agrees with what j said
 * as often as that is the truth, which the {@link CrowdModel} tells. The odds must exceed {@link
 * TrustPolicy#suspicionOdds} for each of those whom the annotator met, since it could have copied
 * any of them.
 */
final class Copycats {
  private Copycats() {}

  private record Follower(String later, String earlier) {}

  static Set<String> of(
      TrustLedger ledger, Meetings meetings, CrowdModel crowd, TrustPolicy policy) {
    Map<String, Integer> numbers = new HashMap<>();
    List<String> ids = meetings.ids();
    for (int i = 0; i < ids.size(); i++) {
      numbers.put(ids.get(i), i);
    }
    Map<Follower, Double> logOdds = new HashMap<>();
    Map<String, Integer> met = new HashMap<>();
    ledger
        .overlaps()
        .forEach(
            (overlap, count) -> {
              Follower follower = new Follower(overlap.later(), overlap.earlier());
              if (!logOdds.containsKey(follower)) {
                met.merge(overlap.later(), 1, Integer::sum);
              }
              int alphabet = meetings.alphabets().indexOf(Alphabet.named(overlap.alphabet()));
              double truth =
                  crowd.truthOf(alphabet, numbers.get(overlap.earlier()), overlap.earlierVerdict());
              boolean same = overlap.earlierVerdict() == overlap.laterVerdict();
              logOdds.merge(
                  follower,
                  same ? Detectors.habit(count, count, truth) : Detectors.habit(count, 0, truth),
                  Double::sum);
            });
    Set<String> copycats = new TreeSet<>();
    logOdds.forEach(
        (follower, odds) -> {
          double enough = (double) policy.suspicionOdds() * met.get(follower.later());
          if (odds > StrictMath.log(enough)) {
            copycats.add(follower.later());
          }
        });
    return copycats;
  }
}
