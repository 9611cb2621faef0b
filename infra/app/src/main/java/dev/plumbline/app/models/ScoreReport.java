/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.lm.text.Tokenizer;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;

/** Prints scored rows, as lines of JSON or as tables. */
final class ScoreReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Tokenizer tokenizer;
  private final Set<Statistic> statistics;
  private final boolean json;
  private final PrintWriter out;

  ScoreReport(Tokenizer tokenizer, Set<Statistic> statistics, boolean json, PrintWriter out) {
    this.tokenizer = tokenizer;
    this.statistics = statistics;
    this.json = json;
    this.out = out;
  }

  /** Its name on the command line. */
  static String name(Statistic statistic) {
    return statistic.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param number of the row in the file's rows, from 0
   * @param scored a batch
   * @param index of the row in the batch
   * @param isText whether the tokens' texts are shown
   */
  void print(int number, TokenStatistics scored, int index, boolean isText) {
    if (json) {
      out.println(line(scored, index, isText));
    } else {
      table(number, scored, index);
    }
  }

  private ObjectNode line(TokenStatistics scored, int index, boolean isText) {
    TokenRow row = scored.rows().get(index);
    ObjectNode line = JSON.createObjectNode();
    ArrayNode ids = line.putArray("ids");
    for (int id : row.ids()) {
      ids.add(id);
    }
    if (isText) {
      ArrayNode tokens = line.putArray("tokens");
      for (int id : row.ids()) {
        tokens.add(token(id));
      }
    }
    line.put("completion_start", row.completionStart());
    for (Statistic statistic : statistics) {
      ArrayNode values = line.putArray(key(statistic));
      for (double value : scored.values(statistic, index)) {
        values.add(value);
      }
    }
    ObjectNode sums = line.putObject("sums");
    for (Statistic statistic : statistics) {
      sums.put(key(statistic), scored.completionSum(statistic, index));
    }
    return line;
  }

  /** Its key in a line of JSON. */
  private static String key(Statistic statistic) {
    return switch (statistic) {
      case LOG_PROB, REFERENCE_LOG_PROB -> name(statistic) + "s";
      case ENTROPY, FORWARD_KL, REVERSE_KL, LOG_SUM_SQUARED_PROB, MEAN_LOGIT, TOP_ONE ->
          name(statistic);
    };
  }

  private void table(int number, TokenStatistics scored, int index) {
    TokenRow row = scored.rows().get(index);
    int[] ids = row.ids();
    out.printf(
        "row %d: %d tokens, completion from %d%n", number, ids.length, row.completionStart());
    out.printf("  %5s %7s", "", "id");
    statistics.forEach(statistic -> out.print(column(statistic, name(statistic))));
    out.println("  token");
    for (int position = 0; position < ids.length; position++) {
      out.printf("  %5d %7d", position, ids[position]);
      for (Statistic statistic : statistics) {
        out.print(
            position == 0
                ? column(statistic, "")
                : column(statistic, scored.value(statistic, index, position - 1)));
      }
      out.println("  " + quoted(token(ids[position])));
    }
    out.printf("  %13s", "completion");
    statistics.forEach(
        statistic -> out.print(column(statistic, scored.completionSum(statistic, index))));
    out.printf("  sum over %d tokens%n", row.completionTokens());
  }

  private static String column(Statistic statistic, double value) {
    return column(statistic, String.format(Locale.ROOT, "%.4f", value));
  }

  private static String column(Statistic statistic, String text) {
    int width = 1 + Math.max(10, name(statistic).length());
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }

  private String token(int id) {
    return tokenizer.decodeWithSpecials(new int[] {id});
  }

  private static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }
}
