/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import dev.plumbline.judgement.trust.Meetings.Meeting;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who knows and who guesses: competence estimated from how pairs of annotators answered.
 *
 * <p>The model is MACE's (D. Hovy, T. Berg-Kirkpatrick, A. Vaswani, E. Hovy, Learning whom to trust
 * with MACE, NAACL 2013): annotator i knows the truth c of a question with probability k_i and then
 * says it, else guesses verdict a with probability g_i(a). One who always says the same has a guess
 * that explains it, and needs no competence. Two who answer one question are independent given c:
 *
 * <pre>P(i: a, j: b) = sum_c p(c) (k_i [a=c] + (1-k_i) g_i(a)) (k_j [b=c] + (1-k_j) g_j(b))</pre>
 *
 * <p>The product over all pairs is maximised instead of the likelihood of whole questions, a
 * composite likelihood (C. Varin, N. Reid, D. Firth, Statistica Sinica 21, 2011), because it asks
 * for nothing but how often a pair gave a pair of verdicts; that this identifies a crowd is shown
 * by S. Ibrahim, X. Fu, N. Kargas, K. Huang, Crowdsourcing via pairwise co-occurrences, NeurIPS
 * 2019. An answer that met m others counts 1 / (1 + (m - 1) rho) in each meeting, with rho the
 * square of the crowd's mean competence, about the correlation of two meetings of one answer (L.
 * Kish's design effect). p is what competent annotators say on the mean.
 *
 * <p>Given all others, the log-likelihood is concave in k_i: sum n ln(1 + k_i (r - 1)) with r =
 * P(i: a, j: b | i knows) / P(i: a, j: b | i guesses). A prior worth {@link
 * TrustPolicy#newcomerWeight} answers, two thirds of them known, is added. Each round takes an EM
 * step for the guesses and Newton steps for competence. A right answer to a gold question has r =
 * 2, a wrong one 0, as if it were between two.
 *
 * <p>Deterministic: plain arithmetic in sorted order.
 */
public final class CrowdModel {
  static final double NEWCOMER = 2.0 / 3;

  private static final int ROUNDS = 15;
  private static final int NEWTON_STEPS = 6;

  private final Meetings meetings;
  private final boolean[] witness;
  private final double[] perMeeting;
  private final double[] answers;
  private final double[] met;
  private final double[] goldRight;
  private final double[] goldWrong;
  private final int newcomerWeight;
  private final double[] known;
  private final double[][][] guess;
  private final double[][] prior;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * Fits the model to what {@code ledger} has counted.
   *
   * @param excluded annotators who don't count as witnesses of others
   */
  CrowdModel(TrustLedger ledger, Meetings meetings, Set<String> excluded, TrustPolicy policy) {
    this.meetings = meetings;
    int n = meetings.ids().size();
    witness = new boolean[n];
    perMeeting = new double[n];
    answers = new double[n];
    met = new double[n];
    goldRight = new double[n];
    goldWrong = new double[n];
    newcomerWeight = policy.newcomerWeight();
    known = new double[n];
    Arrays.fill(known, NEWCOMER);
    guess = new double[meetings.alphabets().size()][n][];
    prior = new double[meetings.alphabets().size()][];
    for (int i = 0; i < n; i++) {
      String id = meetings.ids().get(i);
      numbers.put(id, i);
      witness[i] = !excluded.contains(id);
    }
    for (int i = 0; i < n; i++) {
      LedgerEntry entry = ledger.annotators().getOrDefault(meetings.ids().get(i), LedgerEntry.NONE);
      goldRight[i] = (double) entry.goldRight() / TrustLedger.UNIT;
      goldWrong[i] = (double) entry.goldWrong() / TrustLedger.UNIT;
      for (Meeting meeting : meetings.of(i)) {
        met[i] += witness[meeting.partner()] ? meeting.count() : 0;
      }
      answers[i] = Math.min(met[i], (double) entry.votes() / TrustLedger.UNIT);
    }
    double[][][] said = said();
    for (int x = 0; x < prior.length; x++) {
      for (int i = 0; i < n; i++) {
        guess[x][i] = shares(meetings.alphabets().get(x), said[x][i]);
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      weighMeetings();
      estimatePrior(said);
      estimateGuesses();
      estimateCompetence();
    }
  }

  /** Returns how {@code annotator} answers; a newcomer who was not seen guesses evenly. */
  public Competence of(String annotator, Alphabet alphabet) {
    int number = numbers.getOrDefault(annotator, -1);
    int x = meetings.alphabets().indexOf(alphabet);
    double[] even = new double[alphabet.size()];
    Arrays.fill(even, 1.0 / alphabet.size());
    double[] guesses = number < 0 || x < 0 ? even : guess[x][number];
    return new Competence(
        number < 0 ? NEWCOMER : known[number], Arrays.stream(guesses).boxed().toList());
  }

  double known(int annotator) {
    return known[annotator];
  }

  /** ln of the odds that {@code annotator} knows a share {@code k} of answers against none. */
  double logOddsAgainstGuessing(int annotator, double k) {
    double sum = goldRight[annotator] * StrictMath.log(1 + k);
    sum += goldWrong[annotator] * StrictMath.log(1 - k);
    for (Meeting meeting : meetings.of(annotator)) {
      if (witness[meeting.partner()]) {
        double ratio = ratio(annotator, meeting);
        sum += perMeeting[annotator] * meeting.count() * StrictMath.log(1 + k * (ratio - 1));
      }
    }
    return sum;
  }

  /** How often each annotator gave each verdict where others did too, an answer counted once. */
  private double[][][] said() {
    double[][][] said = new double[prior.length][known.length][];
    for (int x = 0; x < prior.length; x++) {
      for (int i = 0; i < known.length; i++) {
        said[x][i] = new double[meetings.alphabets().get(x).size()];
      }
    }
    for (int i = 0; i < known.length; i++) {
      for (Meeting meeting : meetings.of(i)) {
        if (witness[meeting.partner()]) {
          said[meeting.alphabet()][i][meeting.said()] += meeting.count() * answers[i] / met[i];
        }
      }
    }
    return said;
  }

  private void weighMeetings() {
    double sum = 0;
    double of = 0;
    for (int i = 0; i < known.length; i++) {
      sum += witness[i] ? known[i] * answers[i] : 0;
      of += witness[i] ? answers[i] : 0;
    }
    double mean = of > 0 ? sum / of : NEWCOMER;
    for (int i = 0; i < known.length; i++) {
      double others = answers[i] > 0 ? met[i] / answers[i] : 1;
      perMeeting[i] = 1 / (1 + (others - 1) * mean * mean);
    }
  }

  private void estimatePrior(double[][][] said) {
    for (int x = 0; x < prior.length; x++) {
      Alphabet alphabet = meetings.alphabets().get(x);
      double[] sums = new double[alphabet.size()];
      for (int i = 0; i < known.length; i++) {
        for (int a = 0; a < sums.length && witness[i]; a++) {
          sums[a] += known[i] * said[x][i][a];
        }
      }
      prior[x] = shares(alphabet, sums);
    }
  }

  private void estimateGuesses() {
    double[][][] guessed = new double[prior.length][known.length][];
    for (int x = 0; x < prior.length; x++) {
      for (int i = 0; i < known.length; i++) {
        guessed[x][i] = new double[meetings.alphabets().get(x).size()];
      }
    }
    for (int i = 0; i < known.length; i++) {
      for (Meeting meeting : meetings.of(i)) {
        if (witness[meeting.partner()]) {
          double odds = known[i] * ratio(i, meeting);
          guessed[meeting.alphabet()][i][meeting.said()] +=
              perMeeting[i] * meeting.count() * (1 - known[i]) / (odds + 1 - known[i]);
        }
      }
    }
    for (int x = 0; x < prior.length; x++) {
      for (int i = 0; i < known.length; i++) {
        guess[x][i] = shares(meetings.alphabets().get(x), guessed[x][i]);
      }
    }
  }

  private void estimateCompetence() {
    double[] next = new double[known.length];
    for (int i = 0; i < known.length; i++) {
      List<Meeting> own =
          meetings.of(i).stream().filter(meeting -> witness[meeting.partner()]).toList();
      double[] ratios = new double[own.size()];
      for (int m = 0; m < ratios.length; m++) {
        ratios[m] = ratio(i, own.get(m));
      }
      next[i] = mostLikely(i, own, ratios);
    }
    System.arraycopy(next, 0, known, 0, next.length);
  }

  private double mostLikely(int annotator, List<Meeting> own, double[] ratios) {
    double right = newcomerWeight * NEWCOMER;
    double wrong = newcomerWeight - right + goldWrong[annotator];
    double k = known[annotator];
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double toOne = 1 / (1 + k);
      double slope = right / k - wrong / (1 - k) + goldRight[annotator] * toOne;
      double bend =
          right / (k * k) + wrong / ((1 - k) * (1 - k)) + goldRight[annotator] * toOne * toOne;
      for (int m = 0; m < ratios.length; m++) {
        double pull = (ratios[m] - 1) / (1 + k * (ratios[m] - 1));
        double count = perMeeting[annotator] * own.get(m).count();
        slope += count * pull;
        bend += count * pull * pull;
      }
      k = Math.max(k / 4, Math.min(1 - (1 - k) / 4, k + slope / bend));
    }
    return k;
  }

  /** P(both answers | the annotator knows) / P(both answers | the annotator guesses). */
  private double ratio(int annotator, Meeting meeting) {
    int x = meeting.alphabet();
    boolean agree = meeting.said() == meeting.partnerSaid();
    return prior[x][meeting.said()]
        * saidGiven(x, meeting.partner(), meeting.partnerSaid(), agree)
        / (guess[x][annotator][meeting.said()]
            * saidAtAll(x, meeting.partner(), meeting.partnerSaid()));
  }

  private double saidGiven(int alphabet, int annotator, int said, boolean isTruth) {
    double guessed = (1 - known[annotator]) * guess[alphabet][annotator][said];
    return isTruth ? known[annotator] + guessed : guessed;
  }

  private double saidAtAll(int alphabet, int annotator, int said) {
    return known[annotator] * prior[alphabet][said]
        + (1 - known[annotator]) * guess[alphabet][annotator][said];
  }

  /** Shares of {@code sums} with one answer added to each, the same for mirror images. */
  private static double[] shares(Alphabet alphabet, double[] sums) {
    double[] shares = new double[sums.length];
    double total = 0;
    for (double sum : sums) {
      total += sum + 1;
    }
    for (int a = 0; a < sums.length; a++) {
      shares[a] = ((sums[a] + sums[alphabet.mirrored(a)]) / 2 + 1) / total;
    }
    return shares;
  }
}
