/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** An example with what model and objective said about it. */
public sealed interface ScoredExample
    permits ScoredPair, ScoredUnpaired, ScoredRanking, ScoredRollouts {}
