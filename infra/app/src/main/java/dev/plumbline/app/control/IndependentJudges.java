/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.app.control.BigramClassifier.Example;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.control.ControlledRollout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who judges texts: neither has learned from what controllers learn from, and both are of another
 * family.
 *
 * @param classifier of the attribute, of the positive one
 * @param language whose perplexity counts
 * @param tokenizer of the policy
 * @param special ids that are no text
 */
record IndependentJudges(
    BigramClassifier classifier, NGramModel language, Tokenizer tokenizer, Set<Integer> special) {
  private static final int ORDER = 5;
  private static final int SAMPLES = 5;

  /**
   * Learns both.
   *
   * @param stories paragraphs for the language model
   */
  static IndependentJudges learn(
      List<Example> sentences, List<String> stories, Tokenizer tokenizer, ModelConfig config) {
    List<int[]> texts = stories.stream().map(tokenizer::encode).toList();
    Set<Integer> special = new HashSet<>(config.eosTokenIds());
    special.add(config.bosTokenId());
    return new IndependentJudges(
        BigramClassifier.learn(sentences, 0),
        NGramModel.learn(texts, ORDER, config.vocabularySize(), config.bosTokenId()),
        tokenizer,
        special);
  }

  /**
   * Judges texts.
   *
   * @param row names of the row to fill
   * @param prompts one per rollout
   */
  ControlRow judge(Row row, List<int[]> prompts, List<ControlledRollout> rollouts, double seconds) {
    boolean positive = row.target().equals(ControlExperiment.POSITIVE);
    int right = 0;
    double targetProb = 0;
    double attainment = 0;
    double[] negativeLogProbs = new double[rollouts.size()];
    int[] tokens = new int[rollouts.size()];
    List<String> spoken = new ArrayList<>();
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < rollouts.size(); i++) {
      int[] prompt = plain(prompts.get(i));
      int[] completion = plain(rollouts.get(i).completion().ids());
      int[] text = Arrays.copyOf(prompt, prompt.length + completion.length);
      System.arraycopy(completion, 0, text, prompt.length, completion.length);
      double prob = classifier.prob(tokenizer.decode(text));
      double ofTarget = positive ? prob : 1 - prob;
      right += ofTarget > 0.5 ? 1 : 0;
      targetProb += ofTarget;
      attainment += Math.exp(rollouts.get(i).endLogProb());
      negativeLogProbs[i] = -language.logProb(text, prompt.length);
      tokens[i] = completion.length;
      spoken.add(tokenizer.decode(completion));
      if (i < SAMPLES) {
        samples.add(tokenizer.decode(prompt) + "|" + tokenizer.decode(completion));
      }
    }
    double sum = Arrays.stream(negativeLogProbs).sum();
    long all = Arrays.stream(tokens).asLongStream().sum();
    double squares = 0;
    for (int i = 0; i < tokens.length; i++) {
      double off = negativeLogProbs[i] - sum / all * tokens[i];
      squares += off * off;
    }
    int n = rollouts.size();
    return new ControlRow(
        row.method(),
        row.target(),
        row.controller(),
        row.seed(),
        row.updates(),
        n,
        right,
        targetProb / n,
        attainment / n,
        all,
        sum,
        squares,
        DistinctNGrams.of(spoken, 1),
        DistinctNGrams.of(spoken, 2),
        DistinctNGrams.of(spoken, 3),
        seconds,
        samples);
  }

  private int[] plain(int[] ids) {
    return Arrays.stream(ids).filter(id -> !special.contains(id)).toArray();
  }

  /** What tells a row from others. */
  record Row(String method, String target, String controller, long seed, int updates) {}
}
