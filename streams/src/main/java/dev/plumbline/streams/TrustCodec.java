/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.AnnotatorCounts;
import dev.plumbline.judgement.trust.LedgerEntry;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.Standing;
import dev.plumbline.judgement.trust.Suspicion;
import dev.plumbline.judgement.trust.TrustCounts;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the stores of trust, and the messages between partitions and the trust task.
 * In keys the epoch comes first, in an order that bytes keep.
 */
final class TrustCodec {
  /** Of whatever has counts; in format 1 they were of a fixed length. */
  private static final byte COUNTS_FORMAT = 2;

  private static final byte ANNOTATOR = 1;
  private static final byte OVERLAP = 2;
  private static final byte COUNTED = 1;
  private static final byte CLOSED = 2;
  private static final byte REWEIGHED = 1;
  private static final byte COMPLETE = 2;

  private TrustCodec() {}

  /** What a count is about. */
  sealed interface Counted {
    record Annotator(String id) implements Counted {}

    record Pair(Overlap overlap) implements Counted {}
  }

  /** Where the trust task stands. */
  record Progress(@Nullable Long ledgerEpoch, @Nullable Long through) {
    static final Progress NONE = new Progress(null, null);
  }

  static Bytes epochPrefix(long epoch) {
    return Bytes.wrap(StateCodec.bytes(out -> writeSorted(out, epoch)));
  }

  static Bytes countsKey(long epoch, String annotatorId) {
    return Bytes.wrap(
        StateCodec.bytes(
            out -> {
              writeSorted(out, epoch);
              writeCounted(out, new Counted.Annotator(annotatorId));
            }));
  }

  static Bytes countsKey(long epoch, Overlap overlap) {
    return Bytes.wrap(
        StateCodec.bytes(
            out -> {
              writeSorted(out, epoch);
              writeCounted(out, new Counted.Pair(overlap));
            }));
  }

  /** Of what one answer counts. */
  static Bytes answerKey(long epoch, String itemId, String eventId) {
    return Bytes.wrap(
        StateCodec.bytes(
            out -> {
              writeSorted(out, epoch);
              out.writeText(itemId);
              out.writeText(eventId);
            }));
  }

  static long countedEpoch(Bytes key) {
    return StateCodec.read(key.get(), TrustCodec::readSorted);
  }

  /** Returns the first epoch that a row of a table is of, if its keys begin with epochs. */
  static OptionalLong firstEpoch(Table table) {
    try (Table.Rows all = table.all()) {
      return all.hasNext() ? OptionalLong.of(countedEpoch(all.next().key)) : OptionalLong.empty();
    }
  }

  static Counted counted(Bytes key) {
    return StateCodec.read(
        key.get(),
        in -> {
          readSorted(in);
          return readCounted(in);
        });
  }

  static Bytes ledgerKey(Counted counted) {
    return Bytes.wrap(StateCodec.bytes(out -> writeCounted(out, counted)));
  }

  static Counted ledgerKey(Bytes key) {
    return StateCodec.read(key.get(), TrustCodec::readCounted);
  }

  static Bytes awaitingKey(long epoch, Weighable weighable) {
    return Bytes.wrap(
        StateCodec.bytes(
            out -> {
              writeSorted(out, epoch);
              switch (weighable) {
                case Weighable.OfVotes(Question question) -> {
                  out.writeByte(1);
                  StateCodec.writeQuestion(out, question);
                }
                case Weighable.OfMarks(String itemId, String candidateId) -> {
                  out.writeByte(2);
                  out.writeText(itemId);
                  out.writeText(candidateId);
                }
              }
            }));
  }

  static Weighable awaiting(Bytes key) {
    return StateCodec.read(
        key.get(),
        in -> {
          readSorted(in);
          byte kind = in.readByte();
          return switch (kind) {
            case 1 -> new Weighable.OfVotes(StateCodec.readQuestion(in));
            case 2 -> new Weighable.OfMarks(in.readText(), in.readText());
            default -> throw StateCodec.corrupt("kind of what is weighed", kind);
          };
        });
  }

  static byte[] value(AnnotatorCounts counts) {
    return StateCodec.formatted(COUNTS_FORMAT, out -> write(out, counts));
  }

  static AnnotatorCounts annotatorCounts(byte[] value) {
    return StateCodec.readFormatted(COUNTS_FORMAT, value, TrustCodec::readAnnotatorCounts);
  }

  static byte[] value(TrustCounts counts) {
    return StateCodec.formatted(COUNTS_FORMAT, out -> write(out, counts));
  }

  static TrustCounts trustCounts(byte[] value) {
    return StateCodec.readFormatted(COUNTS_FORMAT, value, TrustCodec::readTrustCounts);
  }

  static byte[] value(long count) {
    return StateCodec.bytes(out -> out.writeLong(count));
  }

  static long count(byte[] value) {
    return StateCodec.read(value, ByteSource::readLong);
  }

  static byte[] value(LedgerEntry entry) {
    return StateCodec.formatted(
        out -> {
          out.writeLong(entry.votes());
          out.writeLong(entry.placed());
          out.writeLong(entry.shownFirst());
          out.writeLong(entry.measured());
          out.writeLong(entry.longer());
          out.writeLong(entry.followed());
          out.writeLong(entry.repeated());
          out.writeLong(entry.goldRight());
          out.writeLong(entry.goldWrong());
          out.writeLong(entry.hurried());
        });
  }

  static LedgerEntry ledgerEntry(byte[] value) {
    return StateCodec.readFormatted(
        value,
        in ->
            new LedgerEntry(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong()));
  }

  static byte[] value(Standing standing) {
    return StateCodec.formatted(
        out -> {
          out.writeInt(standing.reliabilityPpm());
          out.writeInt(standing.trustPpm());
          out.writeLong(standing.votes());
          out.writeLong(standing.agreements());
          out.writeLong(standing.disagreements());
          out.writeInt(standing.suspicions().size());
          for (Suspicion suspicion : standing.suspicions()) {
            out.writeText(suspicion.name());
          }
        });
  }

  static Standing standing(byte[] value) {
    return StateCodec.readFormatted(
        value,
        in ->
            new Standing(
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                readSuspicions(in)));
  }

  private static Set<Suspicion> readSuspicions(ByteSource in) {
    Set<Suspicion> suspicions = EnumSet.noneOf(Suspicion.class);
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      suspicions.add(Suspicion.valueOf(in.readText()));
    }
    return suspicions;
  }

  static byte[] value(VoteWeight weight) {
    return StateCodec.formatted(out -> write(out, weight));
  }

  static VoteWeight voteWeight(byte[] value) {
    return StateCodec.readFormatted(value, TrustCodec::readVoteWeight);
  }

  static byte[] value(Progress progress) {
    return StateCodec.formatted(
        out -> {
          writeOptional(out, progress.ledgerEpoch());
          writeOptional(out, progress.through());
        });
  }

  static Progress progress(byte[] value) {
    return StateCodec.readFormatted(value, in -> new Progress(readOptional(in), readOptional(in)));
  }

  static byte[] value(EpochReport report) {
    return StateCodec.formatted(
        COUNTS_FORMAT,
        out -> {
          switch (report) {
            case EpochReport.Counted(long epoch, TrustCounts counts) -> {
              out.writeByte(COUNTED);
              out.writeLong(epoch);
              write(out, counts);
            }
            case EpochReport.Closed(int partition, long through) -> {
              out.writeByte(CLOSED);
              out.writeInt(partition);
              out.writeLong(through);
            }
          }
        });
  }

  static EpochReport report(byte[] value) {
    return StateCodec.readFormatted(
        COUNTS_FORMAT,
        value,
        in -> {
          byte kind = in.readByte();
          return switch (kind) {
            case COUNTED -> new EpochReport.Counted(in.readLong(), readTrustCounts(in));
            case CLOSED -> new EpochReport.Closed(in.readInt(), in.readLong());
            default -> throw StateCodec.corrupt("kind of report", kind);
          };
        });
  }

  static byte[] value(TrustNews news) {
    return StateCodec.formatted(
        out -> {
          switch (news) {
            case TrustNews.Reweighed(SortedMap<String, VoteWeight> weights) -> {
              out.writeByte(REWEIGHED);
              out.writeInt(weights.size());
              for (Map.Entry<String, VoteWeight> entry : weights.entrySet()) {
                out.writeText(entry.getKey());
                write(out, entry.getValue());
              }
            }
            case TrustNews.Complete complete -> {
              out.writeByte(COMPLETE);
              write(out, complete);
            }
          }
        });
  }

  static TrustNews news(byte[] value) {
    return StateCodec.readFormatted(
        value,
        in -> {
          byte kind = in.readByte();
          return switch (kind) {
            case REWEIGHED -> {
              SortedMap<String, VoteWeight> weights = new TreeMap<>();
              for (int remaining = in.readInt(); remaining > 0; remaining--) {
                weights.put(in.readText(), readVoteWeight(in));
              }
              yield new TrustNews.Reweighed(weights);
            }
            case COMPLETE ->
                new TrustNews.Complete(readOptional(in), readVoteWeight(in), in.readLong());
            default -> throw StateCodec.corrupt("kind of news", kind);
          };
        });
  }

  private static void write(ByteSink out, TrustNews.Complete complete) {
    writeOptional(out, complete.epoch());
    write(out, complete.newcomer());
    out.writeLong(complete.through());
  }

  private static void write(ByteSink out, TrustCounts counts) {
    out.writeInt(counts.annotators().size());
    for (Map.Entry<String, AnnotatorCounts> entry : counts.annotators().entrySet()) {
      out.writeText(entry.getKey());
      write(out, entry.getValue());
    }
    out.writeInt(counts.overlaps().size());
    for (Map.Entry<Overlap, Long> entry : counts.overlaps().entrySet()) {
      write(out, entry.getKey());
      out.writeLong(entry.getValue());
    }
  }

  private static TrustCounts readTrustCounts(ByteSource in) {
    SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      annotators.put(in.readText(), readAnnotatorCounts(in));
    }
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      overlaps.put(readOverlap(in), in.readLong());
    }
    return new TrustCounts(annotators, overlaps);
  }

  private static void write(ByteSink out, AnnotatorCounts counts) {
    out.writeCount(counts.votes());
    out.writeCount(counts.placed());
    out.writeCount(counts.shownFirst());
    out.writeCount(counts.measured());
    out.writeCount(counts.longer());
    out.writeCount(counts.followed());
    out.writeCount(counts.repeated());
    out.writeCount(counts.goldRight());
    out.writeCount(counts.goldWrong());
    out.writeByte(counts.votesBySixtieth().size());
    for (Map.Entry<Integer, Long> entry : counts.votesBySixtieth().entrySet()) {
      out.writeByte(entry.getKey());
      out.writeCount(entry.getValue());
    }
  }

  private static AnnotatorCounts readAnnotatorCounts(ByteSource in) {
    long votes = in.readCount();
    long placed = in.readCount();
    long shownFirst = in.readCount();
    long measured = in.readCount();
    long longer = in.readCount();
    long followed = in.readCount();
    long repeated = in.readCount();
    long goldRight = in.readCount();
    long goldWrong = in.readCount();
    SortedMap<Integer, Long> bySixtieth = new TreeMap<>();
    for (int remaining = in.readByte(); remaining > 0; remaining--) {
      bySixtieth.put((int) in.readByte(), in.readCount());
    }
    return new AnnotatorCounts(
        votes,
        placed,
        shownFirst,
        measured,
        longer,
        followed,
        repeated,
        goldRight,
        goldWrong,
        bySixtieth);
  }

  private static void writeCounted(ByteSink out, Counted counted) {
    switch (counted) {
      case Counted.Annotator(String id) -> {
        out.writeByte(ANNOTATOR);
        out.writeText(id);
      }
      case Counted.Pair(Overlap overlap) -> {
        out.writeByte(OVERLAP);
        write(out, overlap);
      }
    }
  }

  private static Counted readCounted(ByteSource in) {
    byte kind = in.readByte();
    return switch (kind) {
      case ANNOTATOR -> new Counted.Annotator(in.readText());
      case OVERLAP -> new Counted.Pair(readOverlap(in));
      default -> throw StateCodec.corrupt("kind of count", kind);
    };
  }

  private static void write(ByteSink out, Overlap overlap) {
    out.writeText(overlap.alphabet());
    out.writeText(overlap.earlier());
    out.writeText(overlap.later());
    out.writeByte(overlap.earlierVerdict());
    out.writeByte(overlap.laterVerdict());
  }

  private static Overlap readOverlap(ByteSource in) {
    return new Overlap(in.readText(), in.readText(), in.readText(), in.readByte(), in.readByte());
  }

  private static void write(ByteSink out, VoteWeight weight) {
    out.writeInt(weight.trustPpm());
    out.writeInt(weight.reliabilityPpm());
    out.writeBoolean(weight.isQuarantined());
  }

  private static VoteWeight readVoteWeight(ByteSource in) {
    return new VoteWeight(in.readInt(), in.readInt(), in.readBoolean());
  }

  /** Writes a weighing; it stands behind the vote or mark that it is of. */
  static void write(ByteSink out, Weighing weighing) {
    out.writeLong(weighing.epoch());
    writeOptional(out, weighing.trustEpoch());
    out.writeInt(weighing.trustPpm());
    out.writeInt(weighing.reliabilityPpm());
    Disposition.Discount discount = weighing.discount();
    StateCodec.writeOptional(out, discount == null ? null : discount.name());
  }

  static Weighing readWeighing(ByteSource in) {
    long epoch = in.readLong();
    Long trustEpoch = readOptional(in);
    int trustPpm = in.readInt();
    int reliabilityPpm = in.readInt();
    String discount = StateCodec.readOptional(in);
    return new Weighing(
        epoch,
        trustEpoch,
        trustPpm,
        reliabilityPpm,
        discount == null ? null : Disposition.Discount.valueOf(discount));
  }

  private static void writeOptional(ByteSink out, @Nullable Long number) {
    out.writeBoolean(number != null);
    if (number != null) {
      out.writeLong(number);
    }
  }

  private static @Nullable Long readOptional(ByteSource in) {
    return in.readBoolean() ? (Long) in.readLong() : null;
  }

  /** With the sign bit flipped, unsigned bytes sort like the numbers. */
  private static void writeSorted(ByteSink out, long number) {
    out.writeLong(number ^ Long.MIN_VALUE);
  }

  private static long readSorted(ByteSource in) {
    return in.readLong() ^ Long.MIN_VALUE;
  }
}
