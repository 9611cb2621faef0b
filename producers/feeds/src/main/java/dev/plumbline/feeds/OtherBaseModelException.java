/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

/** A policy version stands on another base model than the one at hand; names both. */
public final class OtherBaseModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception that names the version and both models. */
  public OtherBaseModelException(String message) {
    super(message);
  }
}
