/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dead letters for people and for programs. */
public final class LetterText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_BYTES = 256;
  private static final int SHOWN_CHARS = 80;
  private static final String ROW = "%6s  %-22s  %-24s  %-20s  %s";

  private LetterText() {}

  /** Returns the head of the table whose rows are {@link #row}. */
  public static String head() {
    return ROW.formatted("id", "reason", "accepted", "origin", "detail");
  }

  /** Returns a letter in one line. */
  public static String row(StoredLetter stored) {
    DeadLetter letter = stored.letter();
    String detail = letter.detail().lines().findFirst().orElse("");
    return ROW.formatted(
        stored.id(),
        letter.reason(),
        letter.acceptedAt(),
        stored.origin(),
        detail.length() <= SHOWN_CHARS ? detail : detail.substring(0, SHOWN_CHARS) + " ...");
  }

  /** Returns all that is known of a letter, one thing per line. */
  public static String whole(StoredLetter stored) {
    DeadLetter letter = stored.letter();
    return String.join(
        System.lineSeparator(),
        List.of(
            "id        " + stored.id(),
            "reason    " + letter.reason(),
            "detail    " + letter.detail(),
            "hint      " + letter.reason().hint(),
            "origin    " + stored.origin(),
            "key       " + text(letter.key()),
            "event     " + (letter.eventId() == null ? "(not known)" : letter.eventId()),
            "accepted  " + letter.acceptedAt(),
            "original  " + stored.original().map(Record::toString).orElseGet(() -> hex(letter))));
  }

  /** Returns all that is known of a letter as one line of JSON. */
  public static String json(StoredLetter stored) {
    DeadLetter letter = stored.letter();
    ObjectNode node =
        JSON.createObjectNode()
            .put("id", stored.id())
            .put("reason", letter.reason().name())
            .put("detail", letter.detail())
            .put("hint", letter.reason().hint())
            .put("topic", letter.topic())
            .put("partition", letter.partition())
            .put("offset", letter.offset())
            .put("key", letter.key() == null ? null : text(letter.key()))
            .put("event", letter.eventId())
            .put("accepted_at", letter.acceptedAt().toString())
            .put("original_hex", HexFormat.of().formatHex(letter.original().toArray()));
    stored.original().ifPresent(original -> node.put("original", original.toString()));
    return node.toString();
  }

  private static String hex(DeadLetter letter) {
    byte[] bytes = letter.original().toArray();
    String shown = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
    return "%d bytes that can't be read as a record of %s: %s%s"
        .formatted(bytes.length, letter.topic(), shown, bytes.length > SHOWN_BYTES ? " ..." : "");
  }

  private static String text(@Nullable Bytes key) {
    return key == null ? "(none)" : new String(key.toArray(), StandardCharsets.UTF_8);
  }
}
