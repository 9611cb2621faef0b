/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.EncodedRanking;
import dev.plumbline.alignment.EncodedRollout;
import dev.plumbline.alignment.EncodedRolloutGroup;
import dev.plumbline.alignment.EncodedUnpaired;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A digest of examples as they are learned from: token ids, weights, beliefs, in their order. */
final class ExampleDigest {
  private ExampleDigest() {}

  /** Returns SHA-256 in hexadecimal. */
  static String of(List<EncodedExample> examples) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
        for (EncodedExample example : examples) {
          write(out, example);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, EncodedExample example) throws IOException {
    switch (example) {
      case EncodedPair pair -> {
        out.writeByte('p');
        write(out, pair.a());
        write(out, pair.b());
        out.writeDouble(pair.belief());
        out.writeDouble(pair.tieProb());
      }
      case EncodedUnpaired unpaired -> {
        out.writeByte('u');
        write(out, unpaired.completion());
        out.writeDouble(unpaired.belief());
      }
      case EncodedRanking ranking -> {
        out.writeByte('r');
        out.writeInt(ranking.completions().size());
        for (EncodedCompletion completion : ranking.completions()) {
          write(out, completion);
        }
        for (int size : ranking.tierSizes()) {
          out.writeInt(size);
        }
      }
      case EncodedRolloutGroup group -> {
        out.writeByte('g');
        out.writeInt(group.rollouts().size());
        for (EncodedRollout rollout : group.rollouts()) {
          write(out, rollout.completion());
          for (double logProb : rollout.samplerLogProbs()) {
            out.writeDouble(logProb);
          }
          out.writeDouble(rollout.reward());
        }
      }
    }
    out.writeDouble(example.weight());
  }

  private static void write(DataOutputStream out, EncodedCompletion completion) throws IOException {
    int[] ids = completion.row().ids();
    out.writeInt(ids.length);
    for (int id : ids) {
      out.writeInt(id);
    }
    out.writeInt(completion.row().completionStart());
    for (double weight : completion.tokenWeights()) {
      out.writeDouble(weight);
    }
  }
}
