/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench;

import dev.plumbline.lm.TokenRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Batches of preference pairs with random ids and real lengths: token counts of 256 pairs of the
 * last turns of Anthropic's hh dataset under GPT-2's tokenizer, evenly spread over the file.
 */
final class PairLengths {
  private static final String RESOURCE = "hh-lastturn-lengths.csv";
  private static final long SEED = 1;

  private PairLengths() {}

  /**
   * @param pairs per batch
   * @return batches of rows, all chosen and then all rejected ones of each batch
   */
  static List<List<TokenRow>> batches(int pairs, int vocabularySize) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<List<TokenRow>> batches = new ArrayList<>();
    List<int[]> lengths = read();
    for (int from = 0; from + pairs <= lengths.size(); from += pairs) {
      List<TokenRow> chosen = new ArrayList<>();
      List<TokenRow> rejected = new ArrayList<>();
      for (int[] pair : lengths.subList(from, from + pairs)) {
        int[] prompt = ids(random, pair[0], vocabularySize);
        chosen.add(TokenRow.of(prompt, ids(random, pair[1], vocabularySize)));
        rejected.add(TokenRow.of(prompt, ids(random, pair[2], vocabularySize)));
      }
      batches.add(Stream.concat(chosen.stream(), rejected.stream()).toList());
    }
    return batches;
  }

  private static int[] ids(SplittableRandom random, int length, int vocabularySize) {
    return random.ints(length, 3, vocabularySize).toArray();
  }

  private static List<int[]> read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(PairLengths.class.getResourceAsStream(RESOURCE), RESOURCE),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> Stream.of(line.split(",")).mapToInt(Integer::parseInt).toArray())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
