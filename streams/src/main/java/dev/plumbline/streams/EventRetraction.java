/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/**
 * The retraction of one event, kept for good: it may come before the event, and the event may be
 * sent again after it.
 *
 * @param itemId the item of both
 * @param eventId the event that is taken back
 * @param retractionId the event that takes it back
 * @param annotatorId who takes it back
 * @param isByOperator whether that may be somebody else than who said it
 * @param origin the retraction's record, for a dead letter
 */
record EventRetraction(
    String itemId,
    String eventId,
    String retractionId,
    String annotatorId,
    boolean isByOperator,
    Origin origin) {}
