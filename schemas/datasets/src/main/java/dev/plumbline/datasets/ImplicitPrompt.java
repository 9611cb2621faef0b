/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Row.Pair;
import java.util.List;

/**
 * The prompt of a pair that has none of its own: what chosen and rejected begin with alike. Of
 * message lists, the longest common list; of texts, the longest common prefix, cut back to the last
 * {@code Assistant:} turn where it has one (two answers may begin with the same words), else to the
 * end of a word. Empty where they begin differently.
 */
final class ImplicitPrompt {
  private static final String ASSISTANT_TURN = "\n\nAssistant:";

  private ImplicitPrompt() {}

  static Pair split(Pair pair) {
    if (pair.chosen() instanceof Messages chosen && pair.rejected() instanceof Messages rejected) {
      return splitMessages(chosen.messages(), rejected.messages(), pair.extras());
    }
    if (pair.chosen() instanceof Text chosen && pair.rejected() instanceof Text rejected) {
      return splitTexts(chosen.text(), rejected.text(), pair.extras());
    }
    throw new RowProblem(
        "chosen",
        "must be a text or a message list as rejected is, where there is no prompt, but was %s beside %s"
            .formatted(Held.shown(pair.chosen()), Held.shown(pair.rejected())),
        "write both as texts, or both as message lists");
  }

  private static Pair splitMessages(List<Message> chosen, List<Message> rejected, Extras extras) {
    int common = 0;
    int shorter = Math.min(chosen.size(), rejected.size());
    while (common < shorter && chosen.get(common).equals(rejected.get(common))) {
      common++;
    }
    return new Pair(
        new Messages(chosen.subList(0, common)),
        new Messages(chosen.subList(common, chosen.size())),
        new Messages(rejected.subList(common, rejected.size())),
        extras);
  }

  private static Pair splitTexts(String chosen, String rejected, Extras extras) {
    int end = 0;
    int shorter = Math.min(chosen.length(), rejected.length());
    while (end < shorter && chosen.charAt(end) == rejected.charAt(end)) {
      end++;
    }
    int turn = chosen.substring(0, end).lastIndexOf(ASSISTANT_TURN);
    if (turn >= 0) {
      end = turn + ASSISTANT_TURN.length();
    } else {
      while (end > 0 && !(endsWord(chosen, end) && endsWord(rejected, end))) {
        end--;
      }
    }
    return new Pair(
        new Text(chosen.substring(0, end)),
        new Text(chosen.substring(end)),
        new Text(rejected.substring(end)),
        extras);
  }

  private static boolean endsWord(String text, int end) {
    return end == text.length() || Character.isWhitespace(text.charAt(end));
  }
}
