/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.List;

/** Llama and its relatives: RMSNorm, rotary positions, grouped queries, SwiGLU. */
record LlamaDecoder(Architecture.Llama architecture, Tape tape, Weights weights)
    implements Decoder {

  @Override
  public Variable logits(int[] ids) {
    Variable x = weights.embedding("model.embed_tokens", ids);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      x = block(layer, x);
    }
    x = norm("model.norm", x);
    return weights.has("lm_head.weight")
        ? weights.linear("lm_head", x)
        : tape.times(x, tape.transposed(weights.get("model.embed_tokens.weight")));
  }

  @Override
  public Variable block(int layer, Variable x) {
    String name = "model.layers." + layer;
    Variable attended =
        tape.plus(x, attention(name + ".self_attn", norm(name + ".input_layernorm", x)));
    return tape.plus(
        attended, mlp(name + ".mlp", norm(name + ".post_attention_layernorm", attended)));
  }

  private Variable attention(String name, Variable x) {
    Layers layers = new Layers(tape);
    int width = architecture.headDim();
    RotaryAngles angles =
        architecture
            .ropeScaling()
            .angles(architecture.ropeTheta(), width, x.rows, architecture.ropeLayout());
    List<Variable> queries =
        layers.heads(weights.linear(name + ".q_proj", x), width).stream()
            .map(head -> layers.rotary(headNorm(name + ".q_norm", head), angles))
            .toList();
    List<Variable> keys =
        layers.heads(weights.linear(name + ".k_proj", x), width).stream()
            .map(head -> layers.rotary(headNorm(name + ".k_norm", head), angles))
            .toList();
    List<Variable> values = layers.heads(weights.linear(name + ".v_proj", x), width);
    Variable heads =
        layers.attention(queries, keys, values, 1 / Math.sqrt(width), architecture.window());
    return weights.linear(name + ".o_proj", heads);
  }

  private Variable mlp(String name, Variable x) {
    Variable gate = new Layers(tape).silu(weights.linear(name + ".gate_proj", x));
    Variable up = weights.linear(name + ".up_proj", x);
    return weights.linear(name + ".down_proj", tape.multiply(gate, up));
  }

  private Variable norm(String name, Variable x) {
    return new Layers(tape).rmsNorm(x, weights.get(name + ".weight"), architecture.normEpsilon());
  }

  // Qwen3 alone has these.
  private Variable headNorm(String name, Variable head) {
    return weights.has(name + ".weight") ? norm(name, head) : head;
  }
}
