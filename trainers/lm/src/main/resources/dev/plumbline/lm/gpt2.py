  # GPT-2: learned positions, pre-LayerNorm, one matrix for q, k and v, tanh GELU. Matrices are stored [in, out].

  def embed(self: __torch__.Model, ids: Tensor, positions: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N] -> [N, D]
    tokens = self.embed_tokens(ids, "transformer.wte", w, a)
    return torch.add(tokens, self.embedding(positions, "transformer.wpe", w, a))

  def rotations(self: __torch__.Model, positions: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    return annotate(List[Tensor], [])

  def block(self: __torch__.Model, x: Tensor, i: int, tables: List[Tensor], plan: List[int], cache: List[Tensor],
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N, D] -> [N, D]
    layer = "transformer.h." + str(i) + "."
    h = self.layer_norm(x, layer + "ln_1", w)
    q, k, v = torch.chunk(self.linear(h, layer + "attn.c_attn", w, a), 3, -1)
    y = self.attend(self.split_heads(q, self.heads), self.split_heads(k, self.heads), self.split_heads(v, self.heads),
        i, tables, plan, cache)
    x = torch.add(x, self.linear(y, layer + "attn.c_proj", w, a))
    h = self.layer_norm(x, layer + "ln_2", w)
    inner = torch.gelu(self.linear(h, layer + "mlp.c_fc", w, a), approximate="tanh")
    return torch.add(x, self.linear(inner, layer + "mlp.c_proj", w, a))

  def final_norm(self: __torch__.Model, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return self.layer_norm(x, "transformer.ln_f", w)

  def head_weight(self: __torch__.Model, w: Dict[str, Tensor]) -> Tensor:
    name = "lm_head.weight"
    if self.tied_embeddings == 1:
      name = "transformer.wte.weight"
    return w[name]

  def layer_norm(self: __torch__.Model, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    weight = torch.type_as(w[name + ".weight"], x)
    bias = torch.type_as(w[name + ".bias"], x)
    return torch.layer_norm(x, [self.hidden_size], weight, bias, self.layer_norm_epsilon)
