/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.MS_SWIFT;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Unpaired;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * ms-swift's rows: {@code messages}, the last of them the completion, and {@code rejected_response}
 * or {@code label}. Tools are JSON text; texts are written as messages.
 */
final class MsSwift implements Layout {
  private static final String REJECTED = "rejected_response";

  @Override
  public List<String> fields() {
    return List.of("messages", REJECTED, "label", "tools");
  }

  @Override
  public Row read(Columns row) {
    List<Message> all = row.messages("messages").messages();
    Message last = all.getLast();
    if (all.size() < 2 || !last.role().equals(Message.ASSISTANT)) {
      throw new RowProblem(
          "messages",
          "must end with an assistant's message behind the prompt, but was %d messages, the last of role %s"
              .formatted(all.size(), last.role()),
          "the preferred answer is the last message");
    }
    Messages prompt = new Messages(all.subList(0, all.size() - 1));
    Messages completion = new Messages(List.of(last));
    if (row.has(REJECTED)) {
      Messages rejected = new Messages(List.of(Message.of(Message.ASSISTANT, row.text(REJECTED))));
      return new Pair(prompt, completion, rejected, row.rest());
    }
    if (row.has("label")) {
      return new Unpaired(prompt, completion, row.flag("label"), row.rest());
    }
    throw new RowProblem(
        REJECTED,
        "is missing, and so is label",
        "give the answer that was liked less as rejected_response");
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (row instanceof Unpaired unpaired) {
      return messages(unpaired.prompt(), "completion", unpaired.completion())
          .with("label", unpaired.label())
          .withToolsText(unpaired.extras())
          .and(MS_SWIFT, unpaired.extras());
    }
    Pair pair = Held.explicitPair(MS_SWIFT, row);
    return messages(Held.present(pair.prompt()), "chosen", pair.chosen())
        .with(REJECTED, Held.answerText(MS_SWIFT, "rejected", pair.rejected()))
        .withToolsText(pair.extras())
        .and(MS_SWIFT, pair.extras());
  }

  private static WrittenRow messages(Content prompt, String field, Content completion) {
    List<Message> messages = new ArrayList<>(Held.promptMessages(MS_SWIFT, prompt));
    messages.add(Held.answer(MS_SWIFT, field, completion));
    return new WrittenRow().with("messages", Held.plain(messages));
  }
}
