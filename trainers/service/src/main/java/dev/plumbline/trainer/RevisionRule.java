/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

/** What becomes of a revision of an example that stood in an earlier slice of the feed. */
public enum RevisionRule {
  /** It is passed over and counted: each example is learned once, as it stood then. */
  SKIP,
  /**
   * It is learned as it stands now, beside what was learned before. A withdrawal can't be: there is
   * nothing to learn, and what was learned remains. It is counted.
   */
  RELEARN,
  /**
   * As {@link #SKIP}, but no version follows the withdrawal of an example that may have been
   * learned: the lane refuses to go on, and says that the lineage is to be rebuilt.
   */
  REBUILD
}
