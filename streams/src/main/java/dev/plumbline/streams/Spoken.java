/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Statement;
import java.util.List;

/** What a statement speaks of. */
final class Spoken {
  private Spoken() {}

  /** Returns the candidates that a statement says something about; none for a retraction. */
  static List<String> candidateIds(Statement statement) {
    return switch (statement) {
      case Statement.Comparison said -> List.of(said.candidateA(), said.candidateB());
      case Statement.Ranking said ->
          said.tiers().stream().flatMap(tier -> tier.candidateIds().stream()).toList();
      case Statement.Rating said -> List.of(said.candidateId());
      case Statement.Thumbs said -> List.of(said.candidateId());
      case Statement.Correction said -> List.of(said.candidateId());
      case Statement.SpanMark said -> List.of(said.candidateId());
      case Statement.SegmentComparison said ->
          List.of(said.first().candidateId(), said.second().candidateId());
      case Statement.Signal said -> List.of(said.candidateId());
      case Statement.Retraction retraction -> List.of();
    };
  }
}
