/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/** Keys and values of what was taken back and by whom, in the manner of {@link StateCodec}. */
final class RetractionCodec {
  private static final String EVENT = "event";
  private static final String CANDIDATE = "candidate";
  private static final String ITEM = "item";
  private static final String PERSON = "person";
  private static final String SAID = "said";
  private static final String OWN = "own";

  /** The key of a row that is there once anything was taken back, and stays. */
  static final Bytes EVER = StateCodec.key("ever");

  private RetractionCodec() {}

  static Bytes key(TakenBack what) {
    return switch (what) {
      case TakenBack.Candidate(String itemId, String candidateId) ->
          StateCodec.key(CANDIDATE, itemId, candidateId);
      case TakenBack.Item(String itemId) -> StateCodec.key(ITEM, itemId);
      case TakenBack.Person(String personId) -> StateCodec.key(PERSON, personId);
    };
  }

  /** Returns the start of the keys of all retractions of an event. */
  static Bytes prefix(String itemId, String eventId) {
    return StateCodec.key(EVENT, itemId, eventId);
  }

  static Bytes key(EventRetraction retraction) {
    return StateCodec.key(
        EVENT, retraction.itemId(), retraction.eventId(), retraction.retractionId());
  }

  static byte[] value(EventRetraction retraction) {
    return StateCodec.formatted(
        out -> {
          out.writeText(retraction.annotatorId());
          out.writeBoolean(retraction.isByOperator());
          StateCodec.writeOrigin(out, retraction.origin());
        });
  }

  static EventRetraction retraction(Bytes key, byte[] value) {
    List<String> parts = StateCodec.parts(key);
    return StateCodec.readFormatted(
        value,
        in ->
            new EventRetraction(
                parts.get(1),
                parts.get(2),
                parts.get(3),
                in.readText(),
                in.readBoolean(),
                StateCodec.readOrigin(in)));
  }

  static Bytes key(Contribution contribution) {
    return StateCodec.key(
        SAID, contribution.annotatorId(), contribution.itemId(), contribution.eventId());
  }

  /** Returns the start of the keys of all that an annotator said. */
  static Bytes saidBy(String annotatorId) {
    return StateCodec.key(SAID, annotatorId);
  }

  static Contribution contribution(Bytes key) {
    List<String> parts = StateCodec.parts(key);
    return new Contribution(parts.get(1), parts.get(2), parts.get(3));
  }

  static Bytes ownKey(String subject, String itemId) {
    return StateCodec.key(OWN, subject, itemId);
  }

  /** Returns the start of the keys of the items whose prompts are a person's own. */
  static Bytes ownedBy(String subject) {
    return StateCodec.key(OWN, subject);
  }

  static String ownItem(Bytes key) {
    return StateCodec.parts(key).get(2);
  }
}
