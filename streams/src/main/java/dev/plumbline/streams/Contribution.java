/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/** That an annotator, or a judge, said something: a feedback event or a reward score. */
record Contribution(String annotatorId, String itemId, String eventId) {}
