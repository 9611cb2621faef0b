/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import java.util.List;

/**
 * Prompts in a fixed order. Immutable: two runs see the same prompts under the same ids in the same
 * order.
 */
public interface PromptSource {
  /** The source's name, part of the identity of every item made from it. */
  String name();

  /** The prompts that a policy may learn from; never empty. */
  List<SourcePrompt> train();

  /** The prompts that are kept for measuring and never sent round the loop. */
  List<SourcePrompt> heldOut();
}
