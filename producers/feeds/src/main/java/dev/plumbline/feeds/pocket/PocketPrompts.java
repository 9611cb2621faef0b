/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.events.Split;
import dev.plumbline.feeds.PromptSource;
import dev.plumbline.feeds.SourcePrompt;
import dev.plumbline.lm.CounterNoise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The prompts of the pocket policy: every opening of a review, kinds mixed. One in twenty is held
 * out, by its id. A completion continues its prompt after a space, and that space is the
 * completion's first character.
 */
public final class PocketPrompts implements PromptSource {
  /** The order of the prompts, and with it their ids, never changes. */
  private static final long ORDER_SEED = 1;

  private static final List<Opening> TRAIN = new ArrayList<>();
  private static final List<Opening> HELD_OUT = new ArrayList<>();

  static {
    for (Opening opening : inOrder()) {
      switch (Split.of(opening.prompt().id())) {
        case TRAIN -> TRAIN.add(opening);
        case HELD_OUT -> HELD_OUT.add(opening);
      }
    }
  }

  /** A prompt and what its review is about. */
  record Opening(ReviewKind kind, SourcePrompt prompt) {}

  @Override
  public String name() {
    return "pocket";
  }

  @Override
  public List<SourcePrompt> train() {
    return TRAIN.stream().map(Opening::prompt).toList();
  }

  @Override
  public List<SourcePrompt> heldOut() {
    return HELD_OUT.stream().map(Opening::prompt).toList();
  }

  /** What pretraining may see: the train split. */
  static List<Opening> trainOpenings() {
    return TRAIN;
  }

  private static List<Opening> inOrder() {
    record Placed(ReviewKind kind, String text, long place) {}
    List<Placed> placed = new ArrayList<>();
    for (ReviewKind kind : ReviewKind.ALL) {
      for (String text : kind.openings()) {
        placed.add(new Placed(kind, text, CounterNoise.bits(ORDER_SEED, 0, 0, placed.size())));
      }
    }
    placed.sort(Comparator.comparingLong(Placed::place));
    List<Opening> openings = new ArrayList<>();
    for (Placed each : placed) {
      String id = String.format(Locale.ROOT, "pocket-%04d", openings.size());
      openings.add(new Opening(each.kind(), new SourcePrompt(id, each.text())));
    }
    return openings;
  }
}
