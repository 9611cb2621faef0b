# A Llama-family causal language model (arXiv 2302.13971) as a tensor program.
#
# w holds the weights under their Hugging Face names, a the adapter: for each adapted linear module A [r, in] and
# B [out, r], and the scaling. Shapes: B rows, T tokens, D hidden width, H heads, K key-value heads, d head width,
# S cache slots, V vocabulary. Rows are padded on the right; a causal mask alone keeps padding out of what counts.
class Llama(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  key_value_heads : int
  head_dim : int
  hidden_size : int
  tied_embeddings : int
  eos_token_id : int
  rms_norm_epsilon : float
  rope_theta : float

  def linear(self: __torch__.Llama, x: Tensor, name: str, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # W x + (alpha / r) B A x
    y = torch.linear(x, w[name + ".weight"])
    if torch.__contains__(a, name + ".lora_A.weight"):
      low = torch.linear(x, a[name + ".lora_A.weight"])
      update = torch.linear(low, a[name + ".lora_B.weight"])
      y = torch.add(y, torch.mul(update, a["scaling"]))
    return y

  def norm(self: __torch__.Llama, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    # x / sqrt(mean(x^2) + epsilon) * weight
    return torch.rms_norm(x, [self.hidden_size], w[name + ".weight"], self.rms_norm_epsilon)

  def angles(self: __torch__.Llama, positions: Tensor) -> Tensor:
    # position * theta^(-2i/d), in double precision: [B, T] -> [B, 1, T, d/2]
    i = torch.arange(0, self.head_dim, 2, dtype=7, layout=None, device=None, pin_memory=None)
    frequencies = torch.pow(self.rope_theta, torch.neg(torch.div(i, self.head_dim)))
    return torch.mul(torch.unsqueeze(torch.unsqueeze(positions, 1), -1), frequencies)

  def rotate(self: __torch__.Llama, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    # rotary position embedding (arXiv 2104.09864), half-split layout: pairs (i, i + d/2)
    x1, x2 = torch.chunk(x, 2, -1)
    first = torch.sub(torch.mul(x1, cos), torch.mul(x2, sin))
    second = torch.add(torch.mul(x2, cos), torch.mul(x1, sin))
    return torch.cat([first, second], -1)

  def split_heads(self: __torch__.Llama, x: Tensor, heads: int) -> Tensor:
    # [B, T, heads * d] -> [B, heads, T, d]
    return torch.transpose(torch.view(x, [torch.size(x, 0), torch.size(x, 1), heads, self.head_dim]), 1, 2)

  def attention(self: __torch__.Llama, x: Tensor, layer: str, cos: Tensor, sin: Tensor, positions: Tensor,
      w: Dict[str, Tensor], a: Dict[str, Tensor], cache: List[Tensor], slot: int) -> Tensor:
    q = self.split_heads(self.linear(x, layer + "q_proj", w, a), self.heads)
    k = self.split_heads(self.linear(x, layer + "k_proj", w, a), self.key_value_heads)
    v = self.split_heads(self.linear(x, layer + "v_proj", w, a), self.key_value_heads)
    q = self.rotate(q, cos, sin)
    k = self.rotate(k, cos, sin)
    mask = annotate(Optional[Tensor], None)
    if torch.len(cache) > 0:
      # a token's slot is its position; a query sees the slots up to its own
      keys, values = cache[slot], cache[slot + 1]
      index = torch.expand_as(torch.unsqueeze(torch.unsqueeze(positions, 1), -1), k)
      k = torch.scatter_(keys, 2, index, k)
      v = torch.scatter_(values, 2, index, v)
      slots = torch.arange(torch.size(keys, 2), dtype=4, layout=None, device=None, pin_memory=None)
      mask = torch.le(slots, torch.unsqueeze(torch.unsqueeze(positions, 1), -1))
    groups = self.heads // self.key_value_heads
    k = torch.repeat_interleave(k, groups, 1)
    v = torch.repeat_interleave(v, groups, 1)
    y = torch.scaled_dot_product_attention(q, k, v, mask, 0., torch.len(cache) == 0)
    y = torch.reshape(torch.transpose(y, 1, 2), [torch.size(x, 0), torch.size(x, 1), self.heads * self.head_dim])
    return self.linear(y, layer + "o_proj", w, a)

  def feed_forward(self: __torch__.Llama, x: Tensor, layer: str, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # SwiGLU (arXiv 2002.05202)
    gate = torch.silu(self.linear(x, layer + "gate_proj", w, a))
    return self.linear(torch.mul(gate, self.linear(x, layer + "up_proj", w, a)), layer + "down_proj", w, a)

  def hidden(self: __torch__.Llama, ids: Tensor, positions: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor],
      cache: List[Tensor]) -> Tensor:
    # [B, T] -> [B, T, D]
    x = torch.embedding(w["model.embed_tokens.weight"], ids)
    angles = self.angles(positions)
    cos = torch.type_as(torch.cos(angles), x)
    sin = torch.type_as(torch.sin(angles), x)
    for i in range(self.layers):
      layer = "model.layers." + str(i) + "."
      attended = self.attention(self.norm(x, layer + "input_layernorm", w), layer + "self_attn.", cos, sin, positions, w, a, cache, 2 * i)
      x = torch.add(x, attended)
      x = torch.add(x, self.feed_forward(self.norm(x, layer + "post_attention_layernorm", w), layer + "mlp.", w, a))
    return self.norm(x, "model.norm", w)

  def logits(self: __torch__.Llama, h: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # [.., D] -> [.., V]
    output = w["model.embed_tokens.weight"]
    if self.tied_embeddings == 0:
      output = w["lm_head.weight"]
    return torch.linear(h, output)

  def token_log_probs(self: __torch__.Llama, ids: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # log p(ids[t+1] | ids[0..t]): [B, T] -> [B, T-1]
    inputs = torch.slice(ids, 1, 0, -1)
    labels = torch.slice(ids, 1, 1)
    positions = torch.unsqueeze(torch.arange(torch.size(inputs, 1), dtype=4, layout=None, device=None, pin_memory=None), 0)
    logits = self.logits(self.hidden(inputs, positions, w, a, annotate(List[Tensor], [])), w)
    chosen = torch.squeeze(torch.gather(logits, -1, torch.unsqueeze(labels, -1)), -1)
    return torch.sub(chosen, torch.logsumexp(logits, [-1]))

  def draw(self: __torch__.Llama, log_probs: Tensor, noise: Tensor, temperature: float, top_k: int, top_p: float) -> Tensor:
    # one id per row by inverse transform of a number in [0, 1): [B, V], [B] -> [B, 1]
    if temperature == 0.:
      ids = torch.argmax(log_probs, -1, True)
    else:
      p = torch.softmax(torch.div(torch.to(log_probs, 7), temperature), -1)
      order = annotate(Optional[Tensor], None)
      if top_k > 0 or top_p < 1.:
        p, falling = torch.sort(p, -1, True)
        order = falling
        if top_k > 0 and top_k < torch.size(p, 1):
          torch.zero_(torch.slice(p, 1, top_k))
        if top_p < 1.:
          # keeps a token while the mass before it is below top_p
          mass = torch.cumsum(p, -1)
          before = torch.sub(mass, p)
          p = torch.where(torch.lt(before, torch.mul(torch.slice(mass, 1, -1), top_p)), p, torch.zeros_like(p))
      mass = torch.cumsum(p, -1)
      total = torch.contiguous(torch.slice(mass, 1, -1))
      drawn = torch.searchsorted(mass, torch.mul(total, torch.unsqueeze(noise, 1)), right=True)
      # rounding must not step beyond the last token that has mass
      ids = torch.minimum(drawn, torch.searchsorted(mass, total))
      if order is not None:
        ids = torch.gather(order, 1, ids)
    return ids

  def sample(self: __torch__.Llama, ids: Tensor, lengths: Tensor, noise: Tensor, options: Tensor,
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # ids [B, T] prompts, lengths [B], noise [B, N] in [0, 1), options: temperature, top-k, top-p
    # -> drawn ids [B, n], their log-probabilities under the untempered policy [B, n], n <= N
    temperature = float(torch.select(options, 0, 0))
    top_k = int(torch.select(options, 0, 1))
    top_p = float(torch.select(options, 0, 2))
    rows, width, steps = torch.size(ids, 0), torch.size(ids, 1), torch.size(noise, 1)
    embedding = w["model.embed_tokens.weight"]
    cache = annotate(List[Tensor], [])
    for i in range(2 * self.layers):
      cache = torch.append(cache, torch.new_zeros(embedding, [rows, self.key_value_heads, width + steps, self.head_dim]))

    positions = torch.expand_as(torch.unsqueeze(torch.arange(width, dtype=4, layout=None, device=None, pin_memory=None), 0), ids)
    h = self.hidden(ids, positions, w, a, cache)
    last = torch.view(torch.sub(lengths, 1), [rows, 1, 1])
    h = torch.gather(h, 1, torch.expand(last, [rows, 1, self.hidden_size]))
    drawn_ids = annotate(List[Tensor], [])
    drawn_log_probs = annotate(List[Tensor], [])
    ended = torch.zeros_like(lengths, dtype=11)
    position = torch.unsqueeze(lengths, 1)
    step = 0
    running = steps > 0
    while running:
      log_probs = torch.log_softmax(torch.squeeze(self.logits(h, w), 1), -1)
      token = self.draw(log_probs, torch.select(noise, 1, step), temperature, top_k, top_p)
      drawn_ids = torch.append(drawn_ids, token)
      drawn_log_probs = torch.append(drawn_log_probs, torch.gather(log_probs, 1, token))
      ended = torch.logical_or(ended, torch.eq(torch.squeeze(token, 1), self.eos_token_id))
      step = step + 1
      running = step < steps and not bool(torch.all(ended))
      if running:
        h = self.hidden(token, position, w, a, cache)
        position = torch.add(position, 1)
    return [torch.cat(drawn_ids, 1), torch.cat(drawn_log_probs, 1)]
