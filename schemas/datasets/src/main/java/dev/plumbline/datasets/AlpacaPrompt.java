/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.ALPACA;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as LLaMA-Factory's Alpaca rows have it: {@code instruction} and {@code input}, joined by
 * a line break, behind {@code system} and the turns of {@code history}. A prompt with neither of
 * those two is a text. A non-empty {@code input} stays an extra column, so that writing the row
 * finds where to part the prompt.
 */
final class AlpacaPrompt {
  private static final String INPUT = "input";
  private static final String HISTORY_HINT = "a list of pairs such as [[\"question\", \"answer\"]]";

  private AlpacaPrompt() {}

  static Content read(Columns row) {
    String system = row.textOrEmpty("system");
    List<Message> messages = new ArrayList<>();
    if (!system.isEmpty()) {
      messages.add(Message.of(Message.SYSTEM, system));
    }
    if (row.has("history")) {
      messages.addAll(history(row.list("history", HISTORY_HINT)));
    }
    String instruction = row.text("instruction");
    String input = row.textOrEmpty(INPUT);
    String text = input.isEmpty() ? instruction : instruction + "\n" + input;
    if (!input.isEmpty()) {
      row.keep(INPUT, input);
    }
    if (messages.isEmpty()) {
      return new Text(text);
    }
    messages.add(Message.of(Message.USER, text));
    return new Messages(messages);
  }

  /** A completion in the form of its prompt. */
  static Content completion(Content prompt, String text) {
    return prompt instanceof Text
        ? new Text(text)
        : new Messages(List.of(Message.of(Message.ASSISTANT, text)));
  }

  static WrittenRow write(@Nullable Content prompt, Extras extras) {
    List<Message> messages = new ArrayList<>(Held.promptMessages(ALPACA, prompt));
    WrittenRow written = new WrittenRow();
    String system = "";
    if (messages.getFirst().role().equals(Message.SYSTEM)) {
      system = plain(messages, messages.removeFirst(), Message.SYSTEM);
      if (system.isEmpty()) {
        throw new RowProblem(
            "prompt",
            "alpaca can't tell an empty system message from none",
            "leave the empty message out");
      }
    }
    if (messages.size() % 2 == 0) {
      throw turns(messages);
    }
    List<Object> history = new ArrayList<>();
    for (int i = 0; i + 1 < messages.size(); i += 2) {
      history.add(
          List.of(
              plain(messages, messages.get(i), Message.USER),
              plain(messages, messages.get(i + 1), Message.ASSISTANT)));
    }
    String text = plain(messages, messages.getLast(), Message.USER);
    String input = extras.columns().get(INPUT) instanceof String kept ? kept : "";
    if (!input.isEmpty() && !text.endsWith("\n" + input)) {
      throw new RowProblem(
          INPUT,
          "alpaca has a field of this name, so the extra column %s can't be kept"
              .formatted(PlainJson.shown(input)),
          "rename the column first");
    }
    int end = input.isEmpty() ? text.length() : text.length() - input.length() - 1;
    written.with("instruction", text.substring(0, end)).with(INPUT, input);
    if (!system.isEmpty()) {
      written.with("system", system);
    }
    if (!history.isEmpty()) {
      written.with("history", history);
    }
    return written;
  }

  private static List<Message> history(List<?> turns) {
    List<Message> messages = new ArrayList<>();
    for (Object turn : turns) {
      String path = "history[" + messages.size() / 2 + "]";
      if (!(turn instanceof List<?> pair) || pair.size() != 2) {
        throw new RowProblem(
            path,
            "must be a question and an answer, but was " + PlainJson.shown(turn),
            HISTORY_HINT);
      }
      messages.add(Message.of(Message.USER, Columns.text(path + "[0]", pair.get(0))));
      messages.add(Message.of(Message.ASSISTANT, Columns.text(path + "[1]", pair.get(1))));
    }
    return messages;
  }

  private static String plain(List<Message> messages, Message message, String role) {
    if (!message.role().equals(role)) {
      throw turns(messages);
    }
    return message.plainText().orElseThrow(() -> turns(messages));
  }

  private static RowProblem turns(List<Message> messages) {
    return new RowProblem(
        "prompt",
        "alpaca takes texts of user and assistant in turn, the user's last, but the prompt has %s"
            .formatted(PlainJson.shown(Held.plain(messages))),
        "sharegpt and trl-pairwise take other roles, trl-pairwise every message");
  }
}
