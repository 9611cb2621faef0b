/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import java.util.List;

/**
 * What was read, and what the sender should know about it.
 *
 * @param value the record
 * @param warnings oddities that did not keep it from being taken
 * @param <T> the record
 */
public record Reading<T>(T value, List<String> warnings) {
  public Reading {
    warnings = List.copyOf(warnings);
  }
}
