/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file. Belongs to one thread; each event is handed to the operating system at
 * once.
 *
 * <p>The file is a sequence of records: length (u64, little-endian), masked CRC32C of these eight
 * bytes (u32), the bytes of an {@code Event} message, masked CRC32C of them (u32). Field numbers
 * are those of TensorFlow's {@code event.proto}, {@code summary.proto} and {@code tensor.proto}.
 */
final class EventFile implements AutoCloseable {

  static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";
  private static final long SESSION_START = 1;
  private static final long STRING_TYPE = 7;
  private static final long TENSOR_CLASS = 2;

  private final OutputStream out;

  private EventFile(OutputStream out) {
    this.out = out;
  }

  /**
   * Begins a new file, named by the time and by how many event files the folder has already: it
   * sorts after them, as readers need.
   *
   * <p>It opens with the start of a session at {@code firstStep}. Readers forget what earlier files
   * say about that step and later ones, but only if those files opened with a session too.
   */
  static EventFile create(Path folder, Instant now, long firstStep) throws IOException {
    long earlier;
    try (Stream<Path> files = Files.list(folder)) {
      earlier = files.filter(file -> file.getFileName().toString().startsWith(PREFIX)).count();
    }
    String name =
        String.format(Locale.ROOT, "%s%010d.plumbline-%04d", PREFIX, now.getEpochSecond(), earlier);
    EventFile file =
        new EventFile(
            Files.newOutputStream(
                folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    file.write(event(now).string(3, VERSION));
    file.write(event(now).int64(2, firstStep).message(7, new Protobuf().int64(1, SESSION_START)));
    return file;
  }

  /** Writes one point of each curve, as float32. */
  void scalars(Instant now, long step, Map<String, Double> scalars) throws IOException {
    Protobuf summary = new Protobuf();
    scalars.forEach(
        (tag, value) ->
            summary.message(1, new Protobuf().string(1, tag).float32(2, value.floatValue())));
    write(event(now).int64(2, step).message(5, summary));
  }

  /** Writes a text for TensorBoard's text page: a string tensor without dimensions. */
  void text(Instant now, long step, String tag, String markdown) throws IOException {
    Protobuf metadata =
        new Protobuf().message(1, new Protobuf().string(1, "text")).int64(4, TENSOR_CLASS);
    Protobuf tensor =
        new Protobuf().int64(1, STRING_TYPE).message(2, new Protobuf()).string(8, markdown);
    Protobuf value = new Protobuf().string(1, tag).message(8, tensor).message(9, metadata);
    write(event(now).int64(2, step).message(5, new Protobuf().message(1, value)));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(Protobuf event) throws IOException {
    out.write(record(event.toByteArray()));
  }

  private static Protobuf event(Instant now) {
    return new Protobuf().float64(1, now.toEpochMilli() / 1000.0);
  }

  private static byte[] record(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(data.length);
    byte[] length = new byte[Long.BYTES];
    record.get(0, length);
    return record.putInt(maskedCrc(length)).put(data).putInt(maskedCrc(data)).array();
  }

  /** CRC32C rotated right by 15 bits plus a constant, so that CRCs of CRCs stay strong. */
  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
  }
}
