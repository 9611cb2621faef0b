  # Generation under control, token by token: Java says between two calls which soft prompt acts and what is added to the
  # logits. A row has one sequence per level of the bank, R * L in all, row by row; all of a row's go on with one token.

  def wide(self: __torch__.Model, x: Tensor) -> Tensor:
    # at least in single precision
    if self.compute_type == 15:
      x = torch.to(x, 6)
    return x

  def prefill_pooled(self: __torch__.Model, ids: Tensor, vectors: Tensor, lengths: Tensor, rows: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> List[Tensor]:
    # as prefill, where a sequence begins with vectors [U] of a soft prompt -> hidden states [R, D] of the last tokens,
    # sums [R, D] of those of all tokens, the soft prompt's apart, then the cache
    read = self.read(ids, w, a)
    prompts, width = torch.size(ids, 0), torch.size(ids, 1)
    h = self.final_norm(read[0], w)
    slots = torch.arange(width, dtype=4, layout=None, device=ops.prim.device(ids), pin_memory=None)
    text = torch.logical_and(torch.ge(slots, torch.unsqueeze(vectors, 1)), torch.lt(slots, torch.unsqueeze(lengths, 1)))
    states = self.wide(torch.view(h, [prompts, width, -1]))
    sums = torch.sum(torch.where(torch.unsqueeze(text, 2), states, torch.zeros_like(states)), [1])
    last = torch.index_select(h, 0, self.last_of(lengths, rows, width))
    return torch.add([last, torch.index_select(sums, 0, rows)], self.rows_of(torch.slice(read, 1), rows))

  def advance(self: __torch__.Model, ids: Tensor, lengths: Tensor, visible: Tensor, sums: Tensor, cache: List[Tensor],
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # one more token per sequence -> hidden states [R, D], and the new lengths and sums
    h = self.next_hidden(ids, lengths, int(visible), cache, w, a)
    return [h, torch.add(lengths, 1), torch.add(sums, self.wide(h))]

  def pooled_ahead(self: __torch__.Model, ids: Tensor, lengths: Tensor, levels: Tensor, sums: Tensor, cache: List[Tensor],
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # ids [R, k], lengths and sums of the sequences without soft prompt; each id alone as the next token
    # -> sum of hidden states [R, k, D] as it would be; the cache stays
    rows, ahead = torch.size(ids, 0), torch.size(ids, 1)
    device = ops.prim.device(ids)
    step = int(levels)
    own = annotate(List[Tensor], [])
    for i in range(torch.len(cache)):
      own = torch.append(own, torch.slice(cache[i], 0, 0, 9223372036854775807, step))
    slots = torch.arange(torch.size(cache[0], 2), dtype=4, layout=None, device=device, pin_memory=None)
    later = torch.expand(torch.ge(slots, torch.view(lengths, [-1, 1, 1, 1])), [rows, 1, ahead, torch.size(slots, 0)])
    each = torch.eye(ahead, dtype=11, layout=None, device=device, pin_memory=None)
    others = torch.expand(torch.logical_not(each), [rows, 1, ahead, ahead])
    hidden = torch.cat([later, others], 3)
    mask = torch.zeros(torch.size(hidden), dtype=self.compute_type, layout=None, device=device, pin_memory=None)
    positions = torch.repeat_interleave(lengths, ahead)
    tables = torch.append(self.rotations(positions, w), torch.masked_fill(mask, hidden, -inf))
    x = self.embed(torch.view(ids, [-1]), positions, w, a)
    for i in range(self.layers):
      x = self.block(x, i, tables, [ahead], own, w, a)
    h = self.wide(torch.view(self.final_norm(x, w), [rows, ahead, -1]))
    return torch.add(torch.unsqueeze(sums, 1), h)

  def choices(self: __torch__.Model, h: Tensor, chosen: Tensor, candidates: Tensor, bias: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    # the sequence of each row that acts: chosen [R] -> logits [R, V], the most probable ids [R, k] and their log-probabilities
    logits = self.logits(torch.index_select(h, 0, chosen), self.head_weight(w), bias)
    log_probs, ids = torch.topk(torch.log_softmax(logits, -1), int(candidates))
    return [logits, ids, log_probs]

  def mixed(self: __torch__.Model, moved: Tensor, unmoved: Tensor, share: Tensor) -> Tensor:
    # logits of the normalised geometric mean p(v) ~ moved(v)^g unmoved(v)^(1 - g) (arXiv 1912.02164, section 3.3)
    return torch.lerp(unmoved, moved, float(share))

  def draw_controlled(self: __torch__.Model, logits: Tensor, moved: Tensor, terms: Tensor, seen: Tensor, noise: Tensor,
      settings: Tensor) -> List[Tensor]:
    # logits of the policy itself [R, V]; moved: those to draw from, or empty for the same; terms [R, V] or empty, noise [R]
    # -> ids, log-probabilities of the policy itself and of what they were drawn from, each [R, 1], and the new seen
    options = self.numbers(settings)
    if torch.numel(moved) == 0:
      moved = logits
    moved = self.penalized(moved, seen, options[4])
    if torch.numel(terms) > 0:
      moved = torch.add(moved, terms)
    drawn = self.draw(moved, noise, options)
    if torch.numel(seen) > 0:
      seen = torch.scatter(seen, 1, drawn[0], True)
    return [drawn[0], torch.gather(torch.log_softmax(logits, -1), 1, drawn[0]), drawn[1], seen]
