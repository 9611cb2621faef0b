  # The Llama decoder (arXiv 2302.13971) and its relatives: Mistral, Qwen2 (biases on q, k, v), Qwen3 (norms on q, k).
  # A bias or a norm takes part where the weights hold it. Names are those of Hugging Face checkpoints.

  def embed(self: __torch__.Model, ids: Tensor, positions: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N] -> [N, D]
    return self.embed_tokens(ids, "model.embed_tokens", w, a)

  def rotations(self: __torch__.Model, positions: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    # cosine and sine of position * frequency, in double precision: [N] -> two of [N, 1, d/2]
    angles = torch.mul(torch.unsqueeze(torch.unsqueeze(positions, 1), 2), w["inverse_frequencies"])
    cos = torch.mul(torch.cos(angles), self.rotation_scale)
    sin = torch.mul(torch.sin(angles), self.rotation_scale)
    return [torch.to(cos, self.compute_type), torch.to(sin, self.compute_type)]

  def rotate(self: __torch__.Model, x: Tensor, tables: List[Tensor]) -> Tensor:
    # rotary position embedding (arXiv 2104.09864), half-split layout: pairs (i, i + d/2); [N, heads, d]
    x1, x2 = torch.chunk(x, 2, -1)
    first = torch.sub(torch.mul(x1, tables[0]), torch.mul(x2, tables[1]))
    second = torch.add(torch.mul(x2, tables[0]), torch.mul(x1, tables[1]))
    return torch.cat([first, second], -1)

  def head_norm(self: __torch__.Model, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    if torch.__contains__(w, name):
      x = self.rms_norm(x, name, w)
    return x

  def block(self: __torch__.Model, x: Tensor, i: int, tables: List[Tensor], plan: List[int], cache: List[Tensor],
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N, D] -> [N, D]
    layer = "model.layers." + str(i) + "."
    h = self.rms_norm(x, layer + "input_layernorm.weight", w)
    q = self.split_heads(self.linear(h, layer + "self_attn.q_proj", w, a), self.heads)
    k = self.split_heads(self.linear(h, layer + "self_attn.k_proj", w, a), self.key_value_heads)
    v = self.split_heads(self.linear(h, layer + "self_attn.v_proj", w, a), self.key_value_heads)
    q = self.rotate(self.head_norm(q, layer + "self_attn.q_norm.weight", w), tables)
    k = self.rotate(self.head_norm(k, layer + "self_attn.k_norm.weight", w), tables)
    x = torch.add(x, self.linear(self.attend(q, k, v, i, tables, plan, cache), layer + "self_attn.o_proj", w, a))
    # SwiGLU (arXiv 2002.05202)
    h = self.rms_norm(x, layer + "post_attention_layernorm.weight", w)
    gate = torch.silu(self.linear(h, layer + "mlp.gate_proj", w, a))
    inner = torch.mul(gate, self.linear(h, layer + "mlp.up_proj", w, a))
    return torch.add(x, self.linear(inner, layer + "mlp.down_proj", w, a))

  def final_norm(self: __torch__.Model, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return self.rms_norm(x, "model.norm.weight", w)

  def head_weight(self: __torch__.Model, w: Dict[str, Tensor]) -> Tensor:
    name = "lm_head.weight"
    if self.tied_embeddings == 1:
      name = "model.embed_tokens.weight"
    return w[name]

  def rms_norm(self: __torch__.Model, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    # x / sqrt(mean(x^2) + epsilon) * weight, over the last dimension
    return torch.rms_norm(x, [torch.size(x, -1)], torch.type_as(w[name], x), self.rms_norm_epsilon)
