/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Setting;
import java.util.List;

/** Settings of {@link SimulatedAnnotators}. */
public record AnnotatorSettings(
    @Setting(doc = "The policy whose tasks are judged.", defaultValue = "assistant") String policy,
    @Setting(
            doc = "Sources whose tasks are judged; people's own are left to people.",
            defaultValue = "sampler")
        List<String> sources,
    @Setting(
            doc =
                "What each of them says of a task: a comparison of every pair of candidates, thumbs for every candidate, a ranking of all; several may be given.",
            defaultValue = "comparison")
        List<FeedbackKind> kinds,
    @Setting(
            doc =
                "One simulated annotator each: how often the better candidate is found where one is.",
            defaultValue = "0.95,0.9,0.9,0.85,0.7")
        List<Double> reliabilities,
    @Setting(doc = "Annotators who judge one task.", defaultValue = "3", min = "1")
        int votesPerTask,
    @Setting(
            doc = "How often the candidate shown first is taken without a look.",
            defaultValue = "0.05",
            min = "0",
            max = "1")
        double positionBias,
    @Setting(
            doc = "How often no judgement is possible.",
            defaultValue = "0.02",
            min = "0",
            max = "1")
        double abstentionRate,
    @Setting(
            doc = "Difference of grades up to which two candidates are a tie.",
            defaultValue = "0",
            min = "0")
        double tieThreshold,
    @Setting(
            doc = "Grade above which a candidate gets thumbs up, on average over annotators.",
            defaultValue = "0.5")
        double thumbsThreshold,
    @Setting(
            doc = "How far an annotator's own threshold may lie from that, either way.",
            defaultValue = "1",
            min = "0")
        double thumbsSpread,
    @Setting(doc = "Seed of the annotators' errors.", defaultValue = "1") long seed,
    @Setting(
            doc = "Items kept in mind while their tasks or completions are awaited.",
            defaultValue = "10000",
            min = "100")
        int itemsInMind) {

  public AnnotatorSettings {
    sources = List.copyOf(sources);
    kinds = kinds.stream().distinct().sorted().toList();
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException(
          "kinds must name one or more of comparison, thumbs, ranking, but was empty");
    }
    reliabilities = List.copyOf(reliabilities);
    for (double reliability : reliabilities) {
      if (!(reliability >= 0 && reliability <= 1)) {
        throw new IllegalArgumentException(
            "reliabilities must lie in 0 to 1, but one was " + reliability);
      }
    }
    if (votesPerTask > reliabilities.size()) {
      throw new IllegalArgumentException(
          "votes_per_task must be at most the number of annotators (%d), but was %d"
              .formatted(reliabilities.size(), votesPerTask));
    }
  }
}
