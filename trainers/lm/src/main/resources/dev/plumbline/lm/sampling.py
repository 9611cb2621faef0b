  # Generation with a cache of keys and values: per block two of [R, K, S, d], S slots of which a row has filled as many
  # as it has tokens.

  def read(self: __torch__.Model, ids: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # ids [U, T] different prompts, padded on the right -> what the final norm reads [U * T, D], then the cache with T slots
    prompts, width = torch.size(ids, 0), torch.size(ids, 1)
    device = ops.prim.device(ids)
    slots = torch.arange(width, dtype=4, layout=None, device=device, pin_memory=None)
    positions = torch.repeat(slots, [prompts])
    plan = [prompts, width, -1]
    tables = self.tables(positions, plan, torch.slice(slots, 0, 0, 0), w)
    x = self.embed(torch.view(ids, [-1]), positions, w, a)
    cache = annotate(List[Tensor], [])
    for i in range(2 * self.layers):
      cache = torch.append(cache, torch.new_zeros(x, [prompts, self.key_value_heads, width, self.head_dim]))
    for i in range(self.layers):
      x = self.block(x, i, tables, plan, cache, w, a)
    return torch.add([x], cache)

  def last_of(self: __torch__.Model, lengths: Tensor, rows: Tensor, width: int) -> Tensor:
    # where the last token of each row's prompt lies
    return torch.add(torch.mul(rows, width), torch.sub(torch.index_select(lengths, 0, rows), 1))

  def prefill(self: __torch__.Model, ids: Tensor, lengths: Tensor, rows: Tensor, w: Dict[str, Tensor],
      a: Dict[str, Tensor]) -> List[Tensor]:
    # ids [U, T] different prompts, padded on the right, lengths [U]; rows [R] says which prompt a row continues
    # -> hidden state of each row's last token [R, D], then the cache with T slots
    read = self.read(ids, w, a)
    last = self.last_of(lengths, rows, torch.size(ids, 1))
    h = self.final_norm(torch.index_select(read[0], 0, last), w)
    return torch.add([h], self.rows_of(torch.slice(read, 1), rows))

  def resized(self: __torch__.Model, cache: List[Tensor], rows: Tensor, slots: Tensor) -> List[Tensor]:
    # these rows only, with this many slots
    changed = annotate(List[Tensor], [])
    for i in range(torch.len(cache)):
      kept = torch.index_select(cache[i], 0, rows)
      larger = torch.new_zeros(kept, [torch.size(kept, 0), torch.size(kept, 1), int(slots), torch.size(kept, 3)])
      torch.copy_(torch.slice(larger, 2, 0, torch.size(kept, 2)), kept)
      changed = torch.append(changed, larger)
    return changed

  def rows_of(self: __torch__.Model, tensors: List[Tensor], rows: Tensor) -> List[Tensor]:
    selected = annotate(List[Tensor], [])
    for i in range(torch.len(tensors)):
      selected = torch.append(selected, torch.index_select(tensors[i], 0, rows))
    return selected

  def seen_in(self: __torch__.Model, ids: Tensor, vocabulary: Tensor) -> Tensor:
    # ids [R, T] -> whether a row holds a token: [R, V]
    device = ops.prim.device(ids)
    seen = torch.zeros([torch.size(ids, 0), int(vocabulary)], dtype=11, layout=None, device=device, pin_memory=None)
    return torch.scatter(seen, 1, ids, True)

  def next_hidden(self: __torch__.Model, ids: Tensor, lengths: Tensor, visible: int, cache: List[Tensor],
      w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # one more token per row, in slot lengths[row]: [R] -> [R, D]
    device = ops.prim.device(ids)
    slots = torch.arange(visible, dtype=4, layout=None, device=device, pin_memory=None)
    empty = torch.gt(slots, torch.view(lengths, [-1, 1, 1, 1]))
    mask = torch.zeros(torch.size(empty), dtype=self.compute_type, layout=None, device=device, pin_memory=None)
    tables = self.rotations(lengths, w)
    tables = torch.append(tables, lengths)
    tables = torch.append(tables, torch.masked_fill(mask, empty, -inf))
    x = self.embed(ids, lengths, w, a)
    for i in range(self.layers):
      x = self.block(x, i, tables, annotate(List[int], []), cache, w, a)
    return self.final_norm(x, w)

  def draw(self: __torch__.Model, logits: Tensor, noise: Tensor, options: List[float]) -> List[Tensor]:
    # one id per row by inverse transform of a number in [0, 1), and the log-probability with which it was drawn:
    # [R, V], [R] -> two of [R, 1]
    temperature, top_k, top_p, min_p = options[0], int(options[1]), options[2], options[3]
    if temperature == 0.:
      ids = torch.argmax(logits, -1, True)
      log_probs = torch.zeros_like(ids, dtype=7)
    else:
      p = torch.softmax(torch.div(torch.to(logits, 7), temperature), -1)
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
      if min_p > 0.:
        p = torch.where(torch.ge(p, torch.mul(torch.amax(p, [-1], True), min_p)), p, torch.zeros_like(p))
      mass = torch.cumsum(p, -1)
      total = torch.contiguous(torch.slice(mass, 1, -1))
      drawn = torch.searchsorted(mass, torch.mul(total, torch.unsqueeze(noise, 1)), right=True)
      # rounding must not step beyond the last token that has mass
      ids = torch.minimum(drawn, torch.searchsorted(mass, total))
      log_probs = torch.log(torch.div(torch.gather(p, 1, ids), total))
      if order is not None:
        ids = torch.gather(order, 1, ids)
    return [ids, log_probs]

  def penalized(self: __torch__.Model, logits: Tensor, seen: Tensor, penalty: float) -> Tensor:
    # arXiv 1909.05858, section 4.1, with the sign rule of transformers: a seen token loses, whatever its logit's sign
    if torch.numel(seen) > 0:
      lowered = torch.where(torch.gt(logits, 0), torch.div(logits, penalty), torch.mul(logits, penalty))
      logits = torch.where(seen, lowered, logits)
    return logits

  def numbers(self: __torch__.Model, x: Tensor) -> List[float]:
    values = annotate(List[float], [])
    for i in range(torch.size(x, 0)):
      values = torch.append(values, float(torch.select(x, 0, i)))
    return values

  def extend(self: __torch__.Model, h: Tensor, lengths: Tensor, seen: Tensor, noise: Tensor, stops: Tensor,
      settings: Tensor, bias: Tensor, cache: List[Tensor], w: Dict[str, Tensor], a: Dict[str, Tensor]) -> List[Tensor]:
    # draws up to noise's [R, n] tokens per row, fewer when all rows have ended; seen [R, V] or empty, settings:
    # temperature, top-k, top-p, min-p, repetition penalty, slots in sight of the first token, whether others will follow
    # -> ids [R, m], their log-probabilities under the policy itself [R, m], and the new h, lengths, seen
    options = self.numbers(settings)
    steps = torch.size(noise, 1)
    visible = int(options[5])
    drawn_ids = annotate(List[Tensor], [])
    drawn_log_probs = annotate(List[Tensor], [])
    weight = self.head_weight(w)
    ended = torch.zeros_like(lengths, dtype=11)
    step = 0
    running = True
    while running:
      logits = self.logits(h, weight, bias)
      token = self.draw(self.penalized(logits, seen, options[4]), torch.select(noise, 1, step), options)[0]
      drawn_ids = torch.append(drawn_ids, token)
      drawn_log_probs = torch.append(drawn_log_probs, torch.gather(torch.log_softmax(logits, -1), 1, token))
      ended = torch.logical_or(ended, torch.any(torch.eq(token, stops), 1))
      if torch.numel(seen) > 0:
        seen = torch.scatter(seen, 1, token, True)
      step = step + 1
      running = step < steps and not bool(torch.all(ended))
      if running or options[6] > 0.:
        h = self.next_hidden(torch.squeeze(token, 1), lengths, visible, cache, w, a)
        lengths = torch.add(lengths, 1)
        visible = visible + 1
    return [torch.cat(drawn_ids, 1), torch.cat(drawn_log_probs, 1), h, lengths, seen]
