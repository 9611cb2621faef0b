/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ScoredUnpaired;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.alignment.objectives.UnpairedBatchValue;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.alignment.objectives.UnpairedStatistics;
import dev.plumbline.lm.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Completions judged alone, for objectives on thumbs. */
record UnpairedBatch(UnpairedObjective objective, int maxLength)
    implements ExampleKind<EncodedUnpaired, ScoredUnpaired> {
  @Override
  public Class<EncodedUnpaired> example() {
    return EncodedUnpaired.class;
  }

  @Override
  public String plural() {
    return "examples";
  }

  @Override
  public List<EncodedCompletion> completions(EncodedUnpaired example) {
    return List.of(example.completion());
  }

  @Override
  public List<EncodedCompletion> contrasts(List<EncodedUnpaired> batch) {
    if (!objective.needsMismatched() || batch.size() < 2) {
      return List.of();
    }
    List<EncodedCompletion> mismatched = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      EncodedUnpaired before = batch.get((i + batch.size() - 1) % batch.size());
      mismatched.add(
          EncodedCompletion.of(joined(batch.get(i).completion().row(), before.completion().row())));
    }
    return mismatched;
  }

  /** The prompt of one row and the completion of another. */
  private TokenRow joined(TokenRow promptOf, TokenRow completionOf) {
    int[] prompt = Arrays.copyOf(promptOf.ids(), promptOf.completionStart());
    int room = Math.max(1, maxLength - prompt.length);
    int from = completionOf.completionStart();
    int to = Math.min(completionOf.length(), from + room);
    return TokenRow.of(prompt, Arrays.copyOfRange(completionOf.ids(), from, to));
  }

  @Override
  public List<ScoredUnpaired> evaluate(
      List<EncodedUnpaired> examples,
      List<EncodedUnpaired> batch,
      List<List<CompletionStatistics>> said,
      List<CompletionStatistics> contrasts) {
    List<UnpairedStatistics> statistics = new ArrayList<>(examples.size());
    for (int i = 0; i < examples.size(); i++) {
      @Nullable CompletionStatistics mismatched = contrasts.isEmpty() ? null : contrasts.get(i);
      statistics.add(
          new UnpairedStatistics(
              said.get(i).getFirst(),
              mismatched,
              examples.get(i).belief(),
              examples.get(i).weight()));
    }
    UnpairedBatchValue values = objective.evaluate(statistics);
    List<ScoredUnpaired> scored = new ArrayList<>(examples.size());
    for (int i = 0; i < examples.size(); i++) {
      scored.add(
          new ScoredUnpaired(statistics.get(i), values.values().get(i), values.referencePoint()));
    }
    return scored;
  }

  @Override
  public double weight(ScoredUnpaired example) {
    return example.statistics().weight();
  }

  @Override
  public List<TokenDerivatives> derivatives(ScoredUnpaired example) {
    return List.of(example.value().completion());
  }
}
