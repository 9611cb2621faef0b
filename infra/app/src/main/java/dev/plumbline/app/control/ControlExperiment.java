/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.app.control.BigramClassifier.Example;
import dev.plumbline.app.rewards.ControllerSettings;
import dev.plumbline.app.rewards.ControllerTraining;
import dev.plumbline.app.rewards.LabelledSentences;
import dev.plumbline.app.rewards.RewardFiles;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ControlConfig;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.SoftPromptConfig;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.ControllerFiles;
import dev.plumbline.reward.attribute.ControllerKind;
import dev.plumbline.reward.attribute.TrainedController;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlledRollout;
import dev.plumbline.reward.control.ControlledSampler;
import dev.plumbline.reward.control.DescendingSampler;
import dev.plumbline.reward.control.PromptControl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Fills rows of the table, each from a model, controllers and judges that are functions of the
 * settings. Used by one thread.
 */
final class ControlExperiment implements AutoCloseable {
  static final String POSITIVE = "positive";
  static final String NEGATIVE = "negative";
  static final List<String> TARGETS = List.of(POSITIVE, NEGATIVE);

  private static final Map<String, String> OPPOSITE =
      Map.of(POSITIVE, NEGATIVE, NEGATIVE, POSITIVE);
  private static final int FOLDS = 10;
  private static final int SPOKEN_AT_ONCE = 100;
  private static final int PROMPT_VECTORS = 10;
  private static final int GROUPS = 16;
  private static final int GROUP_SIZE = 4;
  private static final int BEGINNINGS = 1000;

  private final ControlSetup setup;
  private final Path output;
  private final Clock clock;
  private final CausalLanguageModel model;
  private final IndependentJudges judges;
  private final List<int[]> prefixes;
  private final List<int[]> beginnings;
  private final List<Example> sentences;

  ControlExperiment(ControlSetup setup, Path output, Clock clock) {
    this.setup = setup;
    this.output = output;
    this.clock = clock;
    this.sentences =
        new LabelledSentences("text", "label")
                .read(
                    "--classifier-data",
                    List.of(setup.classifierData()),
                    new Attribute("1", List.of("0")))
                .sentences()
                .stream()
                .map(one -> new Example(one.text(), one.has()))
                .toList();
    List<String> stories = StoryTexts.paragraphs("--fluency-data", setup.fluencyData());
    List<String> held = StoryTexts.paragraphs("--prefix-data", setup.prefixData());
    this.model = CausalLanguageModel.load(setup.model(), setup.engine());
    try {
      this.judges = IndependentJudges.learn(sentences, stories, model.tokenizer(), model.config());
      this.prefixes = StoryTexts.prefixes(model.tokenizer(), held, setup.generations());
      this.beginnings =
          StoryTexts.prefixes(model.tokenizer(), stories, Math.min(BEGINNINGS, stories.size()));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** How often the independent classifier is right about sentences that it hasn't learned from. */
  int classifierRight() {
    return BigramClassifier.rightHeldOut(sentences, FOLDS, 0);
  }

  /** How many sentences the independent classifier learns from. */
  int classifierSentences() {
    return sentences.size();
  }

  /** Perplexity of people's own stories by the independent language model. */
  double storiesPerplexity() {
    List<String> held = StoryTexts.paragraphs("--prefix-data", setup.prefixData());
    double sum = 0;
    long tokens = 0;
    for (String paragraph : held) {
      int[] ids = model.tokenizer().encode(paragraph);
      sum -= judges.language().logProb(ids, 0);
      tokens += ids.length;
    }
    return Math.exp(sum / tokens);
  }

  /** Runs a row, or reads it where it was run already. */
  ControlRow row(ControlMethod method, String target, long seed) {
    Path file = ControlRow.file(output, method.label(), target, seed);
    if (Files.exists(file)) {
      return ControlRow.read(file);
    }
    ControllerKind kind = method.controller(setup.controller());
    try (TrainedController controller = controller(kind, target, seed)) {
      Instant start = clock.instant();
      List<ControlledRollout> rollouts =
          switch (method) {
            case ControlMethod.Base base -> spoken(controller, 0, seed);
            case ControlMethod.LogitControl(double lambda) -> spoken(controller, lambda, seed);
            case ControlMethod.GradientControl gradient -> descending(controller, seed);
            case ControlMethod.Rldaf rldaf -> learned(rldaf, controller, seed);
          };
      double seconds = Duration.between(start, clock.instant()).toMillis() / 1e3;
      ControlRow row =
          judges.judge(
              new IndependentJudges.Row(
                  method.label(), target, kind.label(), seed, updates(method)),
              prefixes,
              rollouts,
              seconds);
      row.write(output);
      return row;
    }
  }

  private List<ControlledRollout> spoken(TrainedController controller, double lambda, long seed) {
    ControlledSampler sampler =
        ControlledSampler.plugAndPlay(controller, lambda, setup.candidates());
    SamplingOptions options = options(seed);
    return spoken((prompts, keys) -> sampler.sample(model, Adapter.none(), prompts, options, keys));
  }

  /** The prompt is the one that RLDAF starts with. */
  private List<ControlledRollout> descending(TrainedController controller, long seed) {
    ControlSettings settings = ControlSettings.defaults();
    DescendingSampler sampler =
        new DescendingSampler(
            controller,
            new PromptControl.Gradient(
                settings.gradientSteps(), settings.gradientStepSize(), settings.promptKlWeight()),
            settings.geometricMean());
    ControlConfig config = new ControlConfig(new SoftPromptConfig(2, PROMPT_VECTORS), false, null);
    SamplingOptions options = options(seed);
    try (ControlAdapter adapter = ControlAdapter.initialize(model, config, seed)) {
      return spoken((prompts, keys) -> sampler.sample(model, adapter, prompts, options, keys));
    }
  }

  private List<ControlledRollout> learned(
      ControlMethod.Rldaf method, TrainedController controller, long seed) {
    RldafTraining.SampleSizes sizes =
        new RldafTraining.SampleSizes(updates(method), GROUPS, GROUP_SIZE, setup.newTokens());
    try (RldafTraining training =
        RldafTraining.start(model, method, controller, setup.candidates(), sizes, seed)) {
      training.learn(beginnings);
      SamplingOptions options = options(seed);
      return spoken((prompts, keys) -> training.speak(prompts, options, keys));
    }
  }

  private int updates(ControlMethod method) {
    return switch (method) {
      case ControlMethod.Rldaf rldaf ->
          switch (rldaf.form()) {
            case BANK -> setup.updates();
            case GRADIENT -> setup.gradientUpdates();
          };
      case ControlMethod.Base base -> 0;
      case ControlMethod.LogitControl logit -> 0;
      case ControlMethod.GradientControl gradient -> 0;
    };
  }

  private SamplingOptions options(long seed) {
    return SamplingOptions.of(setup.newTokens(), 1, seed);
  }

  private interface Speaker {
    List<ControlledRollout> speak(List<int[]> prompts, List<Long> noiseKeys);
  }

  private List<ControlledRollout> spoken(Speaker speaker) {
    List<ControlledRollout> spoken = new ArrayList<>();
    for (int from = 0; from < prefixes.size(); from += SPOKEN_AT_ONCE) {
      int to = Math.min(from + SPOKEN_AT_ONCE, prefixes.size());
      spoken.addAll(
          speaker.speak(prefixes.subList(from, to), LongStream.range(from, to).boxed().toList()));
    }
    return spoken;
  }

  /** The controller of a target and a seed, which is learned once. */
  private TrainedController controller(ControllerKind kind, String target, long seed) {
    Path folder =
        output.resolve("controllers").resolve("%s-%s-%d".formatted(kind.label(), target, seed));
    if (!Files.exists(folder)) {
      SettingsSource source = SettingsSource.empty().with(setup.controllerSettings());
      source =
          source
              .with("controller", kind.label(), "--controller")
              .with("model_name_or_path", setup.model().toString(), "--model")
              .with("data", setup.controllerData().toString(), "--controller-data")
              .with("label_column", "sentiment", "control")
              .with("attribute", target, "control")
              .with("against", OPPOSITE.get(target), "control")
              .with("seed", Long.toString(seed), "--seeds")
              .with("output_dir", folder.toString(), "--output");
      new ControllerTraining(
              Settings.bind(ControllerSettings.class, source), clock, ProgressStyle.detect())
          .run();
    }
    return ControllerFiles.read(model, RewardFiles.read("--output", folder));
  }

  @Override
  public void close() {
    model.close();
  }
}
