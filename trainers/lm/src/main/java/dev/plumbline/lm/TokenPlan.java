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
 * <p>A row becomes one sequence for each level of the bank that acts on it: the vectors of the soft
 * prompt, if there is one, then the row up to the last label that is predicted at that level.
 *
 * <p>A pure function of the rows, the soft prompts' places, the layout and the scope.
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the engine
record TokenPlan(
    List<TokenRow> rows,
    PromptBank bank,
    long[] ids,
    long[] positions,
    long[] groups,
    long[] leftPadding,
    long[] at,
    long[] labels,
    int[][] entryOfLabel,
    List<Sequence> sequences,
    int[][] sequenceOfLabel,
    int[][] indexOfToken) {
  /** An entry that was not asked for. */
  static final int NONE = -1;

  private static final int NO_GROUP = -1;
  // A bucket takes rows down to this share of its longest.
  private static final double BUCKET_FILL = 0.85;

  /**
   * A row as it is read at one level.
   *
   * @param ids of the soft prompt's vectors, then of the row up to the last label of this level
   * @param completionStart index in {@code ids} of the completion's first token
   * @param promptVectors number of vectors in front
   */
  record Sequence(int[] ids, int completionStart, int promptVectors) {

    /** Number of tokens that are computed: the last one predicts nothing. */
    int tokens() {
      return ids.length - 1;
    }
  }

  static TokenPlan of(List<TokenRow> rows, PromptBank bank, BatchLayout layout, LabelScope scope) {
    Builder builder = new Builder(rows, bank);
    switch (layout) {
      case PADDED -> builder.rectangle(builder.all(), false);
      case PADDED_LEFT -> builder.rectangle(builder.all(), true);
      case BUCKETED -> builder.rectangles(builder.all(), BUCKET_FILL);
      case PACKED -> builder.rectangles(builder.all(), 1);
      case PREFIX_SHARED -> builder.sharedPrompts();
    }
    return builder.build(scope);
  }

  /**
   * Where another plan of the same rows computes what predicts this plan's entries.
   *
   * @return per entry the index of a token in the other plan
   */
  long[] atIn(TokenPlan other) {
    long[] at = new long[entries()];
    for (int row = 0; row < entryOfLabel.length; row++) {
      for (int t = 0; t < entryOfLabel[row].length; t++) {
        if (entryOfLabel[row][t] != NONE) {
          at[entryOfLabel[row][t]] = other.indexOf(row, t);
        }
      }
    }
    return at;
  }

  /** Index of the token that predicts a label. */
  private int indexOf(int row, int label) {
    int sequence = sequenceOfLabel[row][label];
    return indexOfToken[sequence][sequences.get(sequence).promptVectors() + label];
  }

  /** Number of tokens computed, padding included. */
  int tokens() {
    return ids.length;
  }

  /** Number of labels asked about. */
  int entries() {
    return at.length;
  }

  /** Per token a hash of itself and all before it in its sequence; 0 for padding. */
  long[] prefixHashes() {
    long[] hashes = new long[tokens()];
    for (int i = 0; i < indexOfToken.length; i++) {
      int[] ids = sequences.get(i).ids();
      long hash = 0;
      for (int t = 0; t < indexOfToken[i].length; t++) {
        // Steele et al., "Fast splittable pseudorandom number generators": the finalizer
        hash = (hash ^ ids[t]) + 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        hash ^= hash >>> 31;
        hashes[indexOfToken[i][t]] = hash;
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
    private final PromptBank bank;
    private final List<Sequence> sequences = new ArrayList<>();
    private final int[][] sequenceOfLabel;
    private final int[][] indexOfToken;
    private final LongList tokens = new LongList();
    private final LongList positions = new LongList();
    private final LongList groups = new LongList();
    private final LongList left = new LongList();

    Builder(List<TokenRow> rows, PromptBank bank) {
      this.rows = rows;
      this.bank = bank;
      this.sequenceOfLabel = rows.stream().map(this::spread).toArray(int[][]::new);
      this.indexOfToken =
          sequences.stream().map(sequence -> new int[sequence.tokens()]).toArray(int[][]::new);
    }

    /** Adds a sequence per level that acts on the row; the answer is the sequence of each label. */
    private int[] spread(TokenRow row) {
      int[] lastLabel = new int[bank.levels()];
      Arrays.fill(lastLabel, NONE);
      for (int t = 0; t < row.labels(); t++) {
        lastLabel[bank.levelOf(row, t)] = t;
      }
      int[] sequenceOfLevel = new int[bank.levels()];
      for (int level = 0; level < lastLabel.length; level++) {
        if (lastLabel[level] != NONE) {
          sequenceOfLevel[level] = sequences.size();
          int[] text = Arrays.copyOf(row.ids(), lastLabel[level] + 2);
          int[] ids = bank.before(level, text);
          int vectors = ids.length - text.length;
          sequences.add(new Sequence(ids, vectors + row.completionStart(), vectors));
        }
      }
      int[] sequenceOfLabel = new int[row.labels()];
      for (int t = 0; t < sequenceOfLabel.length; t++) {
        sequenceOfLabel[t] = sequenceOfLevel[bank.levelOf(row, t)];
      }
      return sequenceOfLabel;
    }

    List<Integer> all() {
      return IntStream.range(0, sequences.size()).boxed().toList();
    }

    private int width(int sequence) {
      return sequences.get(sequence).tokens();
    }

    /** One group: these sequences, padded to the longest of them. */
    void rectangle(List<Integer> members, boolean padLeft) {
      int width = members.stream().mapToInt(this::width).max().orElseThrow();
      group(members.size(), width, NO_GROUP);
      for (int sequence : members) {
        int padding = width - width(sequence);
        if (padLeft) {
          left.add(padding);
          pad(padding);
        }
        append(sequence, 0, width(sequence));
        if (!padLeft) {
          pad(padding);
        }
      }
    }

    /** By falling length, in rectangles whose shortest row fills this share of the width. */
    void rectangles(List<Integer> members, double fill) {
      List<Integer> falling = new ArrayList<>(members);
      falling.sort(Comparator.comparingInt(sequence -> -width(sequence)));
      int from = 0;
      while (from < falling.size()) {
        double shortest = fill * width(falling.get(from));
        int to = from + 1;
        while (to < falling.size() && width(falling.get(to)) >= shortest) {
          to++;
        }
        rectangle(falling.subList(from, to), false);
        from = to;
      }
    }

    /** Sequences that begin with the same prompt after one copy of it; the others packed. */
    void sharedPrompts() {
      Map<IntBuffer, List<Integer>> byPrompt = new LinkedHashMap<>();
      for (int i = 0; i < sequences.size(); i++) {
        Sequence sequence = sequences.get(i);
        IntBuffer prompt = IntBuffer.wrap(sequence.ids(), 0, sequence.completionStart());
        byPrompt.computeIfAbsent(prompt, key -> new ArrayList<>()).add(i);
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
      int promptLength = sequences.get(members.getFirst()).completionStart();
      int prompt = groups.size() / 3;
      int start = tokens.size();
      group(1, promptLength, NO_GROUP);
      append(members.getFirst(), 0, promptLength);
      for (int sequence : members) {
        for (int t = 0; t < promptLength; t++) {
          indexOfToken[sequence][t] = start + t;
        }
        int width = width(sequence) - promptLength;
        if (width > 0) {
          group(1, width, prompt);
          append(sequence, promptLength, width(sequence));
        }
      }
    }

    private void group(int count, int width, int before) {
      groups.add(count);
      groups.add(width);
      groups.add(before);
    }

    private void append(int sequence, int from, int to) {
      int[] ids = sequences.get(sequence).ids();
      for (int t = from; t < to; t++) {
        indexOfToken[sequence][t] = tokens.size();
        tokens.add(ids[t]);
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
          int sequence = sequenceOfLabel[row][t];
          int predictor = sequences.get(sequence).promptVectors() + t;
          int index = indexOfToken[sequence][predictor];
          int label = sequences.get(sequence).ids()[predictor + 1];
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
          bank,
          tokens.toArray(),
          positions.toArray(),
          groups.toArray(),
          left.toArray(),
          at.toArray(),
          labels.toArray(),
          entryOfLabel,
          List.copyOf(sequences),
          sequenceOfLabel,
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
