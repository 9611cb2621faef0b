/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.feeds.judges.chat.ChatSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of a judge. */
public record JudgeSettings(
    @Setting(doc = "What judges.", defaultValue = "program") JudgeKind kind,
    @Setting(
            doc =
                "The judge's annotator id, one per judge of a policy; made of the kind, and of the model of a chat judge, when not set.")
        @Nullable String id,
    @Setting(doc = "The policy whose tasks are judged.", defaultValue = "assistant") String policy,
    @Setting(
            doc = "Sources whose tasks are judged; people's own are left to people.",
            defaultValue = "sampler")
        List<String> sources,
    @Setting(
            doc =
                "What is written of a task; comparisons of a judge that is asked for them, rewards of every other when empty.",
            defaultValue = "")
        List<JudgeRecord> writes,
    @Setting(
            doc = "Difference of scores up to which two candidates are a tie.",
            defaultValue = "0",
            min = "0")
        double tieThreshold,
    @Setting(doc = "Score above which a candidate gets thumbs up.", defaultValue = "0")
        double thumbsThreshold,
    @Setting(
            doc = "Tasks between two commits; what was asked about them is lost in a crash.",
            defaultValue = "16",
            min = "1")
        int batchTasks,
    @Setting(
            doc = "Items kept in mind while their tasks or completions are awaited.",
            defaultValue = "10000",
            min = "100")
        int itemsInMind,
    @Setting(doc = "Log-odds per grade of a graded controller.", defaultValue = "1") double scale,
    @Setting(doc = "The controller's or reward model's directory; its base model is model.")
        @Nullable Path directory,
    @Setting(
            doc =
                "Longest text that is read, in tokens: of a prompt with its completion by a reward model.",
            defaultValue = "1024",
            min = "2")
        int maxLength,
    @Setting(doc = "Completions that a model scores together.", defaultValue = "8", min = "1")
        int batchSize,
    @Setting(doc = "What a chat judge asks.") QuestionSettings question,
    @Setting(doc = "Where a chat judge asks.") ChatSettings chat) {

  public JudgeSettings {
    sources = List.copyOf(sources);
    boolean asksForComparisons =
        kind == JudgeKind.CHAT && question.kind() == QuestionSettings.Kind.COMPARISON;
    Set<JudgeRecord> written = EnumSet.noneOf(JudgeRecord.class);
    written.addAll(writes);
    if (written.isEmpty()) {
      written.add(asksForComparisons ? JudgeRecord.COMPARISON : JudgeRecord.REWARD);
    }
    writes = List.copyOf(written);
    if (asksForComparisons && !writes.equals(List.of(JudgeRecord.COMPARISON))) {
      throw new IllegalArgumentException(
          "a judge that is asked for comparisons writes comparison, but writes was %s; question.kind=score gives scores to make them of"
              .formatted(names(writes)));
    }
    if (kind == JudgeKind.CHAT && chat.model() == null) {
      throw new IllegalArgumentException(
          "chat.model is required for kind chat: the endpoint's name of the model that is asked");
    }
    boolean needsDirectory = kind == JudgeKind.CONTROLLER || kind == JudgeKind.REWARD_MODEL;
    if (needsDirectory && directory == null) {
      throw new IllegalArgumentException(
          "directory is required for kind %s".formatted(kind.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** The id under which the judge writes. */
  public String annotatorId() {
    if (id != null) {
      return id;
    }
    String name = "judge-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return kind == JudgeKind.CHAT ? name + "-" + chat.model() : name;
  }

  private static List<String> names(List<JudgeRecord> records) {
    return records.stream().map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
  }
}
