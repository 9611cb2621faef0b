/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.lm.LogitTerm;
import dev.plumbline.lm.SpokenRows;
import dev.plumbline.lm.TokenCandidates;
import dev.plumbline.lm.TokenControl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ControlledSampler} does before each token. Belongs to one call of sampling: what was
 * read to choose the levels is kept for the terms of the same token.
 */
final class AttributeControl implements TokenControl {
  private final AttributeReader reader;
  private final PromptControl.Bank bank;
  private final ResidualControl residual;
  private final int most;
  private double @Nullable [] read;

  AttributeControl(
      AttributeReader reader, PromptControl.Bank bank, ResidualControl residual, int most) {
    this.reader = reader;
    this.bank = bank;
    this.residual = residual;
    this.most = most;
  }

  @Override
  public int candidates() {
    return residual.lambda() == 0 ? 0 : most;
  }

  @Override
  public int[] levels(SpokenRows rows) {
    int[] levels = new int[rows.size()];
    if (bank.levels() > 1) {
      double[] logProbs = reader.now(rows);
      read = logProbs;
      for (int i = 0; i < levels.length; i++) {
        levels[i] = bank.level(Math.exp(logProbs[i]));
      }
    }
    return levels;
  }

  @Override
  public List<LogitTerm> terms(SpokenRows rows, List<TokenCandidates> candidates) {
    if (residual.lambda() == 0) {
      return Collections.nCopies(rows.size(), new LogitTerm.None());
    }
    double[] now = read == null ? reader.now(rows) : read;
    read = null;
    double[][] ahead = reader.ahead(rows, candidates.stream().map(TokenCandidates::ids).toList());
    List<LogitTerm> terms = new ArrayList<>();
    for (int i = 0; i < now.length; i++) {
      double[] ofCandidates = new double[ahead[i].length];
      for (int k = 0; k < ofCandidates.length; k++) {
        ofCandidates[k] = residual.lambda() * ahead[i][k];
      }
      terms.add(new LogitTerm.OfCandidates(ofCandidates, residual.lambda() * now[i]));
    }
    return terms;
  }
}
