/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.ExampleEncoder;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.alignment.LearningStep;
import dev.plumbline.alignment.ObjectiveTrainer;
import dev.plumbline.alignment.StepPlan;
import dev.plumbline.alignment.TrainedPolicy;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.feeds.SourcePrompt;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The whole loop without Kafka: two completions for each prompt from the newest version, three
 * noisy annotators, DPO with an adapter, a measured version after every so many examples.
 * Completions reach the trainer as late as the sampler's back-pressure allows.
 */
final class LoopSimulation {
  private static final int ANNOTATORS = 3;
  private static final int SAMPLED_AT_ONCE = 16;

  /**
   * @param lag examples that wait between sampler and trainer
   * @param reliability probability that an annotator gives the true one of three answers
   */
  record Setup(
      int rank,
      double alpha,
      double learningRate,
      double beta,
      double labelSmoothing,
      int batchSize,
      int examplesPerVersion,
      int passes,
      int lag,
      double reliability) {

    /** The defaults of the loop. */
    static final Setup CHOSEN = new Setup(8, 16, 2e-3, 0.5, 0, 32, 64, 1, 64, 0.9);
  }

  private final CausalLanguageModel model;
  private final Setup setup;
  private final long seed;
  private final RandomGenerator random;
  private final ExampleEncoder encoder;
  private final PhraseAttribute attribute = PhraseAttribute.ofReviews();
  private final List<SourcePrompt> prompts = new PocketPrompts().train();
  private final Deque<EncodedPair> waiting = new ArrayDeque<>();
  private int prompted;

  LoopSimulation(CausalLanguageModel model, Setup setup, long seed) {
    this.model = model;
    this.setup = setup;
    this.seed = seed;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.encoder = ExampleEncoder.of(model, 128);
  }

  /** Metrics of each version, the text of five samples of the last one printed by the caller. */
  List<Map<String, Double>> run(int versions, PocketWinRate winRate, List<String> samples) {
    List<Map<String, Double>> measured = new ArrayList<>();
    try (LoraAdapter adapter =
            LoraAdapter.initialize(model, LoraConfig.of(setup.rank(), setup.alpha()), seed);
        AdamW optimizer =
            AdamW.create(AdamWConfig.of(setup.learningRate()), adapter.parameters())) {
      ObjectiveTrainer<EncodedPair, ScoredPair> trainer =
          ObjectiveTrainer.ofPairs(
              new TrainedPolicy.OfAdapter(model, adapter),
              optimizer,
              new DpoObjective(setup.beta(), setup.labelSmoothing()),
              new StepPlan(setup.batchSize(), setup.batchSize(), 64, seed));
      for (int version = 1; version <= versions; version++) {
        long started = System.nanoTime();
        List<EncodedPair> examples = examples(adapter);
        long sampled = System.nanoTime();
        List<ScoredPair> first = learn(trainer, examples);
        long learned = System.nanoTime();
        Map<String, Double> metrics = new TreeMap<>(LearningMetrics.of(first));
        metrics.putAll(winRate.measure(adapter));
        metrics.put("seconds/sampling", (sampled - started) / 1e9);
        metrics.put("seconds/learning", (learned - sampled) / 1e9);
        metrics.put("seconds/measuring", (System.nanoTime() - learned) / 1e9);
        measured.add(metrics);
      }
      samples.addAll(winRate.texts(adapter).subList(0, 5));
    }
    return measured;
  }

  /** All passes over one version's examples; returns what the first pass saw. */
  private List<ScoredPair> learn(
      ObjectiveTrainer<EncodedPair, ScoredPair> trainer, List<EncodedPair> examples) {
    List<ScoredPair> first = new ArrayList<>();
    for (int pass = 0; pass < setup.passes(); pass++) {
      for (int from = 0; from < examples.size(); from += setup.batchSize()) {
        int to = Math.min(from + setup.batchSize(), examples.size());
        LearningStep<ScoredPair> step = trainer.step(examples.subList(from, to));
        if (pass == 0) {
          first.addAll(step.scored());
        }
      }
    }
    return first;
  }

  private List<EncodedPair> examples(LoraAdapter adapter) {
    while (waiting.size() < setup.examplesPerVersion() + setup.lag()) {
      sample(adapter);
    }
    List<EncodedPair> examples = new ArrayList<>();
    while (examples.size() < setup.examplesPerVersion()) {
      examples.add(waiting.removeFirst());
    }
    return examples;
  }

  private void sample(LoraAdapter adapter) {
    List<SourcePrompt> asked = new ArrayList<>();
    for (int i = 0; i < SAMPLED_AT_ONCE; i++) {
      asked.add(prompts.get(prompted++ % prompts.size()));
    }
    List<int[]> ids = new ArrayList<>();
    List<Long> noiseKeys = new ArrayList<>();
    for (SourcePrompt prompt : asked) {
      ids.addAll(Collections.nCopies(2, model.tokenizer().encodePrompt(prompt.text())));
      noiseKeys.add(random.nextLong());
      noiseKeys.add(random.nextLong());
    }
    SamplingOptions options = SamplingOptions.of(PocketPolicy.MAX_NEW_TOKENS, 1, seed);
    List<SampledCompletion> completions = model.sample(ids, adapter, options, noiseKeys);
    for (int i = 0; i < asked.size(); i++) {
      String a = model.tokenizer().decode(completions.get(2 * i).ids());
      String b = model.tokenizer().decode(completions.get(2 * i + 1).ids());
      judge(asked.get(i).text(), a, b);
    }
  }

  /** Votes on a pair; a pair whose consensus is a tie makes no example. */
  private void judge(String prompt, String a, String b) {
    int truth = Integer.signum(attribute.of(a) - attribute.of(b)) + 1;
    double[] probs = {1, 1, 1};
    for (int i = 0; i < ANNOTATORS; i++) {
      int vote =
          random.nextDouble() < setup.reliability() ? truth : (truth + 1 + random.nextInt(2)) % 3;
      for (int answer = 0; answer < 3; answer++) {
        probs[answer] *= answer == vote ? setup.reliability() : (1 - setup.reliability()) / 2;
      }
    }
    if (probs[1] < Math.max(probs[0], probs[2])) {
      double belief = (probs[2] + probs[1] / 2) / (probs[0] + probs[1] + probs[2]);
      waiting.add(encoder.pair(prompt, a, b, belief, 0, 1));
    }
  }
}
