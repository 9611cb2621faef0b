/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Statement;
import dev.plumbline.events.TrajectorySegment;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the stores.
 *
 * <p>A key is a sequence of parts that carry their length, so that the bytes of leading parts are a
 * prefix for scans; in the index of due times the time comes first, in an order that bytes keep. A
 * value starts with the number of its format.
 */
final class StateCodec {
  private static final byte FORMAT = 1;

  /** Of votes and marks that end with their weighing. */
  private static final byte WEIGHED = 2;

  private static final byte PAIR = 1;
  private static final byte UNPAIRED = 2;
  private static final byte RANKING = 3;
  private static final byte RATING = 4;
  private static final byte SEGMENTS = 5;
  private static final byte REFERENCES = 1;
  private static final byte DEADLINE = 2;
  private static final byte MARK_REFERENCES = 3;
  private static final byte SCORE_REFERENCES = 4;

  /** Stands where the name of another verdict would, before the tiers. */
  private static final String ORDER = "ORDER";

  /** Stands where the name of another verdict would, before the marks. */
  private static final String MARKS = "MARKS";

  private StateCodec() {}

  /** Something that writes itself. */
  interface Body {
    void write(ByteSink out);
  }

  /** Something that reads itself, given what reads the weighing at its end. */
  private interface WeighedReader<T> {
    T read(ByteSource in, Reader<Weighing> weighing);
  }

  /** Something that reads itself. */
  interface Reader<T> {
    T read(ByteSource in);
  }

  static Bytes key(String... parts) {
    return Bytes.wrap(
        bytes(
            out -> {
              for (String part : parts) {
                out.writeText(part);
              }
            }));
  }

  /** Returns the parts that {@link #key} was made of. */
  static List<String> parts(Bytes key) {
    return read(
        key.get(),
        in -> {
          List<String> parts = new ArrayList<>();
          while (!in.isAtEnd()) {
            parts.add(in.readText());
          }
          return parts;
        });
  }

  static Bytes questionKey(Question question) {
    return Bytes.wrap(bytes(out -> writeQuestion(out, question)));
  }

  static Question question(Bytes key) {
    return read(key.get(), StateCodec::readQuestion);
  }

  static Bytes voteKey(Question question, String eventId) {
    return Bytes.wrap(
        bytes(
            out -> {
              writeQuestion(out, question);
              out.writeText(eventId);
            }));
  }

  static Bytes dueKey(Due due) {
    return Bytes.wrap(
        bytes(
            out -> {
              writeInstant(out, due.at());
              switch (due) {
                case Due.References(Instant at, Question question, String eventId) -> {
                  out.writeByte(REFERENCES);
                  writeQuestion(out, question);
                  out.writeText(eventId);
                }
                case Due.MarkReferences(
                        Instant at,
                        String itemId,
                        String candidateId,
                        String eventId) -> {
                  out.writeByte(MARK_REFERENCES);
                  out.writeText(itemId);
                  out.writeText(candidateId);
                  out.writeText(eventId);
                }
                case Due.ScoreReferences(
                        Instant at,
                        String itemId,
                        String completionId,
                        String judgeId) -> {
                  out.writeByte(SCORE_REFERENCES);
                  out.writeText(itemId);
                  out.writeText(completionId);
                  out.writeText(judgeId);
                }
                case Due.Deadline(Instant at, Question question) -> {
                  out.writeByte(DEADLINE);
                  writeQuestion(out, question);
                }
              }
            }));
  }

  /** Returns the key before those of all dues at {@code at} or later. */
  static Bytes duePrefix(Instant at) {
    return Bytes.wrap(bytes(out -> writeInstant(out, at)));
  }

  static Due due(Bytes key) {
    return read(
        key.get(),
        in -> {
          Instant at = readInstant(in);
          byte kind = in.readByte();
          return switch (kind) {
            case REFERENCES -> new Due.References(at, readQuestion(in), in.readText());
            case MARK_REFERENCES ->
                new Due.MarkReferences(at, in.readText(), in.readText(), in.readText());
            case SCORE_REFERENCES ->
                new Due.ScoreReferences(at, in.readText(), in.readText(), in.readText());
            case DEADLINE -> new Due.Deadline(at, readQuestion(in));
            default -> throw corrupt("kind of due", kind);
          };
        });
  }

  static byte[] value(Vote vote) {
    return bytes(
        out -> {
          out.writeByte(WEIGHED);
          out.writeText(vote.eventId());
          out.writeText(vote.annotatorId());
          writeVerdict(out, vote.verdict());
          writeInstant(out, vote.saidAt());
          writeInstant(out, vote.acceptedAt());
          writeOptional(out, vote.taskId());
          TrustCodec.write(out, vote.weighing());
          out.writeBoolean(vote.isTakenBack());
          writeGround(out, vote.ground());
        });
  }

  static Vote vote(byte[] value) {
    return readWeighed(
        value,
        (in, weighing) -> {
          String eventId = in.readText();
          String annotatorId = in.readText();
          Verdict verdict = readVerdict(in);
          Instant saidAt = readInstant(in);
          Instant acceptedAt = readInstant(in);
          String taskId = readOptional(in);
          Weighing weighed = weighing.read(in);
          boolean isTakenBack = !in.isAtEnd() && in.readBoolean();
          Ground ground = !in.isAtEnd() ? readGround(in) : new Ground.Said();
          return new Vote(
              eventId,
              annotatorId,
              verdict,
              saidAt,
              acceptedAt,
              taskId,
              weighed,
              ground,
              isTakenBack);
        });
  }

  private static void writeGround(ByteSink out, Ground ground) {
    switch (ground) {
      case Ground.Said said -> out.writeByte(1);
      case Ground.Edited edited -> out.writeByte(2);
      case Ground.Signalled(int trustPpm) -> {
        out.writeByte(3);
        out.writeInt(trustPpm);
      }
      case Ground.Implied(List<String> eventIds, Integer gapPpm) -> {
        out.writeByte(4);
        out.writeInt(eventIds.size());
        for (String eventId : eventIds) {
          out.writeText(eventId);
        }
        out.writeBoolean(gapPpm != null);
        if (gapPpm != null) {
          out.writeInt(gapPpm);
        }
      }
    }
  }

  private static Ground readGround(ByteSource in) {
    byte tag = in.readByte();
    return switch (tag) {
      case 1 -> new Ground.Said();
      case 2 -> new Ground.Edited();
      case 3 -> new Ground.Signalled(in.readInt());
      case 4 -> {
        List<String> eventIds = new ArrayList<>();
        for (int remaining = in.readInt(); remaining > 0; remaining--) {
          eventIds.add(in.readText());
        }
        yield new Ground.Implied(eventIds, in.readBoolean() ? in.readInt() : null);
      }
      default -> throw corrupt("ground of a vote", tag);
    };
  }

  private static void writeVerdict(ByteSink out, Verdict verdict) {
    switch (verdict) {
      case Verdict.OfPair pair -> out.writeText(pair.name());
      case Verdict.OfOne one -> out.writeText(one.name());
      case Verdict.Order(List<Integer> tierOf) -> {
        out.writeText(ORDER);
        out.writeInt(tierOf.size());
        for (int tier : tierOf) {
          out.writeInt(tier);
        }
      }
      case Verdict.Marks(List<Statement.Mark> marks) -> {
        out.writeText(MARKS);
        out.writeInt(marks.size());
        for (Statement.Mark mark : marks) {
          out.writeText(mark.attribute());
          out.writeDouble(mark.value());
          out.writeDouble(mark.scaleMin());
          out.writeDouble(mark.scaleMax());
        }
      }
    }
  }

  private static Verdict readVerdict(ByteSource in) {
    String name = in.readText();
    if (name.equals(ORDER)) {
      List<Integer> tierOf = new ArrayList<>();
      for (int remaining = in.readInt(); remaining > 0; remaining--) {
        tierOf.add(in.readInt());
      }
      return new Verdict.Order(tierOf);
    } else if (name.equals(MARKS)) {
      List<Statement.Mark> marks = new ArrayList<>();
      for (int remaining = in.readInt(); remaining > 0; remaining--) {
        marks.add(
            new Statement.Mark(in.readText(), in.readDouble(), in.readDouble(), in.readDouble()));
      }
      return new Verdict.Marks(marks);
    }
    return Stream.<Verdict>concat(
            Arrays.stream(Verdict.OfPair.values()), Arrays.stream(Verdict.OfOne.values()))
        .filter(verdict -> verdict.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no verdict is called " + name));
  }

  static byte[] value(SpanMark mark) {
    return bytes(
        out -> {
          out.writeByte(WEIGHED);
          out.writeText(mark.eventId());
          out.writeText(mark.about().annotatorId());
          out.writeText(mark.about().candidateId());
          out.writeText(mark.about().criterion());
          out.writeInt(mark.about().startChar());
          out.writeInt(mark.about().endChar());
          out.writeText(mark.about().label());
          out.writeInt(mark.strengthPpm());
          writeInstant(out, mark.saidAt());
          writeInstant(out, mark.acceptedAt());
          TrustCodec.write(out, mark.weighing());
        });
  }

  static SpanMark mark(byte[] value) {
    return readWeighed(
        value,
        (in, weighing) ->
            new SpanMark(
                in.readText(),
                new SpanMark.About(
                    in.readText(),
                    in.readText(),
                    in.readText(),
                    in.readInt(),
                    in.readInt(),
                    in.readText()),
                in.readInt(),
                readInstant(in),
                readInstant(in),
                weighing.read(in)));
  }

  static byte[] value(TrajectorySegment segment) {
    return formatted(
        out -> {
          out.writeText(segment.candidateId());
          out.writeText(segment.dataset());
          out.writeText(segment.episode());
          out.writeText(segment.camera());
          out.writeLong(segment.start().toMillis());
          out.writeLong(segment.end().toMillis());
        });
  }

  static TrajectorySegment segment(byte[] value) {
    return readFormatted(
        value,
        in ->
            new TrajectorySegment(
                in.readText(),
                in.readText(),
                in.readText(),
                in.readText(),
                Duration.ofMillis(in.readLong()),
                Duration.ofMillis(in.readLong())));
  }

  static byte[] value(QuestionState state) {
    return bytes(
        out -> {
          out.writeByte(FORMAT);
          out.writeText(state.phase().name());
          out.writeInt(state.mostEvidence());
          out.writeInt(state.revision());
          writeOptional(out, state.contentHash());
          out.writeBoolean(state.deadline() != null);
          if (state.deadline() != null) {
            writeInstant(out, state.deadline());
          }
        });
  }

  static QuestionState questionState(byte[] value) {
    return readFormatted(
        value,
        in ->
            new QuestionState(
                Phase.valueOf(in.readText()),
                in.readInt(),
                in.readInt(),
                readOptional(in),
                in.readBoolean() ? readInstant(in) : null));
  }

  static byte[] value(IdentifiedEvent event) {
    return bytes(
        out -> {
          out.writeByte(FORMAT);
          out.writeText(event.contentHash());
          switch (event.disposition()) {
            case Disposition.Waiting waiting -> out.writeByte(1);
            case Disposition.InEvidence inEvidence -> out.writeByte(2);
            case Disposition.HeldOut heldOut -> out.writeByte(3);
            case Disposition.Superseded superseded -> out.writeByte(4);
            case Disposition.NoExample(Disposition.Cause cause) -> {
              out.writeByte(5);
              out.writeText(cause.name());
            }
            case Disposition.DeadLettered(DeadLetterReason reason) -> {
              out.writeByte(6);
              out.writeText(reason.name());
            }
            case Disposition.Discounted(Disposition.Discount cause) -> {
              out.writeByte(7);
              out.writeText(cause.name());
            }
            case Disposition.Gold gold -> out.writeByte(8);
            case Disposition.Retracted retracted -> out.writeByte(9);
            case Disposition.Erased erased -> out.writeByte(10);
          }
        });
  }

  static IdentifiedEvent identifiedEvent(byte[] value) {
    return readFormatted(
        value, in -> new IdentifiedEvent(in.readText(), readDisposition(in, in.readByte())));
  }

  private static Disposition readDisposition(ByteSource in, byte tag) {
    return switch (tag) {
      case 1 -> new Disposition.Waiting();
      case 2 -> new Disposition.InEvidence();
      case 3 -> new Disposition.HeldOut();
      case 4 -> new Disposition.Superseded();
      case 5 -> new Disposition.NoExample(Disposition.Cause.valueOf(in.readText()));
      case 6 -> new Disposition.DeadLettered(DeadLetterReason.valueOf(in.readText()));
      case 7 -> new Disposition.Discounted(Disposition.Discount.valueOf(in.readText()));
      case 8 -> new Disposition.Gold();
      case 9 -> new Disposition.Retracted();
      case 10 -> new Disposition.Erased();
      default -> throw corrupt("disposition", tag);
    };
  }

  static byte[] value(@Nullable Origin origin) {
    return formatted(
        out -> {
          out.writeBoolean(origin != null);
          if (origin != null) {
            writeOrigin(out, origin);
          }
        });
  }

  static @Nullable Origin origin(byte[] value) {
    return readFormatted(value, in -> in.readBoolean() ? readOrigin(in) : null);
  }

  static void writeOrigin(ByteSink out, Origin origin) {
    out.writeText(origin.topic());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    out.writeBoolean(origin.key() != null);
    if (origin.key() != null) {
      writeBlob(out, origin.key());
    }
    writeBlob(out, origin.value());
  }

  static Origin readOrigin(ByteSource in) {
    return new Origin(
        in.readText(),
        in.readInt(),
        in.readLong(),
        in.readBoolean() ? readBlob(in) : null,
        readBlob(in));
  }

  static byte[] value(Instant instant) {
    return bytes(out -> writeInstant(out, instant));
  }

  static Instant instant(byte[] value) {
    return read(value, StateCodec::readInstant);
  }

  /** The item leads, so that all questions of an item, and all votes on one, share a prefix. */
  static void writeQuestion(ByteSink out, Question question) {
    out.writeText(question.itemId());
    switch (question) {
      case Question.WhichIsBetter(String item, String criterion, String a, String b) -> {
        out.writeByte(PAIR);
        out.writeText(criterion);
        out.writeText(a);
        out.writeText(b);
      }
      case Question.WhichOrder(String item, String criterion, List<String> candidateIds) -> {
        out.writeByte(RANKING);
        out.writeText(criterion);
        out.writeInt(candidateIds.size());
        for (String candidateId : candidateIds) {
          out.writeText(candidateId);
        }
      }
      case Question.IsDesirable(String item, String criterion, String candidateId) -> {
        out.writeByte(UNPAIRED);
        out.writeText(criterion);
        out.writeText(candidateId);
      }
      case Question.HowGood(String item, String criterion, String candidateId) -> {
        out.writeByte(RATING);
        out.writeText(criterion);
        out.writeText(candidateId);
      }
      case Question.WhichSegment(
              String item,
              String criterion,
              String a,
              String b,
              String taskId) -> {
        out.writeByte(SEGMENTS);
        out.writeText(criterion);
        out.writeText(a);
        out.writeText(b);
        out.writeText(taskId);
      }
    }
  }

  static Question readQuestion(ByteSource in) {
    String itemId = in.readText();
    byte kind = in.readByte();
    return switch (kind) {
      case PAIR -> new Question.WhichIsBetter(itemId, in.readText(), in.readText(), in.readText());
      case UNPAIRED -> new Question.IsDesirable(itemId, in.readText(), in.readText());
      case RATING -> new Question.HowGood(itemId, in.readText(), in.readText());
      case SEGMENTS ->
          new Question.WhichSegment(
              itemId, in.readText(), in.readText(), in.readText(), in.readText());
      case RANKING -> {
        String criterion = in.readText();
        List<String> candidateIds = new ArrayList<>();
        for (int remaining = in.readInt(); remaining > 0; remaining--) {
          candidateIds.add(in.readText());
        }
        yield new Question.WhichOrder(itemId, criterion, candidateIds);
      }
      default -> throw corrupt("kind of question", kind);
    };
  }

  /** Seconds with the sign bit flipped, then nanoseconds: unsigned bytes sort like the instants. */
  private static void writeInstant(ByteSink out, Instant instant) {
    out.writeLong(instant.getEpochSecond() ^ Long.MIN_VALUE);
    out.writeInt(instant.getNano());
  }

  private static Instant readInstant(ByteSource in) {
    return Instant.ofEpochSecond(in.readLong() ^ Long.MIN_VALUE, in.readInt());
  }

  static void writeOptional(ByteSink out, @Nullable String text) {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeText(text);
    }
  }

  static @Nullable String readOptional(ByteSource in) {
    return in.readBoolean() ? in.readText() : null;
  }

  private static void writeBlob(ByteSink out, dev.plumbline.events.Bytes blob) {
    out.writeInt(blob.length());
    out.write(blob.toArray());
  }

  private static dev.plumbline.events.Bytes readBlob(ByteSource in) {
    return dev.plumbline.events.Bytes.of(in.read(in.readInt()));
  }

  /** Returns the bytes of a value, led by the number of its format. */
  static byte[] formatted(Body body) {
    return formatted(FORMAT, body);
  }

  static byte[] formatted(byte format, Body body) {
    return bytes(
        out -> {
          out.writeByte(format);
          body.write(out);
        });
  }

  static byte[] bytes(Body body) {
    var out = new ByteSink(128);
    body.write(out);
    return out.toByteArray();
  }

  /** Reads something that ends with its weighing, or was written before there was any. */
  private static <T> T readWeighed(byte[] value, WeighedReader<T> reader) {
    return read(
        value,
        in -> {
          byte format = in.readByte();
          return switch (format) {
            case FORMAT -> reader.read(in, end -> Weighing.BEFORE_EPOCHS);
            case WEIGHED -> reader.read(in, TrustCodec::readWeighing);
            default -> throw corrupt("format", format);
          };
        });
  }

  static <T extends @Nullable Object> T readFormatted(byte[] value, Reader<T> reader) {
    return readFormatted(FORMAT, value, reader);
  }

  static <T extends @Nullable Object> T readFormatted(byte format, byte[] value, Reader<T> reader) {
    return read(
        value,
        in -> {
          byte found = in.readByte();
          if (found != format) {
            throw corrupt("format", found);
          }
          return reader.read(in);
        });
  }

  static <T extends @Nullable Object> T read(byte[] bytes, Reader<T> reader) {
    try {
      return reader.read(new ByteSource(bytes));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new ProcessorStateException(
          "a store holds bytes that this version can't read: " + Arrays.toString(bytes), e);
    }
  }

  static ProcessorStateException corrupt(String what, byte found) {
    return new ProcessorStateException(
        "a store holds an unknown %s, %d; it was written by another version"
            .formatted(what, found));
  }
}
