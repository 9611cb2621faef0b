/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.judgement.ConsensusRule;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The settings of {@link StreamsSettings} that say whom to believe. */
public record TrustSettings(
    @Setting(
            doc =
                "How the votes on a question become a belief: the share of trust behind each answer (share), the answer with most trust (majority), or the probability by how often annotators are right (posterior). Rankings are always shared.",
            defaultValue = "share")
        ConsensusRule consensus,
    @Setting(
            doc =
                "Accepted time after which it is computed anew whom to believe; fixed for the life of the state.",
            defaultValue = "1h",
            min = "1s")
        Duration trustEpoch,
    @Setting(
            doc =
                "Votes of one annotator that count within an epoch, divided among the partitions; 0 for any number.",
            defaultValue = "0",
            min = "0")
        int votesPerEpoch,
    @Setting(
            doc =
                "Annotators whose answers are taken as true: what they answer tells whom to believe and makes no example.",
            defaultValue = "")
        List<String> goldAnnotators,
    @Setting(doc = "Annotators whose votes are set aside, whatever they say.", defaultValue = "")
        List<String> quarantined,
    @Setting(
            doc = "Annotators whose votes are never set aside, whatever they are suspected of.",
            defaultValue = "")
        List<String> released,
    @Setting(
            doc = "Epochs after which what annotators said counts half in whom to believe.",
            defaultValue = "168",
            min = "1",
            max = "1000000")
        int trustHalfLifeEpochs,
    @Setting(
            doc = "Answers that it takes to outweigh what is believed of a newcomer.",
            defaultValue = "2",
            min = "1",
            max = "1000")
        int newcomerWeight,
    @Setting(
            doc =
                "Share of an annotator's answers that are known rather than guessed, parts per million, up to which a vote counts nothing.",
            defaultValue = "200000",
            min = "0",
            max = "666665")
        int noTrustPpm,
    @Setting(
            doc =
                "Share of answers that are known, parts per million, from which on a vote counts fully; it counts in proportion between.",
            defaultValue = "400000",
            min = "1",
            max = "666666")
        int fullTrustPpm,
    @Setting(
            doc = "Odds against honesty that quarantine asks for.",
            defaultValue = "100",
            min = "1",
            max = "1000000000")
        int suspicionOdds,
    @Setting(
            doc = "Votes within a sixtieth of an epoch that no person can have thought about.",
            defaultValue = "20",
            min = "1")
        int burstVotes) {
  /** What applies where nothing is set. */
  public static final TrustSettings DEFAULT =
      new TrustSettings(
          ConsensusRule.SHARE,
          Duration.ofHours(1),
          0,
          List.of(),
          List.of(),
          List.of(),
          TrustPolicy.DEFAULT.halfLifeEpochs(),
          TrustPolicy.DEFAULT.newcomerWeight(),
          TrustPolicy.DEFAULT.noTrustPpm(),
          TrustPolicy.DEFAULT.fullTrustPpm(),
          TrustPolicy.DEFAULT.suspicionOdds(),
          TrustPolicy.DEFAULT.burstVotes());

  public TrustSettings {
    goldAnnotators = List.copyOf(goldAnnotators);
    quarantined = List.copyOf(quarantined);
    released = List.copyOf(released);
  }

  Epochs epochs() {
    return new Epochs(trustEpoch);
  }

  TrustPolicy policy() {
    return new TrustPolicy(
        trustHalfLifeEpochs,
        newcomerWeight,
        noTrustPpm,
        fullTrustPpm,
        suspicionOdds,
        burstVotes,
        Set.copyOf(quarantined),
        Set.copyOf(released));
  }

  boolean isGold(String annotatorId) {
    return goldAnnotators.contains(annotatorId);
  }
}
