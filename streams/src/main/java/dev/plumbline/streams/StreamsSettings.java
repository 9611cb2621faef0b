/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import java.time.Duration;

/** The settings section {@code streams}: when enough is known. */
public record StreamsSettings(
    @Setting(
            doc =
                "Names the consumer group, the changelogs and the transactions; the same for all instances that share the work.",
            defaultValue = "plumbline-streams")
        String applicationId,
    @Setting(doc = "Stream threads of this instance.", defaultValue = "1", min = "1", max = "64")
        int threads,
    @Setting(
            doc =
                "Votes on a pair, or rankings of one set of candidates, after which it is emitted, unless the task of a vote says otherwise.",
            defaultValue = "2",
            min = "1",
            max = "1000")
        int quorum,
    @Setting(
            doc = "Thumbs on a completion after which an unpaired example is emitted.",
            defaultValue = "1",
            min = "1",
            max = "1000")
        int unpairedQuorum,
    @Setting(
            doc =
                "Judges that must each have scored all completions of a task before they are emitted as a rollout group.",
            defaultValue = "1",
            min = "1",
            max = "1000")
        int groupQuorum,
    @Setting(
            doc =
                "Accepted time after the first vote at which an example is emitted with the votes at hand, unless the task of a vote says otherwise.",
            defaultValue = "1h",
            min = "1s")
        Duration timeLimit,
    @Setting(
            doc =
                "Accepted time that a vote, mark or score waits for its prompt and its completions, and a vote for its task; also the longest time limit that a task can set.",
            defaultValue = "24h",
            min = "1s")
        Duration referenceWait,
    @Setting(
            doc = "How often the wall clock is looked at while something waits.",
            defaultValue = "1s",
            min = "10ms")
        Duration tickInterval,
    @Setting(
            doc =
                "How long a transaction stays open. A shorter one shows examples sooner, a longer one costs the brokers less.",
            defaultValue = "150ms",
            min = "10ms",
            max = "10s")
        Duration commitInterval,
    @Inlined KindSettings kinds,
    @Inlined TrustSettings trust) {
  /** How long a transaction stays open unless settings say otherwise. */
  public static final Duration COMMIT_INTERVAL = Duration.ofMillis(150);

  /** Settings that commit as often as settings do by default. */
  public StreamsSettings(
      String applicationId,
      int threads,
      int quorum,
      int unpairedQuorum,
      int groupQuorum,
      Duration timeLimit,
      Duration referenceWait,
      Duration tickInterval,
      KindSettings kinds,
      TrustSettings trust) {
    this(
        applicationId,
        threads,
        quorum,
        unpairedQuorum,
        groupQuorum,
        timeLimit,
        referenceWait,
        tickInterval,
        COMMIT_INTERVAL,
        kinds,
        trust);
  }
}
