/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A weighted sum of pair objectives, as in mixed preference optimisation (MPO): a preference term,
 * a quality term and the likelihood of the better completion.
 *
 * <pre>
 *   L_i = sum_k c_k L_i(k)
 * </pre>
 *
 * <p>Source: Wang et al., arXiv 2411.10442 (weights 0.8, 0.2 and 1 for sigmoid, bco_pair and sft);
 * TRL's {@code loss_type} list with {@code loss_weights}.
 *
 * <p>Limits: one part of weight 1 is that part. The logged rewards are those of the first part. It
 * needs what any part needs: one part on the whole batch makes two passes.
 *
 * <p>Worked number: 0.8 and 0.2 of parts that lose 0.5 and 1: L = 0.6.
 *
 * @param parts the objectives and their weights; at least one
 */
public record CombinedObjective(List<Part> parts) implements PairObjective {

  /**
   * One summand.
   *
   * @param objective the loss
   * @param weight what it counts; at least 0
   */
  public record Part(PairObjective objective, double weight) {
    public Part {
      Requirements.atLeastZero("loss_weights", weight, "0.2 to 1");
    }
  }

  public CombinedObjective {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a combined objective needs at least one part");
    }
    parts = List.copyOf(parts);
  }

  @Override
  public String name() {
    return parts.stream().map(part -> part.objective().name()).collect(Collectors.joining("+"));
  }

  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return parts.stream().allMatch(part -> part.objective().takes(a, b));
  }

  @Override
  public Set<Statistic> statistics() {
    Set<Statistic> statistics = EnumSet.noneOf(Statistic.class);
    parts.forEach(part -> statistics.addAll(part.objective().statistics()));
    return statistics;
  }

  @Override
  public LabelScope labels() {
    return parts.stream().anyMatch(part -> part.objective().labels() == LabelScope.ALL)
        ? LabelScope.ALL
        : LabelScope.COMPLETION;
  }

  @Override
  public BatchUse batchUse() {
    return parts.stream()
        .map(part -> part.objective().batchUse())
        .reduce(BatchUse.SEPARABLE, BatchUse::and);
  }

  @Override
  public List<PairValue> evaluate(List<PairStatistics> batch) {
    Part first = parts.getFirst();
    List<PairValue> sums = new ArrayList<>();
    for (PairValue value : first.objective().evaluate(batch)) {
      sums.add(value.times(first.weight()));
    }
    for (Part part : parts.subList(1, parts.size())) {
      List<PairValue> values = part.objective().evaluate(batch);
      for (int i = 0; i < values.size(); i++) {
        sums.set(i, sums.get(i).plus(part.weight(), values.get(i)));
      }
    }
    return sums;
  }
}
