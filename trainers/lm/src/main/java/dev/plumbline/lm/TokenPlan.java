/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A batch of rows laid out for the tensor program: N tokens one after the other, groups of them
 * that attend together, and E entries, each a token and the label it predicts. A row's last token
 * predicts nothing and is left out; a label that several rows share has one entry.
 *
 * <p>A pure function of the rows, the layout and the scope.
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the engine
record TokenPlan(
    List<TokenRow> rows,
    long[] ids,
    long[] positions,
    long[] groups,
    long[] leftPadding,
    long[] at,
    long[] labels,
    int[][] entryOfLabel,
    int[][] indexOfToken) {
  /** An entry that was not asked for. */
  static final int NONE = -1;

  private static final int NO_GROUP = -1;
  // A bucket takes rows down to this share of its longest.
  private static final double BUCKET_FILL = 0.85;

  static TokenPlan of(List<TokenRow> rows, BatchLayout layout, LabelScope scope) {
    Builder builder = new Builder(rows);
    switch (layout) {
      case PADDED -> builder.rectangle(allRows(rows), false);
      case PADDED_LEFT -> builder.rectangle(allRows(rows), true);
      case BUCKETED -> builder.rectangles(allRows(rows), BUCKET_FILL);
      case PACKED -> builder.rectangles(allRows(rows), 1);
      case PREFIX_SHARED -> builder.sharedPrompts();
    }
    return builder.build(scope);
  }

  private static List<Integer> allRows(List<TokenRow> rows) {
    return IntStream.range(0, rows.size()).boxed().toList();
  }

  /** Number of tokens computed, padding included. */
  int tokens() {
    return ids.length;
  }

  /** Number of labels asked about. */
  int entries() {
    return at.length;
  }

  /** Per token a hash of itself and all before it in its row; 0 for padding. */
  long[] prefixHashes() {
    long[] hashes = new long[tokens()];
    for (int row = 0; row < indexOfToken.length; row++) {
      int[] ids = rows.get(row).ids();
      long hash = 0;
      for (int t = 0; t < indexOfToken[row].length; t++) {
        // Steele et al., "Fast splittable pseudorandom number generators": the finalizer
        hash = (hash ^ ids[t]) + 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        hash ^= hash >>> 31;
        hashes[indexOfToken[row][t]] = hash;
      }
    }
    return hashes;
  }

  /** Values per entry back to values per row and label; NaN where a label was not asked about. */
  double[][] perRow(double[] perEntry) {
    double[][] values = new double[rows.size()][];
    for (int row = 0; row < values.length; row++) {
      int[] entries = entryOfLabel[row];
      values[row] = new double[entries.length];
      for (int t = 0; t < entries.length; t++) {
        values[row][t] = entries[t] == NONE ? Double.NaN : perEntry[entries[t]];
      }
    }
    return values;
  }

  /**
   * Derivatives per row and label to derivatives per entry: the sum over the rows that share it.
   *
   * @throws IllegalArgumentException when the shape is another one, or a label that was not asked
   *     about has a derivative
   */
  double[] perEntry(double[][] derivatives) {
    if (derivatives.length != rows.size()) {
      throw new IllegalArgumentException(
          "derivatives of %d rows expected, but there were %d"
              .formatted(rows.size(), derivatives.length));
    }
    double[] sums = new double[entries()];
    for (int row = 0; row < derivatives.length; row++) {
      int[] entries = entryOfLabel[row];
      if (derivatives[row].length != entries.length) {
        throw new IllegalArgumentException(
            "row %d has %d labels, but %d derivatives"
                .formatted(row, entries.length, derivatives[row].length));
      }
      for (int t = 0; t < entries.length; t++) {
        if (entries[t] != NONE) {
          sums[entries[t]] += derivatives[row][t];
        } else if (derivatives[row][t] != 0) {
          throw new IllegalArgumentException(
              "label %d of row %d was not asked about, but its derivative is %s"
                  .formatted(t, row, derivatives[row][t]));
        }
      }
    }
    return sums;
  }

  private static final class Builder {
    private final List<TokenRow> rows;
    private final int[][] ids;
    private final int[][] indexOfToken;
    private final LongList tokens = new LongList();
    private final LongList positions = new LongList();
    private final LongList groups = new LongList();
    private final LongList left = new LongList();

    Builder(List<TokenRow> rows) {
      this.rows = rows;
      this.ids = rows.stream().map(TokenRow::ids).toArray(int[][]::new);
      this.indexOfToken = rows.stream().map(row -> new int[row.labels()]).toArray(int[][]::new);
    }

    /** One group: these rows, padded to the longest of them. */
    void rectangle(List<Integer> members, boolean padLeft) {
      int width = members.stream().mapToInt(row -> rows.get(row).labels()).max().orElseThrow();
      group(members.size(), width, NO_GROUP);
      for (int row : members) {
        int padding = width - rows.get(row).labels();
        if (padLeft) {
          left.add(padding);
          pad(padding);
        }
        append(row, 0, rows.get(row).labels());
        if (!padLeft) {
          pad(padding);
        }
      }
    }

    /** Rows by falling length, in rectangles whose shortest row fills this share of the width. */
    void rectangles(List<Integer> members, double fill) {
      List<Integer> falling = new ArrayList<>(members);
      falling.sort(Comparator.comparingInt(row -> -rows.get(row).labels()));
      int from = 0;
      while (from < falling.size()) {
        double shortest = fill * rows.get(falling.get(from)).labels();
        int to = from + 1;
        while (to < falling.size() && rows.get(falling.get(to)).labels() >= shortest) {
          to++;
        }
        rectangle(falling.subList(from, to), false);
        from = to;
      }
    }

    /** Rows that begin with the same prompt after one copy of it; the others packed. */
    void sharedPrompts() {
      Map<IntBuffer, List<Integer>> byPrompt = new LinkedHashMap<>();
      for (int row = 0; row < rows.size(); row++) {
        IntBuffer prompt = IntBuffer.wrap(ids[row], 0, rows.get(row).completionStart());
        byPrompt.computeIfAbsent(prompt, key -> new ArrayList<>()).add(row);
      }
      List<Integer> alone = new ArrayList<>();
      for (List<Integer> members : byPrompt.values()) {
        if (members.size() == 1) {
          alone.addAll(members);
        } else {
          branch(members);
        }
      }
      rectangles(alone, 1);
    }

    private void branch(List<Integer> members) {
      int promptLength = rows.get(members.getFirst()).completionStart();
      int prompt = groups.size() / 3;
      int start = tokens.size();
      group(1, promptLength, NO_GROUP);
      append(members.getFirst(), 0, promptLength);
      for (int row : members) {
        for (int t = 0; t < promptLength; t++) {
          indexOfToken[row][t] = start + t;
        }
        int width = rows.get(row).labels() - promptLength;
        if (width > 0) {
          group(1, width, prompt);
          append(row, promptLength, rows.get(row).labels());
        }
      }
    }

    private void group(int count, int width, int before) {
      groups.add(count);
      groups.add(width);
      groups.add(before);
    }

    private void append(int row, int from, int to) {
      for (int t = from; t < to; t++) {
        indexOfToken[row][t] = tokens.size();
        tokens.add(ids[row][t]);
        positions.add(t);
      }
    }

    private void pad(int count) {
      for (int i = 0; i < count; i++) {
        tokens.add(0);
        positions.add(0);
      }
    }

    TokenPlan build(LabelScope scope) {
      LongList at = new LongList();
      LongList labels = new LongList();
      Map<Long, Integer> known = new HashMap<>();
      int[][] entryOfLabel = new int[rows.size()][];
      for (int row = 0; row < entryOfLabel.length; row++) {
        entryOfLabel[row] = new int[rows.get(row).labels()];
        for (int t = 0; t < entryOfLabel[row].length; t++) {
          if (scope == LabelScope.COMPLETION && !rows.get(row).isCompletionLabel(t)) {
            entryOfLabel[row][t] = NONE;
            continue;
          }
          int index = indexOfToken[row][t];
          int label = ids[row][t + 1];
          Integer entry = known.putIfAbsent((long) index << Integer.SIZE | label, at.size());
          if (entry == null) {
            entry = at.size();
            at.add(index);
            labels.add(label);
          }
          entryOfLabel[row][t] = entry;
        }
      }
      return new TokenPlan(
          List.copyOf(rows),
          tokens.toArray(),
          positions.toArray(),
          groups.toArray(),
          left.toArray(),
          at.toArray(),
          labels.toArray(),
          entryOfLabel,
          indexOfToken);
    }
  }

  private static final class LongList {
    private long[] values = new long[64];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    int size() {
      return size;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
