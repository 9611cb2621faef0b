/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * The trainable part of a policy. Owned, closeable; used by one thread at a time. It belongs to the
 * model it was made for and is closed before it.
 */
public sealed interface TrainedAdapter extends Adapter, AutoCloseable
    permits LoraAdapter, ControlAdapter {

  /** What an optimizer moves. It is closed with the adapter. */
  Parameters parameters();

  /** The same values in memory of their own, for example to be the reference of what follows. */
  TrainedAdapter copy();

  @Override
  void close();
}
