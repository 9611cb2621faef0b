/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.feeds.SourcePrompt;
import dev.plumbline.feeds.pocket.PocketPrompts.Opening;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Short reviews in plain English, made from a seed: a prompt says what is reviewed, two to four
 * sentences follow it. Each review has a mood, from mostly faulting to mostly praising; all moods
 * are equally frequent, so that praise and fault balance over many reviews.
 *
 * <p>Every text is a function of (seed, number): the same on every machine, in any order.
 */
public final class PocketReviews {
  /** Probability that a judgement praises, one mood each. Symmetric about one half. */
  private static final List<Double> MOODS = List.of(0.05, 0.5, 0.95);

  private static final List<Integer> SENTENCES = List.of(2, 3, 3, 3, 4);
  private static final List<String> INTENSIFIERS =
      List.of("", "", "", "very ", "quite ", "rather ");
  private static final Map<Polarity, List<String>> FEELINGS =
      Map.of(
          Polarity.POSITIVE, List.of("Luckily", "Happily", "As I had hoped"),
          Polarity.NEGATIVE, List.of("Sadly", "Alas", "As I had feared"));
  private static final List<String> OPINIONS = List.of("I found", "We found", "I thought");
  private static final double PROB_FACT = 0.3;
  private static final double PROB_VERDICT_AT_END = 0.4;

  private final long seed;

  public PocketReviews(long seed) {
    this.seed = seed;
  }

  /** The review with this number: a prompt of the training split and its completion. */
  public Review review(long number) {
    Draw draw = new Draw(seed, number);
    Opening opening = draw.from(PocketPrompts.trainOpenings());
    return new Review(opening.prompt(), completion(opening.kind(), draw));
  }

  /** Every phrase that praises or faults. */
  static List<String> phrases(Polarity polarity) {
    return Stream.concat(
            Trait.ALL.stream().flatMap(trait -> trait.phrases(polarity).stream()),
            Verdict.all(polarity).stream().map(Verdict::phrase))
        .toList();
  }

  /**
   * A prompt and what follows it.
   *
   * @param completion begins with the space that follows the prompt
   */
  public record Review(SourcePrompt prompt, String completion) {
    public String text() {
      return prompt.text() + completion;
    }
  }

  private static String completion(ReviewKind kind, Draw draw) {
    double probPraise = draw.from(MOODS);
    int sentences = draw.from(SENTENCES);
    List<Aspect> aspects = draw.several(2 * sentences, kind.aspects());
    List<String> facts = draw.several(sentences, kind.facts());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      Polarity polarity = draw.chance(probPraise) ? Polarity.POSITIVE : Polarity.NEGATIVE;
      boolean last = i == sentences - 1;
      text.append(' ');
      if (last && draw.chance(PROB_VERDICT_AT_END)) {
        text.append(draw.from(Verdict.all(polarity)).sentence());
      } else if (draw.chance(PROB_FACT)) {
        text.append(facts.get(i));
      } else {
        text.append(judgement(aspects.get(2 * i), aspects.get(2 * i + 1), polarity, draw));
      }
    }
    return text.toString();
  }

  private static String judgement(Aspect aspect, Aspect other, Polarity polarity, Draw draw) {
    List<String> two = draw.several(2, aspect.trait().phrases(polarity));
    boolean oneWord = !two.getFirst().contains(" ");
    String phrase = (oneWord ? draw.from(INTENSIFIERS) : "") + two.getFirst();
    String noun = "the " + aspect.noun();
    String was = " " + aspect.was() + " ";
    double form = draw.uniform();
    if (form < 0.2) {
      return "The " + aspect.noun() + was + phrase + ".";
    }
    if (form < 0.45) {
      return "The " + aspect.noun() + was + two.getFirst() + " and " + two.getLast() + ".";
    }
    if (form < 0.65) {
      return draw.from(FEELINGS.get(polarity)) + " " + noun + was + phrase + ".";
    }
    if (form < 0.85) {
      return draw.from(OPINIONS) + " " + noun + " " + phrase + ".";
    }
    String contrast = draw.from(other.trait().phrases(polarity.opposite()));
    return "The %s%s%s but the %s %s %s."
        .formatted(aspect.noun(), was, phrase, other.noun(), other.was(), contrast);
  }
}
