/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

/**
 * What another annotator had said on the same question before.
 *
 * @param annotator who said it
 * @param verdict what was said, by number in the question's alphabet
 */
public record StandingVote(String annotator, int verdict) {}
