/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

/**
 * A well-formed row that has nothing to compare.
 *
 * @param id the row's id
 * @param line the line it stands on, from 1
 * @param reason what was wrong, and with which field
 */
public record SkippedRow(String id, int line, String reason) implements DatasetRow {}
