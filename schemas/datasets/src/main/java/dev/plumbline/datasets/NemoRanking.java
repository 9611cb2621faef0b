/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.NEMO_RANKING;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * NeMo-RL's preference rows: {@code context} and {@code completions}, each with {@code rank} (0 is
 * best) and {@code completion}; all message lists, texts are written so.
 */
final class NemoRanking implements Layout {
  private static final String HINT =
      "such as {\"rank\": 0, \"completion\": [{\"role\": \"assistant\", \"content\": \"Hello\"}]}";

  @Override
  public List<String> fields() {
    return List.of("context", "completions");
  }

  @Override
  public Row read(Columns row) {
    Messages context = row.messages("context");
    List<Ranked> completions = new ArrayList<>();
    for (Object element : row.list("completions", HINT)) {
      completions.add(ranked("completions[" + completions.size() + "]", element));
    }
    if (completions.size() < 2) {
      throw new RowProblem(
          "completions", "must be at least two, but were " + completions.size(), HINT);
    }
    return new Ranking(context, completions, row.rest(null));
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    return switch (row) {
      case Ranking ranking -> write(ranking);
      case Pair pair -> {
        Pair explicit = pair.explicit();
        yield write(
            new Ranking(
                Held.present(explicit.prompt()),
                List.of(new Ranked(0, explicit.chosen()), new Ranked(1, explicit.rejected())),
                explicit.extras()));
      }
      case Row.Unpaired other -> throw Held.refused(NEMO_RANKING, other);
      case Row.PromptOnly other -> throw Held.refused(NEMO_RANKING, other);
      case Row.Steps other -> throw Held.refused(NEMO_RANKING, other);
      case Row.Votes other -> throw Held.refused(NEMO_RANKING, other);
    };
  }

  private static SequencedMap<String, @Nullable Object> write(Ranking ranking) {
    Held.noTools(NEMO_RANKING, ranking.extras());
    List<Object> completions = new ArrayList<>();
    for (Ranked one : ranking.completions()) {
      Map<String, Object> written = new LinkedHashMap<>();
      written.put("rank", (long) one.rank());
      written.put("completion", Held.plain(one.completion().messages(Message.ASSISTANT)));
      completions.add(written);
    }
    return new WrittenRow()
        .with("context", Held.plain(Held.promptMessages(NEMO_RANKING, ranking.prompt())))
        .with("completions", completions)
        .and(NEMO_RANKING, ranking.extras());
  }

  private static Ranked ranked(String path, Object element) {
    Columns one = Columns.object(path, element, HINT);
    Object rank = one.take("rank");
    if (!(rank instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
      throw new RowProblem(
          path + ".rank",
          "must be a whole number from 0, but was " + PlainJson.shown(rank),
          "0 is the best; equal ranks are a tie");
    }
    Messages completion = one.messages("completion");
    one.end();
    return new Ranked(number.intValue(), completion);
  }
}
