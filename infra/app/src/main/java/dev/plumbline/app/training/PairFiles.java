/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.app.models.InputException;
import dev.plumbline.datasets.Extras;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.text.TruncationMode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Preference files as pairs in token ids, encoded as {@code plumbline train} encodes them, for who
 * asks for pairs alone.
 *
 * @param modelDirectory where the chat template is
 * @param chatTemplate in its place; null for that
 * @param format of all files; null to tell it from each one's first rows
 * @param badRows what becomes of a row that can't be read or encoded
 * @param truncation which end of a prompt with its completion is kept
 * @param maxLength longest row, in tokens; at most what the model can read
 * @param clock what chat templates read the date from
 */
public record PairFiles(
    Path modelDirectory,
    @Nullable Path chatTemplate,
    @Nullable String format,
    BadRowPolicy badRows,
    TruncationMode truncation,
    int maxLength,
    Clock clock) {

  /**
   * A pair of a file.
   *
   * @param extras further columns of its row
   */
  public record JudgedPair(EncodedPair pair, Extras extras) {}

  /**
   * What files gave.
   *
   * @param pairs in the order of the files
   * @param leftOut rows that can't be read or encoded, or that have nothing left after cutting
   */
  public record Content(List<JudgedPair> pairs, int leftOut) {
    public Content {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * Reads files, one after the other.
   *
   * @param setting that names them, for messages
   * @throws InputException when a file is missing or holds no pairs, a row is bad and bad rows are
   *     refused, or no pair is left
   */
  public Content read(String setting, List<Path> files, CausalLanguageModel model) {
    int longest = Math.min(maxLength, model.config().maxPositions());
    RowEncoder encoder =
        Encoders.of(
            modelDirectory,
            chatTemplate,
            model,
            new Truncation(truncation, longest, null, null),
            clock);
    ExampleFiles.Examples read =
        new ExampleFiles(
                ExampleFiles.format(format), badRows, RowKind.PAIRS, "bradley_terry", encoder)
            .read(setting, files);
    List<JudgedPair> pairs = new ArrayList<>();
    for (ExampleFiles.Read one : read.examples()) {
      if (one.example() instanceof EncodedPair pair) {
        pairs.add(new JudgedPair(pair, one.extras()));
      }
    }
    return new Content(pairs, read.bad() + read.emptied());
  }
}
