/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.training.BadRowPolicy;
import dev.plumbline.app.training.PairFiles;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.text.TruncationMode;
import dev.plumbline.reward.EnsembleScore;
import dev.plumbline.reward.PairScores;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.RewardModel;
import dev.plumbline.reward.RewardPair;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.ControllerFiles;
import dev.plumbline.reward.attribute.TrainedController;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plumbline reward evaluate}: what a reward model or a controller is worth. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Says how often a reward model has the better text of judged pairs ahead, beside heads that"
          + " have learned nothing and beside length alone, with 95 %% intervals (Wilson).",
      "",
      "Equal scores count half. Length alone is told on these very pairs whether longer or shorter is"
          + " better, which flatters it. The untrained head with the median accuracy stands for all.",
      "",
      "Of an attribute controller it says how often labelled sentences are told apart, and how far its"
          + " probabilities can be believed: for whole sentences, and for their beginnings by length."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline reward evaluate --model DIR --reward reward --data test.jsonl.gz",
      "  plumbline reward evaluate --model DIR --reward reward --data pairs.jsonl.gz --by subset",
      "  plumbline reward evaluate --model DIR --reward controller --data sentences.jsonl.gz \\",
      "      --label-column sentiment --report reliability.html"
    })
final class RewardEvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model that the reward model was learned on, a Hugging Face directory.")
  private Path model = Path.of("");

  @Option(
      names = "--reward",
      required = true,
      paramLabel = "DIR",
      description = "What plumbline reward train wrote, or PEFT for task SEQ_CLS.")
  private Path reward = Path.of("");

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Preference files that hold pairs; for a controller, labelled sentences.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = "--dataset-format",
      paramLabel = "NAME",
      description = "Format of the files; told from their first rows when not given.")
  private @Nullable String datasetFormat;

  @Option(
      names = "--on-bad-row",
      description = "What becomes of a row that can't be read: refuse or skip (default: refuse).")
  private BadRowPolicy onBadRow = BadRowPolicy.REFUSE;

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      description = "A column of the files: each of its values is told apart.")
  private @Nullable String by;

  @Option(
      names = "--text-column",
      paramLabel = "COLUMN",
      description = "Controller: column of the sentence (default: ${DEFAULT-VALUE}).")
  private String textColumn = "text";

  @Option(
      names = "--label-column",
      paramLabel = "COLUMN",
      description = "Controller: column of the label (default: ${DEFAULT-VALUE}).")
  private String labelColumn = "label";

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "Controller: the files' label for its attribute; its name when not given.")
  private @Nullable String label;

  @Option(
      names = "--against",
      paramLabel = "LABEL",
      split = ",",
      description =
          "Controller: the files' labels for what it was held against; theirs if not given.")
  private @Nullable List<String> against;

  @Option(
      names = "--unbalanced",
      description = "Controller: judge all sentences, not as many with as without the attribute.")
  private boolean unbalanced;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Controller: a page with reliability diagrams, written there.")
  private @Nullable Path report;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = {
        "Longest prompt with completion, in tokens; the end is kept (default: ${DEFAULT-VALUE}, or"
            + " what the model can read)."
      })
  private int maxLength = 1024;

  @Option(
      names = "--chat-template",
      paramLabel = "FILE",
      description = "A chat template in place of the model's own.")
  private @Nullable Path chatTemplate;

  @Option(
      names = "--untrained",
      paramLabel = "N",
      description = "Heads that have learned nothing (default: ${DEFAULT-VALUE}).")
  private int untrained = 9;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Pairs computed together (default: ${DEFAULT-VALUE}).")
  private int batchSize = 8;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the tensor engine (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "Where to compute: cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(names = "--json", description = "One line of JSON per row of the table.")
  private boolean json;

  @Override
  public Integer call() {
    requirePositive("--untrained", untrained);
    requirePositive("--batch-size", batchSize);
    requirePositive("--max-length", maxLength);
    PrintWriter out = spec.commandLine().getOut();
    SortedMap<String, byte[]> files = RewardFiles.read("--reward", reward);
    try (CausalLanguageModel loaded =
        CausalLanguageModel.load(model, new EngineOptions(threads, device))) {
      if (files.containsKey(ControllerFiles.FILE)) {
        controller(loaded, files, out);
      } else {
        rewardModel(loaded, files, out);
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private void controller(
      CausalLanguageModel loaded, SortedMap<String, byte[]> files, PrintWriter out) {
    try (TrainedController controller = ControllerFiles.read(loaded, files)) {
      Attribute trained = controller.attribute();
      Attribute told =
          new Attribute(
              label == null ? trained.name() : label,
              against == null ? trained.against() : against);
      LabelledSentences.Content content =
          new LabelledSentences(textColumn, labelColumn).read("--data", data, told);
      LabelledSentences.Content judged = unbalanced ? content : content.balanced(0);
      ControllerReport said =
          ControllerReport.of(
              controller,
              LabelledSentences.rows(
                  loaded.tokenizer(),
                  judged.sentences(),
                  Math.min(maxLength, loaded.config().maxPositions())),
              batchSize);
      (json ? said.json() : said.lines()).forEach(out::println);
      if (report != null) {
        new ReliabilityPage("How far '%s' can be believed".formatted(trained.name()), said)
            .write(report);
      }
      if (!json) {
        out.printf("%nsentences left out: %d%n", judged.leftOut());
      }
    }
  }

  private void rewardModel(
      CausalLanguageModel loaded, SortedMap<String, byte[]> files, PrintWriter out) {
    try (RewardEnsemble ensemble = RewardEnsemble.read(loaded, files)) {
      PairFiles.Content content =
          new PairFiles(
                  model,
                  chatTemplate,
                  datasetFormat,
                  onBadRow,
                  TruncationMode.KEEP_END,
                  maxLength,
                  Clock.system(ZoneId.systemDefault()))
              .read("--data", data, loaded);
      List<RewardPair> pairs = RewardPairs.of(content.pairs());
      RewardReport table =
          new RewardReport(
              pairs,
              groups(content),
              List.of(
                  new Scorer(
                      "reward model", Scorer.Scale.LOG_ODDS, ensemble.scorePairs(pairs, batchSize)),
                  untrained(loaded, pairs),
                  Scorer.byLength(pairs)));
      (json ? table.json() : table.lines()).forEach(out::println);
      if (!json) {
        out.printf("%npairs left out: %d%n", content.leftOut());
        out.println(spread(ensemble, pairs));
      }
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, but was " + value);
    }
  }

  private @Nullable List<String> groups(PairFiles.Content content) {
    String column = by;
    return column == null
        ? null
        : content.pairs().stream()
            .map(pair -> String.valueOf(pair.extras().columns().get(column)))
            .toList();
  }

  /** Of several heads that have learned nothing the one in the middle, by accuracy. */
  private Scorer untrained(CausalLanguageModel loaded, List<RewardPair> pairs) {
    List<Scorer> heads = new ArrayList<>();
    for (long seed = 0; seed < untrained; seed++) {
      try (RewardEnsemble head =
          new RewardEnsemble(List.of(RewardModel.initialize(loaded, seed)))) {
        List<PairScores> scored = head.scorePairs(pairs, batchSize);
        heads.add(new Scorer("", Scorer.Scale.LOG_ODDS, scored));
      }
    }
    heads.sort((one, other) -> Double.compare(accuracy(one), accuracy(other)));
    String name =
        String.format(
            Locale.ROOT,
            "untrained head (of %d: %.3f to %.3f)",
            untrained,
            accuracy(heads.getFirst()),
            accuracy(heads.getLast()));
    return new Scorer(name, Scorer.Scale.LOG_ODDS, heads.get(heads.size() / 2).scored());
  }

  private static double accuracy(Scorer scorer) {
    return scorer.evaluation().accuracy();
  }

  private String spread(RewardEnsemble ensemble, List<RewardPair> pairs) {
    double sum = 0;
    for (EnsembleScore score :
        ensemble.scores(pairs.stream().map(RewardPair::a).toList(), batchSize)) {
      sum += score.spread();
    }
    return String.format(
        Locale.ROOT,
        "members: %d; mean spread of their scores: %.3f",
        ensemble.members().size(),
        sum / pairs.size());
  }
}
