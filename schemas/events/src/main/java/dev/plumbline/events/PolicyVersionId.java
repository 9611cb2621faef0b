/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one policy version, for example {@code assistant@000042}. Never reused for other weights.
 *
 * @param policy the policy
 * @param number 0 for the base policy, then counting up
 */
public record PolicyVersionId(String policy, int number) implements Comparable<PolicyVersionId> {
  private static final Pattern FORM = Pattern.compile("([^@\\s]+)@(\\d{6,9})");

  public PolicyVersionId {
    Limits.requireId("policy", policy);
    if (number < 0 || policy.contains("@")) {
      throw new IllegalArgumentException(
          "a policy version needs a policy without '@' and a number of at least 0, but was %s and %d"
              .formatted(policy, number));
    }
  }

  /** Reads the form that {@link #toString} writes. */
  public static PolicyVersionId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a policy version looks like assistant@000042, but was \"" + text + '"');
    }
    return new PolicyVersionId(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** Returns the id of the version after this one. */
  public PolicyVersionId next() {
    return new PolicyVersionId(policy, number + 1);
  }

  @Override
  public int compareTo(PolicyVersionId other) {
    int byPolicy = policy.compareTo(other.policy);
    return byPolicy != 0 ? byPolicy : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return "%s@%06d".formatted(policy, number);
  }
}
