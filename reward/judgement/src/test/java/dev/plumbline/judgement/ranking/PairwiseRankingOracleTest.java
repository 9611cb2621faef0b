/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.judgement.Oracles;
import dev.plumbline.judgement.ranking.CrowdBradleyTerry.Annotator;
import dev.plumbline.judgement.ranking.CrowdBradleyTerry.Candidate;
import dev.plumbline.judgement.ranking.CrowdBradleyTerry.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PairwiseRankingOracleTest {
  private static final double RELATIVE = 1e-9;

  @TestFactory
  Stream<DynamicTest> shouldMatchReferenceNumbers() {
    return Oracles.tests(
        Oracles.read("pairwise_ranking.json"),
        one -> {
          JsonNode inputs = one.get("inputs");
          JsonNode expected = one.get("expected");
          double alpha = one.get("config").path("alpha").asDouble();
          switch (one.get("kind").asText()) {
            case "bt_mle" -> checkMostLikely(wins(inputs), expected);
            case "bt_map_l2" ->
                close(BradleyTerry.regularised(wins(inputs), alpha), expected.get("params"), 1e-6);
            case "plackett_luce_mle" -> checkPlackettLuce(inputs, expected);
            case "pl_lsr_one_step" ->
                close(
                    PlackettLuce.spectral(inputs.get("n_items").asInt(), rankings(inputs), alpha),
                    expected.get("params_centred"),
                    RELATIVE);
            case "bt_ep_gaussian_posterior" -> checkPropagation(inputs, alpha, expected);
            case "crowd_bt_online" -> checkCrowd(inputs, expected);
            case "elo_and_bt_with_ties_as_half_wins" ->
                checkRatings(inputs.get("battles"), one.get("config"), expected);
            default -> throw new AssertionError("unknown case " + one.get("kind"));
          }
        });
  }

  private static void checkMostLikely(Wins wins, JsonNode expected) {
    double[] theta = BradleyTerry.mostLikely(wins);
    close(theta, expected.get("params_centred_mm"), RELATIVE);
    close(theta, expected.get("params_centred_ilsr"), RELATIVE);
    assertThat(BradleyTerry.logLikelihood(wins, theta))
        .isCloseTo(expected.get("log_likelihood").asDouble(), within(1e-9));
  }

  private static void checkPlackettLuce(JsonNode inputs, JsonNode expected) {
    double[] theta = PlackettLuce.mostLikely(inputs.get("n_items").asInt(), rankings(inputs));
    close(theta, expected.get("params_centred_mm"), RELATIVE);
    close(theta, expected.get("params_centred"), RELATIVE);
    assertThat(PlackettLuce.logLikelihood(rankings(inputs), theta))
        .isCloseTo(expected.get("log_likelihood").asDouble(), within(1e-9));
  }

  private static void checkPropagation(JsonNode inputs, double alpha, JsonNode expected) {
    GaussianBradleyTerry posterior =
        GaussianBradleyTerry.of(inputs.get("n_items").asInt(), winList(inputs), alpha);
    close(posterior.mean(), expected.get("mean"), 1e-3);
    close(posterior.variances(), expected.get("cov_diag"), 1e-3);
  }

  private static void checkCrowd(JsonNode inputs, JsonNode expected) {
    List<Candidate> candidates =
        new ArrayList<>(Collections.nCopies(inputs.get("n_items").asInt(), Candidate.NEWCOMER));
    List<Annotator> annotators =
        new ArrayList<>(
            Collections.nCopies(expected.get("final_annotators").size(), Annotator.NEWCOMER));
    JsonNode comparisons = inputs.get("annotator_winner_loser");
    for (int step = 0; step < comparisons.size(); step++) {
      int who = comparisons.get(step).get(0).asInt();
      int winner = comparisons.get(step).get(1).asInt();
      int loser = comparisons.get(step).get(2).asInt();
      JsonNode trace = expected.get("trace").get(step);
      assertThat(
              CrowdBradleyTerry.expectedGain(
                  annotators.get(who), candidates.get(winner), candidates.get(loser)))
          .isCloseTo(trace.get("expected_information_gain_before").asDouble(), within(RELATIVE));
      Update update =
          CrowdBradleyTerry.update(
              annotators.get(who), candidates.get(winner), candidates.get(loser));
      annotators.set(who, update.annotator());
      candidates.set(winner, update.winner());
      candidates.set(loser, update.loser());
      double[] actual = {
        update.annotator().alpha(),
        update.annotator().beta(),
        update.winner().mean(),
        update.winner().variance(),
        update.loser().mean(),
        update.loser().variance()
      };
      List<String> names =
          List.of("alpha", "beta", "mu_winner", "sigma_sq_winner", "mu_loser", "sigma_sq_loser");
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i])
            .as("%s after %d", names.get(i), step)
            .isCloseTo(trace.get(names.get(i)).asDouble(), within(1e-8));
      }
    }
    for (int i = 0; i < candidates.size(); i++) {
      double[] own = {candidates.get(i).mean(), candidates.get(i).variance()};
      close(own, expected.get("final_items").get(i), 1e-8);
    }
    for (int i = 0; i < annotators.size(); i++) {
      double[] own = {annotators.get(i).alpha(), annotators.get(i).beta()};
      close(own, expected.get("final_annotators").get(i), 1e-8);
    }
  }

  private static void checkRatings(JsonNode battles, JsonNode config, JsonNode expected) {
    Map<String, Integer> numbers = new TreeMap<>();
    expected.get("elo").fieldNames().forEachRemaining(name -> numbers.put(name, 0));
    List<String> names = List.copyOf(numbers.keySet());
    double[] ratings = new double[names.size()];
    Arrays.fill(ratings, Elo.START);
    double[][] counts = new double[names.size()][names.size()];
    Elo elo = new Elo(config.get("k").asDouble());
    for (JsonNode battle : battles) {
      int a = names.indexOf(battle.get(0).asText());
      int b = names.indexOf(battle.get(1).asText());
      Elo.Outcome outcome =
          switch (battle.get(2).asText()) {
            case "model_a" -> Elo.Outcome.WON;
            case "model_b" -> Elo.Outcome.LOST;
            default -> Elo.Outcome.DRAWN;
          };
      double change = elo.change(ratings[a], ratings[b], outcome);
      ratings[a] += change;
      ratings[b] -= change;
      switch (outcome) {
        case WON -> counts[a][b]++;
        case LOST -> counts[b][a]++;
        case DRAWN -> {
          counts[a][b] += 0.5;
          counts[b][a] += 0.5;
        }
      }
    }
    double[] theta = BradleyTerry.mostLikely(new Wins(counts));
    for (int i = 0; i < names.size(); i++) {
      assertThat(ratings[i])
          .isCloseTo(expected.get("elo").get(names.get(i)).asDouble(), within(1e-9));
      assertThat(Elo.rating(theta[i]))
          .isCloseTo(expected.get("bt_ratings").get(names.get(i)).asDouble(), within(1e-3));
    }
  }

  private static Wins wins(JsonNode inputs) {
    return Wins.of(inputs.get("n_items").asInt(), winList(inputs));
  }

  private static List<Wins.Win> winList(JsonNode inputs) {
    return StreamSupport.stream(inputs.get("winner_loser").spliterator(), false)
        .map(win -> new Wins.Win(win.get(0).asInt(), win.get(1).asInt()))
        .toList();
  }

  private static List<int[]> rankings(JsonNode inputs) {
    return StreamSupport.stream(inputs.get("rankings_best_first").spliterator(), false)
        .map(Oracles::vector)
        .map(ranking -> Arrays.stream(ranking).mapToInt(x -> (int) x).toArray())
        .toList();
  }

  private static void close(double[] actual, JsonNode expected, double tolerance) {
    double[] numbers = Oracles.vector(expected);
    assertThat(actual).hasSameSizeAs(numbers);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(actual[i])
          .isCloseTo(numbers[i], within(tolerance * Math.max(1, Math.abs(numbers[i]))));
    }
  }
}
