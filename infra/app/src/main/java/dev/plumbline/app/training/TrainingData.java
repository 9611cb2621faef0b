/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.app.models.InputException;
import dev.plumbline.app.training.ExampleFiles.Examples;
import dev.plumbline.app.training.ExampleFiles.Read;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is learned from, and what is held out.
 *
 * @param train examples in the order of the files
 * @param heldOut never learned from; empty when nothing is held out
 * @param heldOutPairs the pairs that held-out examples of another kind were made of
 */
record TrainingData(
    List<EncodedExample> train, List<EncodedExample> heldOut, List<EncodedExample> heldOutPairs) {
  private static final Logger log = LoggerFactory.getLogger(TrainingData.class);

  TrainingData {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
    heldOutPairs = List.copyOf(heldOutPairs);
  }

  /**
   * Reads what the settings name.
   *
   * @throws InputException when there is nothing to learn from, or nothing to hold out
   */
  static TrainingData read(ExampleFiles files, TrainSettings settings) {
    Examples all = read(files, "data", settings.data());
    if (!settings.evalData().isEmpty()) {
      Examples heldOut = read(files, "eval_data", settings.evalData());
      warnOfSharedPrompts(all, heldOut);
      return new TrainingData(
          examples(all.examples(), prompt -> true),
          examples(heldOut.examples(), prompt -> true),
          examples(heldOut.pairs(), prompt -> true));
    }
    HeldOutPrompts split = new HeldOutPrompts(settings.evalFraction());
    TrainingData data =
        new TrainingData(
            examples(all.examples(), prompt -> !split.contains(prompt)),
            examples(all.examples(), split::contains),
            examples(all.pairs(), split::contains));
    if (settings.evalFraction() > 0 && (data.train.isEmpty() || data.heldOut.isEmpty())) {
      throw new InputException(
          "eval_fraction",
          "%s of %d examples leaves %d to learn from and %d held out; hint: more rows, another share, or eval_data"
              .formatted(
                  settings.evalFraction(),
                  all.examples().size(),
                  data.train.size(),
                  data.heldOut.size()));
    }
    return data;
  }

  private static Examples read(ExampleFiles files, String setting, List<Path> paths) {
    Examples examples = files.read(setting, paths);
    log.info(
        "{}: {} examples of {} rows; {} rows left out as bad, {} examples that cutting emptied",
        setting,
        examples.examples().size(),
        examples.rows(),
        examples.bad(),
        examples.emptied());
    return examples;
  }

  private static List<EncodedExample> examples(List<Read> all, Predicate<String> which) {
    return all.stream().filter(read -> which.test(read.prompt())).map(Read::example).toList();
  }

  private static void warnOfSharedPrompts(Examples train, Examples heldOut) {
    Set<String> learned = train.examples().stream().map(Read::prompt).collect(Collectors.toSet());
    Map<Boolean, Long> shared =
        heldOut.examples().stream()
            .map(Read::prompt)
            .distinct()
            .collect(Collectors.partitioningBy(learned::contains, Collectors.counting()));
    if (shared.get(true) > 0) {
      log.warn(
          "{} of {} prompts of eval_data are in data too: held-out numbers will flatter",
          shared.get(true),
          shared.get(true) + shared.get(false));
    }
  }

  /** What is held out, as pairs where the files have pairs. */
  List<EncodedExample> heldOutAsPairs() {
    return heldOutPairs.isEmpty() ? heldOut : heldOutPairs;
  }
}
