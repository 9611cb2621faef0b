/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

/** Text of a subject can't be sealed any more: the subject's key was destroyed. */
public final class SubjectErasedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SubjectErasedException(String subject) {
    super("subject %s was erased: nothing that belongs to it is taken any more".formatted(subject));
  }
}
