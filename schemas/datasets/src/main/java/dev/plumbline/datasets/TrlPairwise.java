/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.datasets.Conversation.Message;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.util.List;

/**
 * TRL's preference type: {@code prompt}, {@code chosen}, {@code rejected}, each a text or a message
 * list. Without {@code prompt}, what chosen and rejected begin with alike is the prompt: of message
 * lists, the longest common list; of texts, the longest common prefix, cut back to the last {@code
 * Assistant:} turn where it has one (two answers may begin with the same words), else to the end of
 * a word.
 */
final class TrlPairwise implements RowLayout {
  private static final String ASSISTANT_TURN = "\n\nAssistant:";

  @Override
  public Content read(JsonNode row, String dataset) {
    JsonNode chosen = textOrMessages(row, "chosen");
    JsonNode rejected = textOrMessages(row, "rejected");
    if (row.hasNonNull("prompt")) {
      JsonNode prompt = textOrMessages(row, "prompt");
      String promptText =
          prompt.isArray()
              ? Conversation.prompt(Conversation.messages("prompt", prompt))
              : prompt.asText();
      return preferred(promptText, answer("chosen", chosen), answer("rejected", rejected), dataset);
    }
    if (chosen.isArray() != rejected.isArray()) {
      throw new RowProblem(
          "chosen and rejected must both be texts or both be message lists where there is no"
              + " prompt, but were %s and %s"
                  .formatted(Fields.shown(chosen), Fields.shown(rejected)));
    }
    return chosen.isArray()
        ? splitMessages(
            Conversation.messages("chosen", chosen),
            Conversation.messages("rejected", rejected),
            dataset)
        : splitTexts(chosen.asText(), rejected.asText(), dataset);
  }

  static Content preferred(String prompt, String chosen, String rejected, String dataset) {
    Vote vote = new Vote(dataset + "-labeler", AnnotatorKind.HUMAN, Answer.A);
    return new Content(prompt, chosen, rejected, List.of(vote));
  }

  private static Content splitMessages(
      List<Message> chosen, List<Message> rejected, String dataset) {
    int common = 0;
    int shorter = Math.min(chosen.size(), rejected.size());
    while (common < shorter && chosen.get(common).equals(rejected.get(common))) {
      common++;
    }
    if (common == 0) {
      return preferred("", Conversation.answer(chosen), Conversation.answer(rejected), dataset);
    }
    return preferred(
        Conversation.prompt(chosen.subList(0, common)),
        Conversation.answer(chosen.subList(common, chosen.size())),
        Conversation.answer(rejected.subList(common, rejected.size())),
        dataset);
  }

  private static Content splitTexts(String chosen, String rejected, String dataset) {
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
    return preferred(
        chosen.substring(0, end), chosen.substring(end), rejected.substring(end), dataset);
  }

  private static boolean endsWord(String text, int end) {
    return end == text.length() || Character.isWhitespace(text.charAt(end));
  }

  private static JsonNode textOrMessages(JsonNode row, String field) {
    JsonNode value = Fields.required("", row, field);
    if (!value.isArray()) {
      Fields.text(field, value);
    }
    return value;
  }

  private static String answer(String field, JsonNode value) {
    return value.isArray()
        ? Conversation.answer(Conversation.messages(field, value))
        : value.asText();
  }
}
