/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.app.trust.CrowdLabels.Vote;
import dev.plumbline.app.trust.EpochReplay.Ballot;
import dev.plumbline.app.trust.EpochReplay.Weighed;
import dev.plumbline.judgement.batch.DawidSkene;
import dev.plumbline.judgement.batch.OneCoin;
import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.CountedVote;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What becomes of labels: P(class) by item. */
enum LabelMethod {
  /** Shares of labels. */
  MAJORITY("majority") {
    @Override
    double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs) {
      return labels.labels().shares();
    }
  },
  /** All labels at once: one number per annotator. */
  ONE_COIN("one-coin, batch") {
    @Override
    double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs) {
      return OneCoin.fit(labels.labels(), ROUNDS).posteriors();
    }
  },
  /** All labels at once: a confusion matrix per annotator. */
  DAWID_SKENE("Dawid-Skene, batch") {
    @Override
    double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs) {
      return new DawidSkene(0).fit(labels.labels(), ROUNDS, 1e-6).posteriors();
    }
  },
  /** Shares of trust, each label weighed with the epochs before its own. */
  TRUST_SHARE("epoch trust, share") {
    @Override
    double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs) {
      return epochs(labels, alphabet, epochs, TRUST_SHARE);
    }
  },
  /** Posterior by competence, each label weighed with the epochs before its own. */
  TRUST_POSTERIOR("epoch trust, posterior") {
    @Override
    double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs) {
      return epochs(labels, alphabet, epochs, TRUST_POSTERIOR);
    }
  };

  private static final int ROUNDS = 50;

  private final String title;

  LabelMethod(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract double[][] posteriors(CrowdLabels labels, Alphabet alphabet, int epochs);

  /** Classes are equally likely beforehand, for what is asked is seldom what is common. */
  private static double[][] epochs(
      CrowdLabels labels, Alphabet alphabet, int epochs, LabelMethod rule) {
    List<Ballot> ballots = new ArrayList<>();
    for (int v = 0; v < labels.votes().size(); v++) {
      Vote vote = labels.votes().get(v);
      int epoch = (int) ((long) v * epochs / labels.votes().size());
      ballots.add(
          new Ballot(
              epoch,
              vote.item(),
              new CountedVote(vote.annotator(), vote.label(), null, null, null)));
    }
    List<String> items = labels.items();
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      numbers.put(items.get(i), i);
    }
    int classes = labels.classes().size();
    double[][] sums = new double[items.size()][classes];
    for (Weighed weighed : EpochReplay.weigh(ballots, alphabet, TrustPolicy.DEFAULT)) {
      double[] sum = sums[numbers.get(weighed.ballot().item())];
      int said = weighed.ballot().vote().verdict();
      for (int c = 0; c < classes; c++) {
        sum[c] +=
            rule == TRUST_SHARE
                ? (c == said ? weighed.standing().trustPpm() : 0)
                : Math.log(weighed.competence().probability(said, c));
      }
    }
    for (double[] sum : sums) {
      double most = Double.NEGATIVE_INFINITY;
      for (double s : sum) {
        most = Math.max(most, s);
      }
      double total = 0;
      for (int c = 0; c < classes; c++) {
        sum[c] = rule == TRUST_SHARE ? (most == 0 ? 1 : sum[c]) : Math.exp(sum[c] - most);
        total += sum[c];
      }
      for (int c = 0; c < classes; c++) {
        sum[c] /= total;
      }
    }
    return sums;
  }
}
