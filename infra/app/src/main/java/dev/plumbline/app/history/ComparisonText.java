/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.streams.replay.ReplayComparison;
import dev.plumbline.streams.replay.ReplayComparison.Difference;
import dev.plumbline.streams.replay.ReplayComparison.Flip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Two replays side by side, for people and for programs. */
public final class ComparisonText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 10;

  private ComparisonText() {}

  /** Returns a table of the kinds of examples, and some of the flips. */
  public static String of(ReplayComparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-10s %9s %9s %9s %9s %9s %9s %9s %12s %12s"
            .formatted(
                "examples",
                "now",
                "then",
                "same",
                "changed",
                "flipped",
                "new",
                "gone",
                "weight now",
                "weight then"));
    comparison
        .differences()
        .forEach(
            (kind, it) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%-10s %9d %9d %9d %9d %9d %9d %9d %12.2f %12.2f",
                        kind,
                        it.one(),
                        it.other(),
                        it.same(),
                        it.changed(),
                        it.flipped(),
                        it.added(),
                        it.gone(),
                        it.weight(),
                        it.otherWeight())));
    List<Flip> flips = comparison.flips();
    for (Flip flip : flips.subList(0, Math.min(SHOWN, flips.size()))) {
      lines.add(
          "%s of item %s: now %s, then %s"
              .formatted(flip.kind(), flip.itemId(), flip.preferred(), flip.preferredByOther()));
    }
    if (flips.size() > SHOWN) {
      lines.add("and %d more flips; --json lists them".formatted(flips.size() - SHOWN));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** Returns the same as one line of JSON, every flip named. */
  public static String json(ReplayComparison comparison) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode kinds = root.putObject("examples");
    comparison.differences().forEach((kind, it) -> put(kinds.putObject(kind), it));
    ArrayNode flips = root.putArray("flips");
    for (Flip flip : comparison.flips()) {
      flips
          .addObject()
          .put("kind", flip.kind())
          .put("example", flip.exampleId())
          .put("item", flip.itemId())
          .put("now", flip.preferred())
          .put("then", flip.preferredByOther());
    }
    return root.toString();
  }

  private static void put(ObjectNode kind, Difference it) {
    kind.put("now", it.one())
        .put("then", it.other())
        .put("same", it.same())
        .put("changed", it.changed())
        .put("flipped", it.flipped())
        .put("new", it.added())
        .put("gone", it.gone())
        .put("weight_now", it.weight())
        .put("weight_then", it.otherWeight());
  }
}
