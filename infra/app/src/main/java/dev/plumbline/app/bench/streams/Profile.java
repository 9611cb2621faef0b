/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the threads of streams spend their time, by samples of Java Flight Recorder: in Java and,
 * for RocksDB, in native code.
 *
 * @param samples how many there are
 * @param parts share of the samples by the part that they fell into, largest first
 * @param frames share of the samples by the method on top, largest first
 */
record Profile(int samples, List<Share> parts, List<Share> frames) {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int MOST_FRAMES = 15;

  /** What stands in a stack first, from the top, tells the part. */
  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("org.rocksdb.", "RocksDB"),
          Map.entry("dev.plumbline.streams.StateCodec", "state codec"),
          Map.entry("dev.plumbline.events.", "decoding, encoding, hashing of records"),
          Map.entry("dev.plumbline.streams.", "rules"),
          Map.entry("dev.plumbline.judgement.", "rules"),
          Map.entry("org.apache.kafka.clients.producer.", "producer"),
          Map.entry("org.apache.kafka.clients.consumer.", "consumer"),
          Map.entry("org.apache.kafka.streams.state.", "Kafka Streams' stores"),
          Map.entry("org.apache.kafka.streams.", "Kafka Streams"),
          Map.entry("org.apache.kafka.", "Kafka's network and records"));

  /** A share of the samples, in parts of one. */
  record Share(String what, double share) {}

  /** Runs some work and returns where it spent its time. */
  static Profile of(Runnable work) throws IOException {
    Path file = Files.createTempFile("plumbline-bench-", ".jfr");
    try (var recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      return read(file);
    } finally {
      Files.delete(file);
    }
  }

  private static Profile read(Path file) throws IOException {
    Map<String, Integer> parts = new HashMap<>();
    Map<String, Integer> frames = new HashMap<>();
    int samples = 0;
    try (var recorded = new RecordingFile(file)) {
      while (recorded.hasMoreEvents()) {
        RecordedEvent event = recorded.readEvent();
        RecordedStackTrace stack = event.getStackTrace();
        if (stack == null || !isOfStreams(event) || isWaiting(stack)) {
          continue;
        }
        samples++;
        parts.merge(partOf(stack), 1, Integer::sum);
        frames.merge(name(stack.getFrames().getFirst()), 1, Integer::sum);
      }
    }
    return new Profile(
        samples, largest(parts, samples, parts.size()), largest(frames, samples, MOST_FRAMES));
  }

  private static boolean isOfStreams(RecordedEvent event) {
    var thread = event.getThread("sampledThread");
    String name = thread == null ? null : thread.getJavaName();
    return name != null && name.contains("StreamThread");
  }

  /** A sample in native code may be of a thread that waits for the network. */
  private static boolean isWaiting(RecordedStackTrace stack) {
    String top = name(stack.getFrames().getFirst());
    return top.startsWith("sun.nio.ch.") && (top.contains("oll.wait") || top.contains("poll"));
  }

  private static String partOf(RecordedStackTrace stack) {
    for (RecordedFrame frame : stack.getFrames()) {
      String name = name(frame);
      var part =
          PARTS.entrySet().stream()
              .filter(entry -> name.startsWith(entry.getKey()))
              .max(Comparator.comparingInt(entry -> entry.getKey().length()));
      if (part.isPresent()) {
        return part.get().getValue();
      }
    }
    return "other";
  }

  private static String name(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }

  private static List<Share> largest(Map<String, Integer> counts, int samples, int most) {
    List<Share> shares = new ArrayList<>();
    counts.forEach((what, count) -> shares.add(new Share(what, (double) count / samples)));
    shares.sort(Comparator.comparingDouble(Share::share).reversed().thenComparing(Share::what));
    return shares.subList(0, Math.min(most, shares.size()));
  }
}
