/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.reward.Logistic;
import dev.plumbline.reward.control.Requirement;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the attribute and fluency weigh, and the moving averages that decide it. Part of a lane's
 * commit: {@link #toText} is canonical, so that equal states are equal bytes.
 *
 * @param updates how many updates were averaged
 * @param attainment Abar, moving average of what rollouts attain; 0 before the first update
 * @param divergence Dbar, moving average of KL(pi_phi || pi_ref) per token, in nats; 0 before the
 *     first update
 * @param attributeLogit logit(w_a)
 */
public record FeedbackWeights(
    long updates, double attainment, double divergence, double attributeLogit) {
  private static final String FORMAT = "rldaf-weights/1";
  private static final Pattern TEXT =
      Pattern.compile(
          FORMAT
              + " updates=(\\d{1,18}) attainment=(\\S+) divergence=(\\S+) attribute_logit=(\\S+)");

  public FeedbackWeights {
    if (updates < 0) {
      throw new IllegalArgumentException("updates must be at least 0, but was " + updates);
    }
    Requirement.prob("attainment", attainment);
    Requirement.atLeastZero("divergence", divergence, "0.15");
    Requirement.finite("attribute_logit", attributeLogit);
    // 0.0 + x turns -0.0 into 0.0: equal numbers have equal texts.
    attainment = 0.0 + attainment;
    divergence = 0.0 + divergence;
    attributeLogit = 0.0 + attributeLogit;
  }

  /** w_a, the weight of the attribute. */
  public double attribute() {
    return Logistic.sigmoid(attributeLogit);
  }

  /** w_f = 1 - w_a, the weight of fluency. */
  public double fluency() {
    return Logistic.sigmoid(-attributeLogit);
  }

  /** One line of ASCII, numbers in hexadecimal: no digit is lost, in any locale. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        "%s updates=%d attainment=%s divergence=%s attribute_logit=%s",
        FORMAT,
        updates,
        Double.toHexString(attainment),
        Double.toHexString(divergence),
        Double.toHexString(attributeLogit));
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException when it is anything else, even another notation of the same
   *     numbers
   */
  public static FeedbackWeights parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      FeedbackWeights weights =
          new FeedbackWeights(
              Long.parseLong(matcher.group(1)),
              Double.parseDouble(matcher.group(2)),
              Double.parseDouble(matcher.group(3)),
              Double.parseDouble(matcher.group(4)));
      if (weights.toText().equals(text)) {
        return weights;
      }
    }
    throw new IllegalArgumentException(
        "feedback weights must be written as \"%s updates=0 attainment=0x0.0p0 divergence=0x0.0p0 attribute_logit=0x0.0p0\", but were \"%s\""
            .formatted(FORMAT, text));
  }
}
