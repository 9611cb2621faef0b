  # Token statistics and their vector-Jacobian products. N tokens go in; E of them predict a label each. Logits [.., V]
  # exist for one chunk of labels at a time: the backward pass makes them again.

  def hidden(self: __torch__.Model, ids: Tensor, positions: Tensor, plan: Tensor, left: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> Tensor:
    # [N] -> [N, D]
    groups = self.integers(plan)
    tables = self.tables(positions, groups, left, w)
    x = self.embed(ids, positions, w, a)
    for i in range(self.layers):
      x = self.block(x, i, tables, groups, annotate(List[Tensor], []), w, a)
    return self.final_norm(x, w)

  def block_inputs(self: __torch__.Model, ids: Tensor, positions: Tensor, plan: Tensor, left: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> List[Tensor]:
    # what each block and the final norm read, all that activation checkpointing keeps: L + 1 of [N, D]
    groups = self.integers(plan)
    tables = self.tables(positions, groups, left, w)
    x = torch.detach(self.embed(ids, positions, w, a))
    inputs = [x]
    for i in range(self.layers):
      x = torch.detach(self.block(x, i, tables, groups, annotate(List[Tensor], []), w, a))
      inputs = torch.append(inputs, x)
    return inputs

  def normed(self: __torch__.Model, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return torch.detach(self.final_norm(x, w))

  def logits(self: __torch__.Model, h: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    # [.., D] -> [.., V], at least in single precision; bias [V] or empty
    y = torch.linear(h, torch.type_as(weight, h))
    if self.compute_type == 15:
      y = torch.to(y, 6)
    if torch.numel(bias) > 0:
      y = torch.add(y, bias)
    return y

  def chunk_statistics(self: __torch__.Model, h: Tensor, head: List[Tensor], r: Tensor, reference_head: List[Tensor],
      labels: Tensor, wanted: List[int]) -> Tensor:
    # h [C, D], r the reference's or empty, each head's weight [V, D] and bias, labels [C] -> [statistics, C]
    logits = self.logits(h, head[0], head[1])
    total = torch.logsumexp(logits, [-1])
    column = torch.unsqueeze(labels, -1)
    reference = logits
    reference_total = total
    if torch.numel(r) > 0:
      reference = self.logits(r, reference_head[0], reference_head[1])
      reference_total = torch.logsumexp(reference, [-1])
    statistics = annotate(List[Tensor], [])
    for s in range(torch.len(wanted)):
      if wanted[s] == 0:
        # log p(label)
        value = torch.sub(torch.squeeze(torch.gather(logits, -1, column), -1), total)
      elif wanted[s] == 1:
        # log p(label) of the reference
        value = torch.sub(torch.squeeze(torch.gather(reference, -1, column), -1), reference_total)
      elif wanted[s] == 2:
        # entropy: log Z - E_p[logit]
        p = torch.exp(torch.sub(logits, torch.unsqueeze(total, -1)))
        value = torch.sub(total, torch.sum(torch.mul(p, logits), [-1]))
      elif wanted[s] == 3:
        # KL(reference || policy)
        q = torch.exp(torch.sub(reference, torch.unsqueeze(reference_total, -1)))
        gap = torch.sum(torch.mul(q, torch.sub(reference, logits)), [-1])
        value = torch.add(torch.sub(gap, reference_total), total)
      elif wanted[s] == 4:
        # KL(policy || reference)
        p = torch.exp(torch.sub(logits, torch.unsqueeze(total, -1)))
        gap = torch.sum(torch.mul(p, torch.sub(logits, reference)), [-1])
        value = torch.add(torch.sub(gap, total), reference_total)
      elif wanted[s] == 5:
        # log sum_v p(v)^2
        value = torch.sub(torch.logsumexp(torch.mul(logits, 2), [-1]), torch.mul(total, 2))
      elif wanted[s] == 6:
        value = torch.mean(logits, [-1])
      else:
        # 1 where the label is the most probable token
        value = torch.type_as(torch.eq(torch.argmax(logits, -1), labels), total)
      statistics = torch.append(statistics, value)
    return torch.stack(statistics)

  def selected(self: __torch__.Model, h: Tensor, at: Tensor) -> Tensor:
    # the states that predict a label: [N, D], [E] -> [E, D]; empty stays empty
    h = torch.detach(h)
    if torch.numel(h) > 0:
      h = torch.index_select(h, 0, at)
    return h

  def reference_head(self: __torch__.Model, own: Tensor, bias: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    # the reference's output matrix, its own where it is another model, else (empty) the policy's; and its bias
    if torch.numel(own) == 0:
      own = self.head_weight(w)
    return [torch.detach(own), torch.detach(bias)]

  def reference_states(self: __torch__.Model, r: Tensor, own: Tensor, at: Tensor) -> Tensor:
    # from its own tokens where the reference reads the rows otherwise, else (empty) from the policy's
    if torch.numel(own) == 0:
      own = at
    return self.selected(r, own)

  def statistics(self: __torch__.Model, h: Tensor, bias: Tensor, r: Tensor, reference_weight: Tensor, reference_bias: Tensor,
      reference_at: Tensor, at: Tensor, labels: Tensor, options: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # h [N, D] and the policy's bias [V] or empty; r [M, D] (empty: the policy is its own reference) with the reference's
    # output matrix, bias and places, each or empty; at and labels [E], options: labels per chunk, then the wanted
    # statistics -> [S, E]
    wanted = self.integers(options)
    chunk = wanted[0]
    wanted = torch.slice(wanted, 1)
    head = [torch.detach(self.head_weight(w)), torch.detach(bias)]
    reference_head = self.reference_head(reference_weight, reference_bias, w)
    states = self.selected(h, at)
    references = self.reference_states(r, reference_at, at)
    chunks = annotate(List[Tensor], [])
    start = 0
    running = True
    while running:
      end = start + chunk
      y = self.chunk_statistics(torch.slice(states, 0, start, end), head, torch.slice(references, 0, start, end),
          reference_head, torch.slice(labels, 0, start, end), wanted)
      chunks = torch.append(chunks, y)
      start = end
      running = start < torch.size(labels, 0)
    return torch.cat(chunks, 1)

  def pull_back_statistics(self: __torch__.Model, h: Tensor, bias: Tensor, r: Tensor, reference_weight: Tensor,
      reference_bias: Tensor, reference_at: Tensor, at: Tensor, labels: Tensor, options: Tensor, derivatives: Tensor,
      head_trained: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    # derivatives [S, E] -> dL/dh [N, D], when the head is trained dL/dweight [V, D], and dL/dbias [V] where there is one
    wanted = self.integers(options)
    chunk = wanted[0]
    wanted = torch.slice(wanted, 1)
    weight = torch.detach(self.head_weight(w))
    bias = torch.detach(bias)
    trained = annotate(List[Tensor], [])
    if bool(head_trained):
      weight = torch.requires_grad_(weight, True)
      trained = torch.append(trained, weight)
    if torch.numel(bias) > 0:
      bias = torch.requires_grad_(bias, True)
      trained = torch.append(trained, bias)
    reference_head = self.reference_head(reference_weight, reference_bias, w)
    states = self.selected(h, at)
    references = self.reference_states(r, reference_at, at)
    sums = annotate(List[Tensor], [])
    chunks = annotate(List[Tensor], [])
    start = 0
    running = True
    while running:
      end = start + chunk
      part = torch.requires_grad_(torch.detach(torch.slice(states, 0, start, end)), True)
      y = self.chunk_statistics(part, [weight, bias], torch.slice(references, 0, start, end), reference_head,
          torch.slice(labels, 0, start, end), wanted)
      dy = torch.type_as(torch.slice(derivatives, 1, start, end), y)
      found = torch.grad([y], torch.add([part], trained), annotate(List[Optional[Tensor]], [dy]))
      chunks = torch.append(chunks, torch.detach(unchecked_cast(Tensor, found[0])))
      for i in range(torch.len(trained)):
        term = torch.detach(unchecked_cast(Tensor, found[1 + i]))
        if start == 0:
          sums = torch.append(sums, term)
        else:
          torch.add_(sums[i], term)
      start = end
      running = start < torch.size(labels, 0)
    dh = torch.zeros_like(torch.detach(h))
    torch.index_add_(dh, 0, at, torch.cat(chunks, 0))
    return torch.add([dh], sums)

  def pull_back_blocks(self: __torch__.Model, ids: Tensor, positions: Tensor, plan: Tensor, left: Tensor,
      inputs: List[Tensor], dh: Tensor, lowest: Tensor, leaves: Dict[str, Tensor], w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> List[Tensor]:
    # activation checkpointing (arXiv 1604.06174): each block runs again from its input, from the last one down to the
    # lowest that leads to a leaf; -1 is the embedding. A leaf stands for the tensor of its name in w or a;
    # gradients come in the order of the sorted names.
    groups = self.integers(plan)
    tables = self.tables(positions, groups, left, w)
    names = torch.keys(leaves)
    torch.sort(names)
    ends = annotate(List[Tensor], [])
    gradients = annotate(List[Tensor], [])
    for l in range(torch.len(names)):
      leaf = leaves[names[l]]
      torch._set_item(w, names[l], leaf)
      torch._set_item(a, names[l], leaf)
      ends = torch.append(ends, leaf)
      gradients = torch.append(gradients, torch.zeros_like(torch.detach(leaf)))
    dy = dh
    for step in range(self.layers + 2):
      i = self.layers - step
      if i >= int(lowest):
        sources = annotate(List[Tensor], [])
        if i >= 0:
          sources = torch.append(sources, torch.requires_grad_(torch.detach(inputs[i]), True))
        first = torch.len(sources)
        sources = torch.add(sources, ends)
        if i == self.layers:
          y = self.final_norm(sources[0], w)
        elif i >= 0:
          y = self.block(sources[0], i, tables, groups, annotate(List[Tensor], []), w, a)
        else:
          y = self.embed(ids, positions, w, a)
        found = torch.grad([y], sources, annotate(List[Optional[Tensor]], [dy]), allow_unused=True)
        for l in range(torch.len(ends)):
          term = found[first + l]
          if term is not None:
            torch.add_(gradients[l], torch.detach(term))
        if i >= 0:
          dy = torch.detach(unchecked_cast(Tensor, found[0]))
    return gradients
