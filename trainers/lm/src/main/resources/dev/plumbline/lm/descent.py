  # A soft prompt that descends before every token (RLDAF's gradient form): each row has a prompt of its own, that stands
  # behind the vocabulary at V + row * m. Nothing is kept from one token to the next but the prompts.

  def attribute_log_prob(self: __torch__.Model, pooled: Tensor, head: List[Tensor], attribute: int) -> Tensor:
    # log C: [R, D] -> [R]; head: weight and bias of each layer, tanh between; one output is a logit, several are classes'
    z = pooled
    layers = torch.len(head) // 2
    for i in range(layers):
      z = torch.linear(z, head[2 * i], head[2 * i + 1])
      if i + 1 < layers:
        z = torch.tanh(z)
    if torch.size(z, 1) == 1:
      y = torch.log_sigmoid(torch.squeeze(z, 1))
    else:
      y = torch.select(torch.log_softmax(z, -1), 1, attribute)
    return y

  def behind_prompts(self: __torch__.Model, u: Tensor, ids: Tensor, lengths: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> List[Tensor]:
    # u [R, m, D], ids [R, m + T] padded on the right, lengths [R] with the m -> mean [R, D] of the final hidden states of
    # the text, and the last state [R, D]
    rows, width, vectors = torch.size(ids, 0), torch.size(ids, 1), torch.size(u, 1)
    slots = torch.arange(width, dtype=4, layout=None, device=ops.prim.device(ids), pin_memory=None)
    positions = torch.repeat(slots, [rows])
    plan = [rows, width, -1]
    tables = self.tables(positions, plan, torch.slice(slots, 0, 0, 0), w)
    torch._set_item(a, "soft_prompts", u)
    x = self.embed(torch.view(ids, [-1]), positions, w, a)
    for i in range(self.layers):
      x = self.block(x, i, tables, plan, annotate(List[Tensor], []), w, a)
    h = self.final_norm(x, w)
    states = self.wide(torch.view(h, [rows, width, -1]))
    text = torch.logical_and(torch.ge(slots, vectors), torch.lt(slots, torch.unsqueeze(lengths, 1)))
    kept = torch.type_as(text, states)
    count = torch.unsqueeze(torch.sub(lengths, vectors), 1)
    pooled = torch.div(torch.sum(torch.mul(states, torch.unsqueeze(kept, 2)), [1]), count)
    last = torch.add(torch.mul(torch.arange(rows, dtype=4, layout=None, device=ops.prim.device(ids), pin_memory=None), width),
        torch.sub(lengths, 1))
    return [pooled, torch.index_select(h, 0, last)]

  def descent_loss(self: __torch__.Model, u: Tensor, start: Tensor, ids: Tensor, lengths: Tensor, head: List[Tensor],
      settings: List[float], bias: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # -log C(a | h(x, y; u)) + l KL(pi(. | u) || pi(. | u_0)) with logits [R, V] under u_0 -> [R], log C [R], logits under u
    read = self.behind_prompts(u, ids, lengths, w, a)
    log_c = self.attribute_log_prob(read[0], head, int(settings[3]))
    logits = self.logits(read[1], self.head_weight(w), bias)
    log_p = torch.log_softmax(logits, -1)
    gap = torch.sub(log_p, torch.log_softmax(start, -1))
    divergence = torch.sum(torch.mul(torch.exp(log_p), gap), [-1])
    return [torch.sub(torch.mul(divergence, settings[2]), log_c), log_c, logits]

  def start_logits(self: __torch__.Model, u0: Tensor, ids: Tensor, lengths: Tensor, bias: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> Tensor:
    return torch.detach(self.logits(self.behind_prompts(u0, ids, lengths, w, a)[1], self.head_weight(w), bias))

  def descent_gradient(self: __torch__.Model, u: Tensor, start: Tensor, ids: Tensor, lengths: Tensor, head: List[Tensor],
      settings: List[float], bias: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    leaf = torch.requires_grad_(torch.detach(u), True)
    loss = torch.sum(self.descent_loss(leaf, start, ids, lengths, head, settings, bias, w, a)[0])
    found = torch.grad([loss], [leaf], annotate(List[Optional[Tensor]], [None]))
    return torch.detach(unchecked_cast(Tensor, found[0]))

  def descend(self: __torch__.Model, u: Tensor, u0: Tensor, ids: Tensor, lengths: Tensor, head: List[Tensor], settings: Tensor,
      bias: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # settings: steps, step size, weight of the divergence, attribute -> the moved u, logits [R, V] under it and under u_0,
    # and log C [R] under the moved u
    options = self.numbers(settings)
    start = self.start_logits(u0, ids, lengths, bias, w, a)
    for step in range(int(options[0])):
      g = self.descent_gradient(u, start, ids, lengths, head, options, bias, w, a)
      norm = torch.linalg_vector_norm(g, 2, [1, 2], True)
      # a gradient of zero moves nothing
      u = torch.sub(u, torch.mul(torch.div(g, torch.clamp(norm, 1e-30)), options[1]))
    moved = self.descent_loss(torch.detach(u), start, ids, lengths, head, options, bias, w, a)
    return [torch.detach(u), torch.detach(moved[2]), start, torch.detach(moved[1])]

  def descent_probe(self: __torch__.Model, u: Tensor, u0: Tensor, ids: Tensor, lengths: Tensor, head: List[Tensor],
      settings: Tensor, bias: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # the loss [R] and its gradient by u
    options = self.numbers(settings)
    start = self.start_logits(u0, ids, lengths, bias, w, a)
    loss = torch.detach(self.descent_loss(torch.detach(u), start, ids, lengths, head, options, bias, w, a)[0])
    return [loss, self.descent_gradient(u, start, ids, lengths, head, options, bias, w, a)]
