/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.List;

/** GPT-2: LayerNorm before each part, learned positions, tanh GELU, tied output layer. */
record Gpt2Decoder(Architecture.Gpt2 architecture, Tape tape, Weights weights) implements Decoder {

  @Override
  public Variable logits(int[] ids) {
    int[] positions = new int[ids.length];
    for (int t = 0; t < ids.length; t++) {
      positions[t] = t;
    }
    Variable x =
        tape.plus(
            weights.embedding("transformer.wte", ids),
            weights.embedding("transformer.wpe", positions));
    for (int layer = 0; layer < architecture.layers(); layer++) {
      x = block(layer, x);
    }
    x = norm("transformer.ln_f", x);
    String head = weights.has("lm_head.weight") ? "lm_head.weight" : "transformer.wte.weight";
    return tape.times(x, tape.transposed(weights.get(head)));
  }

  @Override
  public Variable block(int layer, Variable x) {
    String name = "transformer.h." + layer;
    Variable attended = tape.plus(x, attention(layer, name + ".attn", norm(name + ".ln_1", x)));
    return tape.plus(attended, mlp(name + ".mlp", norm(name + ".ln_2", attended)));
  }

  private Variable attention(int layer, String name, Variable x) {
    Layers layers = new Layers(tape);
    int width = x.columns;
    int headWidth = width / architecture.heads();
    Variable packed = weights.conv1d(name + ".c_attn", x);
    List<Variable> queries = layers.heads(tape.columns(packed, 0, width), headWidth);
    List<Variable> keys = layers.heads(tape.columns(packed, width, 2 * width), headWidth);
    List<Variable> values = layers.heads(tape.columns(packed, 2 * width, 3 * width), headWidth);
    double scale = architecture.scaleWeights() ? 1 / Math.sqrt(headWidth) : 1;
    scale = architecture.scaleByLayer() ? scale / (layer + 1) : scale;
    return weights.conv1d(name + ".c_proj", layers.attention(queries, keys, values, scale, null));
  }

  private Variable mlp(String name, Variable x) {
    Variable hidden = new Layers(tape).geluTanh(weights.conv1d(name + ".c_fc", x));
    return weights.conv1d(name + ".c_proj", hidden);
  }

  private Variable norm(String name, Variable x) {
    return new Layers(tape)
        .layerNorm(
            x,
            weights.get(name + ".weight"),
            weights.get(name + ".bias"),
            architecture.normEpsilon());
  }
}
