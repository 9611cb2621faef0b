/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code experiment rldaf}. */
@Command(
    name = "rldaf",
    mixinStandardHelpOptions = true,
    description = {
      "What RLDAF adds to plug-and-play control, in toy worlds whose language and attribute are",
      "exact and whose controller errs. Exits with 1, naming the criterion, where it doesn't keep",
      "its promise."
    },
    footer = {
      "",
      "accuracy: mean probability, exact, that a text has the attribute.",
      "perplexity: of the exact language, per token.",
      "distinct-3: unique trigrams over all trigrams of 500 texts; per seed, relative to the frozen",
      "policy's.",
      "control's: perplexity of control alone at the accuracy of RLDAF.",
      "",
      "Example:",
      "  plumbline experiment rldaf --seeds 8 --output rldaf"
    })
final class RldafCommand implements Callable<Integer> {
  @Mixin private ToyWorlds worlds = new ToyWorlds();

  @Override
  public Integer call() {
    return worlds.run(
        new ToyWorlds.Experiment<>(
            RldafRun::allMethods,
            RldafReport::json,
            RldafTable::lines,
            RldafReport::page,
            RldafCriteria::failures));
  }
}
