/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deterministic ids: SHA-256 over a tagged tuple in which every part carries its length, so that no
 * two tuples share their bytes. Never over Avro bytes, which evolve.
 */
public final class Identity {
  private Identity() {}

  /** Returns the id of the preference pair about two candidates, in whichever order they come. */
  public static String pairId(
      String policy, String itemId, String criterion, String candidate, String otherCandidate) {
    boolean inOrder = candidate.compareTo(otherCandidate) <= 0;
    return hash(
        "pair",
        policy,
        itemId,
        criterion,
        inOrder ? candidate : otherCandidate,
        inOrder ? otherCandidate : candidate);
  }

  /** Returns the id of the unpaired example about a candidate. */
  public static String unpairedId(
      String policy, String itemId, String criterion, String candidate) {
    return hash("unpaired", policy, itemId, criterion, candidate);
  }

  /** Returns the id of the ranking of a set of candidates, in whichever order they come. */
  public static String rankingId(
      String policy, String itemId, String criterion, Collection<String> candidates) {
    Stream<String> parts =
        Stream.concat(Stream.of(policy, itemId, criterion), candidates.stream().sorted());
    return hash("ranking", parts.toArray(String[]::new));
  }

  /** Returns the id of the rollout group of a set of completions, in whichever order they come. */
  public static String groupId(
      String policy, String itemId, String criterion, Collection<String> candidates) {
    Stream<String> parts =
        Stream.concat(Stream.of(policy, itemId, criterion), candidates.stream().sorted());
    return hash("group", parts.toArray(String[]::new));
  }

  /** Returns the id of what a judge scored: by it an example names the score as evidence. */
  public static String rewardId(String itemId, String completionId, String judgeId) {
    return hash("reward", itemId, completionId, judgeId);
  }

  /** Returns the id of the index-th completion of a version for a prompt. */
  public static String completionId(String itemId, PolicyVersionId version, int index) {
    return hash("completion", itemId, version.toString(), Integer.toString(index));
  }

  /** Returns the id that a corrected text has as a candidate of its item. */
  public static String correctionId(String itemId, String eventId) {
    return hash("correction", itemId, eventId);
  }

  /** Returns the running hash {@code next} of consumed examples after one more was consumed. */
  public static String chained(String hash, String exampleId, int revision) {
    return hash("consumed", hash, exampleId, Integer.toString(revision));
  }

  /** Returns the SHA-256, in hexadecimal, of a kind and the parts that identify one of it. */
  public static String hash(String kind, String... parts) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      writeText(out, kind);
      out.writeInt(parts.length);
      for (String part : parts) {
        writeText(out, part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sha256(bytes.toByteArray());
  }

  /** Returns the SHA-256 of {@code bytes} in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Returns the hash of a record's content, component by component.
   *
   * @param leftOut names of its own components that don't count
   */
  public static String contentHash(Record content, String... leftOut) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      writeRecord(out, content, List.of(leftOut));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sha256(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeByte('0');
      case String text -> {
        out.writeByte('s');
        writeText(out, text);
      }
      case Integer number -> {
        out.writeByte('n');
        out.writeLong(number);
      }
      case Long number -> {
        out.writeByte('n');
        out.writeLong(number);
      }
      case Double number -> {
        out.writeByte('d');
        out.writeDouble(number);
      }
      case Float number -> {
        out.writeByte('f');
        out.writeFloat(number);
      }
      case Boolean flag -> {
        out.writeByte('b');
        out.writeBoolean(flag);
      }
      case Enum<?> constant -> {
        out.writeByte('e');
        writeText(out, constant.name());
      }
      case Instant instant -> {
        out.writeByte('t');
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
      }
      case Duration duration -> {
        out.writeByte('u');
        out.writeLong(duration.getSeconds());
        out.writeInt(duration.getNano());
      }
      case Bytes data -> {
        out.writeByte('x');
        out.writeInt(data.length());
        out.write(data.toArray());
      }
      case List<?> list -> {
        out.writeByte('l');
        out.writeInt(list.size());
        for (Object element : list) {
          write(out, element);
        }
      }
      case Record nested -> writeRecord(out, nested, List.of());
      default ->
          throw new IllegalArgumentException("no canonical form for " + value.getClass().getName());
    }
  }

  private static void writeRecord(DataOutputStream out, Record content, List<String> leftOut)
      throws IOException {
    out.writeByte('r');
    var shape = RecordShape.of(content.getClass());
    shape.canonicalName().writeTo(out);
    int counted = 0;
    for (RecordShape.Component component : shape.components()) {
      counted += counts(component, content, leftOut) ? 1 : 0;
    }
    out.writeInt(counted);
    for (RecordShape.Component component : shape.components()) {
      if (counts(component, content, leftOut)) {
        component.canonicalName().writeTo(out);
        write(out, component.value(content));
      }
    }
  }

  private static boolean counts(
      RecordShape.Component component, Record content, List<String> leftOut) {
    return !leftOut.contains(component.name())
        && (!component.isAddedLater() || component.value(content) != null);
  }

  /** Returns a text as it stands in the tuple. */
  static Bytes canonical(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return Bytes.of(
        ByteBuffer.allocate(Integer.BYTES + utf8.length).putInt(utf8.length).put(utf8).array());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }
}
