/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.datasets.Row;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import dev.plumbline.datasets.Row.Unpaired;
import java.util.List;

/** The shape of row that an objective learns from, and what of other rows can be given it. */
enum RowKind {
  PAIRS("pairs"),
  UNPAIRED("unpaired examples"),
  RANKINGS("rankings");

  private final String plural;

  RowKind(String plural) {
    this.plural = plural;
  }

  /**
   * The kind of row that an objective learns from.
   *
   * @throws IllegalArgumentException when files hold nothing that it learns from, or no policy
   *     learns by it
   */
  static RowKind of(Objective objective) {
    return switch (objective) {
      case PairObjective pair -> PAIRS;
      case UnpairedObjective unpaired -> UNPAIRED;
      case ListObjective list -> RANKINGS;
      case RolloutObjective rollouts ->
          throw new IllegalArgumentException(
              "loss_type %s learns from rollouts, with the sampler's tokens and a reward each, which files don't hold"
                  .formatted(rollouts.name()));
      case RewardObjective reward ->
          throw new IllegalArgumentException(
              "loss_type %s learns a reward model, not a policy: plumbline reward train learns one from files"
                  .formatted(reward.name()));
    };
  }

  /** How messages call several of them. */
  String plural() {
    return plural;
  }

  /**
   * Rows of this kind that say what a row says.
   *
   * <p>A pair is two unpaired examples, as TRL's KTO trainer has it, and a ranking of two. A
   * ranking of two that aren't tied is a pair. Nothing else is made of one another: an unpaired
   * example has no opponent, and which pairs of a longer ranking should count is nobody's default.
   *
   * @throws UnfitRowException when the row says something else
   */
  List<Row> from(Row row) {
    return switch (row) {
      case Pair pair -> fromPair(pair.explicit());
      case Unpaired unpaired -> {
        if (this != UNPAIRED) {
          throw new UnfitRowException(
              this, row, "loss_type kto and apo_zero_unpaired learn from unpaired examples");
        }
        yield List.of(unpaired);
      }
      case Ranking ranking -> fromRanking(ranking);
      case Row.PromptOnly prompt ->
          throw new UnfitRowException(this, row, "a prompt alone says nothing of completions");
      case Row.Steps steps ->
          throw new UnfitRowException(this, row, "labels of steps are for reward models of steps");
      case Row.Votes votes ->
          throw new UnfitRowException(
              this,
              row,
              "plumbline replay gives votes to the streams, which weigh annotators and make pairs");
    };
  }

  private List<Row> fromPair(Pair pair) {
    if (pair.prompt() == null) {
      throw new IllegalArgumentException("a pair must have its prompt split off");
    }
    return switch (this) {
      case PAIRS -> List.of(pair);
      case UNPAIRED ->
          List.of(
              new Unpaired(pair.prompt(), pair.chosen(), true, pair.extras()),
              new Unpaired(pair.prompt(), pair.rejected(), false, pair.extras()));
      case RANKINGS ->
          List.of(
              new Ranking(
                  pair.prompt(),
                  List.of(new Ranked(0, pair.chosen()), new Ranked(1, pair.rejected())),
                  pair.extras()));
    };
  }

  private List<Row> fromRanking(Ranking ranking) {
    return switch (this) {
      case PAIRS -> {
        List<Ranked> two = ranking.completions();
        if (two.size() != 2 || two.getFirst().rank() == two.getLast().rank()) {
          throw new UnfitRowException(
              this, ranking, "loss_type plackett_luce learns from rankings of any length");
        }
        boolean inOrder = two.getFirst().rank() < two.getLast().rank();
        yield List.of(
            new Pair(
                ranking.prompt(),
                two.get(inOrder ? 0 : 1).completion(),
                two.get(inOrder ? 1 : 0).completion(),
                ranking.extras()));
      }
      case UNPAIRED ->
          throw new UnfitRowException(
              this, ranking, "loss_type plackett_luce learns from rankings");
      case RANKINGS -> List.of(ranking);
    };
  }
}
