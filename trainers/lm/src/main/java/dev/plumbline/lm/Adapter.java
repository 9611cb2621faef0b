/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What is added to the frozen base weights: nothing, which is the reference policy, or a LoRA
 * adapter.
 */
public sealed interface Adapter extends Reference permits Adapter.None, LoraAdapter {

  /** The base weights as they are. */
  static Adapter none() {
    return None.NONE;
  }

  /** No adapter: the reference policy. */
  enum None implements Adapter {
    NONE
  }
}
