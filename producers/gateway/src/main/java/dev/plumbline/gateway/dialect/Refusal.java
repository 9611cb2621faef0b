/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Why something that was sent is not taken.
 *
 * @param code what is wrong, for programs
 * @param message what is wrong, the value, and what was expected, for people
 * @param field the field that is wrong, for example {@code annotator.kind}
 * @param value the value as it was sent, shortened
 * @param expected what would have been taken
 */
public record Refusal(
    Code code,
    String message,
    @Nullable String field,
    @Nullable String value,
    @Nullable String expected) {

  /** What is wrong. */
  public enum Code {
    /** The body is no JSON text. */
    NOT_JSON,
    /** The kind of feedback is none of the known ones. */
    UNKNOWN_KIND,
    /** A required field is absent. */
    MISSING_FIELD,
    /** A field that means nothing here. */
    UNKNOWN_FIELD,
    /** A field of another JSON type than expected. */
    WRONG_TYPE,
    /** A value outside of what is allowed. */
    INVALID_VALUE,
    /** A candidate compared with itself. */
    SELF_COMPARISON,
    /** The body is larger than any body taken. */
    TOO_LARGE,
    /** It belongs to somebody whose key was destroyed. */
    ERASED,
    /** The broker did not acknowledge in time. */
    UNAVAILABLE,
    /** A key is needed. */
    UNAUTHORIZED,
    /** This origin or host may not do this. */
    FORBIDDEN,
    /** Nothing is known under this path. */
    NOT_FOUND,
    /** The path does not take this method. */
    METHOD_NOT_ALLOWED,
    /** A defect here. */
    INTERNAL
  }

  /** Returns a refusal that concerns no single field. */
  public static Refusal of(Code code, String message) {
    return new Refusal(code, message, null, null, null);
  }
}
