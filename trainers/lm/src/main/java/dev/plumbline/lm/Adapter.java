/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What is added to the frozen base weights: nothing, which is the reference policy, or an adapter.
 */
public sealed interface Adapter extends Reference permits Adapter.None, TrainedAdapter {

  /** The base weights as they are. */
  static Adapter none() {
    return None.NONE;
  }

  /** No adapter: the reference policy. */
  enum None implements Adapter {
    NONE
  }
}
