/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.TokenRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reward models that differ in their seeds, on one language model. Where they disagree, none of
 * them has learned enough to be believed.
 *
 * <p>Its files are one folder {@code member-0}, {@code member-1}, ... each; a member alone has its
 * files at the top. Owns the members. Used by the thread that uses the model.
 */
public final class RewardEnsemble implements AutoCloseable {
  private static final String MEMBER = "member-";

  private final List<RewardModel> members;

  /**
   * @param members at least one, closed with the ensemble
   */
  public RewardEnsemble(List<RewardModel> members) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("an ensemble needs at least one member");
    }
    this.members = List.copyOf(members);
  }

  /**
   * Reads what {@link #files} wrote, or one reward model.
   *
   * @param files by their path below the ensemble's folder, {@code /} between its parts
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  public static RewardEnsemble read(CausalLanguageModel model, Map<String, byte[]> files) {
    List<RewardModel> members = new ArrayList<>();
    try {
      for (Map<String, byte[]> member = member(files, 0);
          !member.isEmpty();
          member = member(files, members.size())) {
        members.add(RewardModel.read(model, member));
      }
      if (members.isEmpty()) {
        members.add(RewardModel.read(model, files));
      }
      return new RewardEnsemble(members);
    } catch (RuntimeException e) {
      members.forEach(RewardModel::close);
      throw e;
    }
  }

  private static Map<String, byte[]> member(Map<String, byte[]> files, int number) {
    String folder = MEMBER + number + "/";
    Map<String, byte[]> member = new TreeMap<>();
    files.forEach(
        (name, file) -> {
          if (name.startsWith(folder)) {
            member.put(name.substring(folder.length()), file);
          }
        });
    return member;
  }

  /** The members, in order. */
  public List<RewardModel> members() {
    return members;
  }

  /**
   * What the members say of each row.
   *
   * @param batchSize as in {@link RewardModel#scores}
   */
  public List<EnsembleScore> scores(List<TokenRow> rows, int batchSize) {
    List<double[]> perMember =
        members.stream().map(member -> member.scores(rows, batchSize)).toList();
    List<EnsembleScore> scores = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      int index = row;
      scores.add(EnsembleScore.of(perMember.stream().mapToDouble(one -> one[index]).toArray()));
    }
    return scores;
  }

  /**
   * Scores pairs by the members' mean, both texts of a pair in one batch.
   *
   * @param pairsAtOnce pairs computed together
   */
  public List<PairScores> scorePairs(List<RewardPair> pairs, int pairsAtOnce) {
    List<TokenRow> rows = new ArrayList<>();
    for (RewardPair pair : pairs) {
      rows.add(pair.a());
      rows.add(pair.b());
    }
    List<EnsembleScore> scores = scores(rows, 2 * pairsAtOnce);
    List<PairScores> scored = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      scored.add(pairs.get(i).scored(scores.get(2 * i).mean(), scores.get(2 * i + 1).mean()));
    }
    return scored;
  }

  /**
   * All members' files by their path.
   *
   * @param card what each {@code README.md} says
   */
  public SortedMap<String, byte[]> files(String card) {
    if (members.size() == 1) {
      return members.getFirst().files(card);
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < members.size(); i++) {
      String folder = MEMBER + i + "/";
      members.get(i).files(card).forEach((name, file) -> files.put(folder + name, file));
    }
    return files;
  }

  @Override
  public void close() {
    members.forEach(RewardModel::close);
  }
}
