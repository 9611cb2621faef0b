/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.plumbline.events.Identity;
import dev.plumbline.lm.EngineFingerprint;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a checkpoint was made, so that it can be made again: {@value #FILE} beside its files. Holds
 * nothing from the clock.
 *
 * @param settings of the run, seed included
 * @param engine what equal bytes depend on besides the settings
 * @param lossCurve mean loss of a training batch, in nats per token, now and then
 * @param heldOutLoss mean loss on texts never trained on, in nats per token
 * @param files per file: its SHA-256 in lower-case hexadecimal digits
 */
public record PretrainRecord(
    PretrainSettings settings,
    EngineFingerprint engine,
    List<LossPoint> lossCurve,
    double heldOutLoss,
    Map<String, String> files) {

  /** Name of the record's file. */
  public static final String FILE = "plumbline-pretrain.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  /**
   * A point of the loss curve.
   *
   * @param step from 1
   * @param loss of that step's batch, before the step
   */
  public record LossPoint(int step, double loss) {}

  public PretrainRecord {
    lossCurve = List.copyOf(lossCurve);
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  static PretrainRecord of(
      PretrainSettings settings,
      EngineFingerprint engine,
      List<LossPoint> lossCurve,
      double heldOutLoss,
      Map<String, byte[]> files) {
    Map<String, String> digests = new TreeMap<>();
    files.forEach((name, bytes) -> digests.put(name, Identity.sha256(bytes)));
    return new PretrainRecord(settings, engine, lossCurve, heldOutLoss, digests);
  }

  static PretrainRecord fromJson(byte[] json) throws IOException {
    return JSON.readValue(json, PretrainRecord.class);
  }

  byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }
}
