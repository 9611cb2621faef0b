/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.events.PolicyVersionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lineage as lines for people: what is long is cut, and says so. */
public final class LineageText {
  private static final int SHOWN = 20;
  private static final int SHOWN_ANNOTATORS = 8;

  private LineageText() {}

  /** Where a version comes from. */
  public static String of(VersionLineage lineage) {
    PolicyVersion version = lineage.version();
    PolicyVersion.Learned learned = version.learned();
    VersionSums sums = lineage.sums();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  lane %s, objective %s, %d steps since the base"
            .formatted(version.id(), version.lane(), learned.objective(), learned.step()));
    lines.add(line("parent", parent(lineage)));
    lines.add(line("artifact", "sha256 " + learned.artifactDigest()));
    lines.add(
        line(
            "base",
            "%s, weights sha256 %s, tokenizer sha256 %s"
                .formatted(
                    learned.base().name(),
                    learned.base().weightsSha256(),
                    learned.base().tokenizerSha256())));
    lines.add(line("hashes", "examples " + learned.exampleHash()));
    lines.add(line("", "settings " + learned.configHash()));
    for (ConsumedRange range : learned.consumed()) {
      lines.add(
          line(
              "consumed",
              "%s-%d, offsets %d to %d (topic id %s)"
                  .formatted(
                      range.topic(),
                      range.partition(),
                      range.from(),
                      range.to(),
                      range.topicId())));
    }
    lines.add(line("counts", counts(learned.counts())));
    lines.add(
        line(
            "learned",
            "%s%d examples, %d events, %d annotators; %s"
                .formatted(
                    lineage.exact() ? "" : "at most ",
                    sums.examples(),
                    sums.events(),
                    sums.annotators(),
                    sums.trustEpoch() == null
                        ? "all annotators counted alike"
                        : "weighed by trust up to epoch " + sums.trustEpoch())));
    lines.add(line("annotators", annotators(lineage.annotators())));
    lines.add(line("tainted", taint(lineage)));
    addAll(lines, lineage.takenBack(), event -> "  taken back  " + event(event));
    addAll(lines, lineage.examples(), example -> "  " + example(example));
    return String.join("\n", lines);
  }

  /**
   * Which versions learned from events.
   *
   * @param asked what was asked for, as {@code event e-17}
   */
  public static String of(String asked, Influence influence) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  %s, %d taken back"
            .formatted(
                asked, count(influence.events().size(), "event"), influence.takenBack().size()));
    addAll(lines, influence.events(), event -> "  " + event(event));
    lines.add(line("learned directly", versions(influence.directly())));
    lines.add(line("by descent", versions(influence.byDescent())));
    lines.add(line("through trust", versions(influence.throughTrust())));
    addAll(
        lines,
        influence.examples(),
        example ->
            "  %s: %s"
                .formatted(
                    example(example),
                    example.learnedBy().isEmpty()
                        ? "nobody learned from this revision"
                        : versions(example.learnedBy())));
    return String.join("\n", lines);
  }

  private static String parent(VersionLineage lineage) {
    List<PolicyVersionId> ancestors = lineage.ancestors();
    return ancestors.isEmpty()
        ? "none: this is the base"
        : "%s (%s)".formatted(ancestors.getFirst(), count(ancestors.size(), "ancestor"));
  }

  private static String taint(VersionLineage lineage) {
    return switch (lineage.sums().taint()) {
      case NONE -> "no";
      case DIRECTLY ->
          "yes: it learned from %s"
              .formatted(count(lineage.takenBack().size(), "event") + " that were taken back");
      case BY_DESCENT ->
          "by descent: %s learned from events that were taken back"
              .formatted(versions(lineage.taintedAncestors()));
    };
  }

  private static String counts(ExampleCounts counts) {
    return "%d learned (%d of them relearned), %d held out, %d superseded, %d skipped (%d of them withdrawn too late), %d withdrawn, %d unusable, %d parked"
        .formatted(
            counts.learned(),
            counts.relearned(),
            counts.heldOut(),
            counts.superseded(),
            counts.skipped(),
            counts.withdrawnTooLate(),
            counts.withdrawn(),
            counts.unusable(),
            counts.parked());
  }

  private static String annotators(Map<String, Integer> annotators) {
    String first =
        annotators.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN_ANNOTATORS)
            .map(annotator -> annotator.getKey() + " " + annotator.getValue())
            .collect(Collectors.joining(", "));
    int more = annotators.size() - SHOWN_ANNOTATORS;
    return first.isEmpty() ? "none" : more > 0 ? first + ", and " + more + " more" : first;
  }

  private static String event(NamedEvent event) {
    return "event %s on item %s%s"
        .formatted(
            event.eventId(),
            event.itemId(),
            event.annotatorId() == null ? "" : " by " + event.annotatorId());
  }

  private static String example(LearnedExample example) {
    List<String> events = example.eventIds();
    String named = events.stream().limit(SHOWN_ANNOTATORS).collect(Collectors.joining(" "));
    return "examples-%d@%d  example %.12s revision %d, item %s, %s"
        .formatted(
            example.feed(),
            example.offset(),
            example.exampleId(),
            example.revision(),
            example.itemId(),
            events.isEmpty()
                ? "withdrawn"
                : events.size() > SHOWN_ANNOTATORS
                    ? "events %s and %d more".formatted(named, events.size() - SHOWN_ANNOTATORS)
                    : "events " + named);
  }

  /** Versions in order, those that follow each other as {@code assistant@000003..000007}. */
  public static String versions(Collection<PolicyVersionId> ids) {
    List<String> runs = new ArrayList<>();
    @Nullable PolicyVersionId first = null;
    @Nullable PolicyVersionId last = null;
    for (PolicyVersionId id : ids.stream().sorted().toList()) {
      if (first != null && last != null && id.equals(last.next())) {
        last = id;
        continue;
      }
      if (first != null && last != null) {
        runs.add(run(first, last));
      }
      first = id;
      last = id;
    }
    if (first != null && last != null) {
      runs.add(run(first, last));
    }
    return runs.isEmpty() ? "none" : String.join(", ", runs);
  }

  private static String run(PolicyVersionId first, PolicyVersionId last) {
    return first.equals(last) ? first.toString() : "%s..%06d".formatted(first, last.number());
  }

  private static <T> void addAll(List<String> lines, Collection<T> all, Function<T, String> line) {
    all.stream().limit(SHOWN).map(line).forEach(lines::add);
    if (all.size() > SHOWN) {
      lines.add("  ... and %d more; --json has all".formatted(all.size() - SHOWN));
    }
  }

  private static String count(int number, String noun) {
    return "%d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }

  private static String line(String name, String value) {
    return "  %-17s %s".formatted(name, value);
  }
}
