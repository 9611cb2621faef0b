/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;

/**
 * What one annotator said of a row's candidates.
 *
 * @param annotatorId the annotator, named after the data set
 * @param kind person, model or program
 * @param answer {@link Answer#A} where candidate a was preferred
 */
public record Vote(String annotatorId, AnnotatorKind kind, Answer answer) {}
