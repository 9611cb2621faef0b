/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

/**
 * A prompt and a completion of it as token ids.
 *
 * @param promptIds the context; empty where truncation left nothing of it
 * @param completionIds what is learned; without context before it, its first token is predicted by
 *     nothing
 */
@SuppressWarnings("ArrayRecordComponent") // ids on their way into a row, never compared
public record PromptCompletion(int[] promptIds, int[] completionIds) {}
