/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What is added to a model so that it scores texts. Owned, closeable.
 *
 * @param adapter below
 * @param head on top
 */
public record AdapterWithHead(LoraAdapter adapter, ScalarHead head) implements AutoCloseable {

  @Override
  public void close() {
    head.close();
    adapter.close();
  }
}
