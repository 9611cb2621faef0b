/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.SHAREGPT;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Unpaired;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * LLaMA-Factory's ShareGPT rows: {@code conversations} with {@code chosen} and {@code rejected}
 * (ranking, one message each), or {@code conversations} that end with the completion and {@code
 * kto_tag}. Tools are JSON text; texts are written as messages.
 */
final class ShareGpt implements Layout {
  private static final String CONVERSATIONS = "conversations";
  private static final String HINT = "such as [{\"from\": \"human\", \"value\": \"Hello\"}]";

  @Override
  public List<String> fields() {
    return List.of(CONVERSATIONS, "system", "chosen", "rejected", "kto_tag", "tools");
  }

  @Override
  public Row read(Columns row) {
    List<Message> messages = conversations(row);
    if (!row.has("kto_tag")) {
      return new Pair(
          new Messages(messages),
          completion(row, "chosen"),
          completion(row, "rejected"),
          row.rest());
    }
    Message last = messages.getLast();
    if (messages.size() < 2 || !last.role().equals(Message.ASSISTANT)) {
      throw new RowProblem(
          CONVERSATIONS,
          "must end with an answer behind the prompt, but was %d messages, the last of role %s"
              .formatted(messages.size(), last.role()),
          "what kto_tag judges is the last message, from gpt");
    }
    return new Unpaired(
        new Messages(messages.subList(0, messages.size() - 1)),
        new Messages(List.of(last)),
        row.flag("kto_tag"),
        row.rest());
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (row instanceof Unpaired unpaired) {
      List<Message> messages = new ArrayList<>(Held.promptMessages(SHAREGPT, unpaired.prompt()));
      messages.add(Held.answer(SHAREGPT, "completion", unpaired.completion()));
      return conversations(messages)
          .with("kto_tag", unpaired.label())
          .withToolsText(unpaired.extras())
          .and(SHAREGPT, unpaired.extras());
    }
    Pair pair = Held.explicitPair(SHAREGPT, row);
    return conversations(Held.promptMessages(SHAREGPT, pair.prompt()))
        .with("chosen", completion("chosen", pair.chosen()))
        .with("rejected", completion("rejected", pair.rejected()))
        .withToolsText(pair.extras())
        .and(SHAREGPT, pair.extras());
  }

  private static List<Message> conversations(Columns row) {
    List<Message> messages = new ArrayList<>();
    String system = row.textOrEmpty("system");
    if (!system.isEmpty()) {
      messages.add(Message.of(Message.SYSTEM, system));
    }
    messages.addAll(ShareGptMessages.read(CONVERSATIONS, row.list(CONVERSATIONS, HINT)).messages());
    if (!system.isEmpty() && messages.get(1).role().equals(Message.SYSTEM)) {
      throw new RowProblem(
          "system",
          "is given twice: as a column, %s, and as the first message"
              .formatted(PlainJson.shown(system)),
          "leave one of them out");
    }
    return messages;
  }

  private static Messages completion(Columns row, String field) {
    return new Messages(List.of(ShareGptMessages.read(field, row.take(field))));
  }

  private static WrittenRow conversations(List<Message> messages) {
    List<Object> written = new ArrayList<>();
    for (Message message : messages) {
      written.add(ShareGptMessages.write("prompt[" + written.size() + "]", message));
    }
    return new WrittenRow().with(CONVERSATIONS, written);
  }

  private static Object completion(String field, Content completion) {
    return ShareGptMessages.write(field, Held.answer(SHAREGPT, field, completion));
  }
}
