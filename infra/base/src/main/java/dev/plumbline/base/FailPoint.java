/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

/**
 * Observes the steps of work that must survive being cut off at any instant.
 *
 * <p>Code that makes a durability promise announces each step by name just after it has happened.
 * In production nobody listens ({@link #NONE}); a crash test hands in an observer that halts the
 * process at a chosen step. Names are lower-case words joined by dashes, prefixed with their owner:
 * {@code artifact.before-rename}.
 */
@FunctionalInterface
public interface FailPoint {

  /** Listens to nothing. */
  FailPoint NONE = step -> {};

  /** The work has reached {@code step}. An implementation may throw or never return. */
  void reached(String step);
}
