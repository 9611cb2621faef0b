  # Causal attention over tokens of many rows that lie one after the other. The plan says how: per group three numbers,
  # its rows, their width, and the group whose tokens come before them (a shared prompt, of one row), or -1.

  def integers(self: __torch__.Model, x: Tensor) -> List[int]:
    values = annotate(List[int], [])
    for i in range(torch.size(x, 0)):
      values = torch.append(values, int(torch.select(x, 0, i)))
    return values

  def tables(self: __torch__.Model, positions: Tensor, plan: List[int], left: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    # the family's rotations, then a mask per group, added to the scores: empty where a causal one is all there is to it
    device = ops.prim.device(positions)
    tables = self.rotations(positions, w)
    for g in range(torch.len(plan) // 3):
      width = plan[3 * g + 1]
      before = 0
      if plan[3 * g + 2] >= 0:
        before = plan[3 * plan[3 * g + 2] + 1]
      mask = torch.zeros([0], dtype=self.compute_type, layout=None, device=device, pin_memory=None)
      if before > 0 or torch.numel(left) > 0:
        later = torch.ones([width, before + width], dtype=11, layout=None, device=device, pin_memory=None)
        hidden = torch.triu(later, before + 1)
        if torch.numel(left) > 0:
          # padding on the left is seen by nobody but itself: a row of the scores must not be empty
          slots = torch.arange(width, dtype=4, layout=None, device=device, pin_memory=None)
          padding = torch.lt(slots, torch.view(left, [-1, 1, 1, 1]))
          itself = torch.eq(slots, torch.unsqueeze(slots, 1))
          hidden = torch.logical_or(hidden, torch.logical_and(padding, torch.logical_not(itself)))
        mask = torch.zeros(torch.size(hidden), dtype=self.compute_type, layout=None, device=device, pin_memory=None)
        mask = torch.masked_fill(mask, hidden, -inf)
      tables = torch.append(tables, mask)
    return tables

  def rows_first(self: __torch__.Model, x: Tensor, rows: int) -> Tensor:
    # [rows * width, heads, d] -> [rows, heads, width, d]
    return torch.transpose(torch.view(x, [rows, torch.size(x, 0) // rows, torch.size(x, 1), self.head_dim]), 1, 2)

  def per_query(self: __torch__.Model, x: Tensor) -> Tensor:
    # grouped queries: a key-value head for each query head
    if self.heads > self.key_value_heads:
      x = torch.repeat_interleave(x, self.heads // self.key_value_heads, 1)
    return x

  def attend(self: __torch__.Model, q: Tensor, k: Tensor, v: Tensor, i: int, tables: List[Tensor], plan: List[int],
      cache: List[Tensor]) -> Tensor:
    # q [N, H, d], k and v [N, K, d] -> [N, H * d]
    if torch.len(cache) > 0 and torch.len(plan) == 0:
      y = self.attend_cached(q, k, v, i, tables, cache)
    elif torch.len(plan) == 1:
      y = self.attend_ahead(q, k, v, i, tables, plan[0], cache)
    else:
      if torch.len(cache) > 0:
        self.remember(k, v, i, plan, cache)
      y = self.attend_groups(q, k, v, tables, plan)
    return y

  def attend_groups(self: __torch__.Model, q: Tensor, k: Tensor, v: Tensor, tables: List[Tensor], plan: List[int]) -> Tensor:
    groups = torch.len(plan) // 3
    sizes = annotate(List[int], [])
    for g in range(groups):
      sizes = torch.append(sizes, plan[3 * g] * plan[3 * g + 1])
    # one split each, so that the gradient is one concatenation
    qs = torch.split_with_sizes(q, sizes, 0)
    ks = torch.split_with_sizes(self.per_query(k), sizes, 0)
    vs = torch.split_with_sizes(self.per_query(v), sizes, 0)
    keys = annotate(List[Tensor], [])
    values = annotate(List[Tensor], [])
    attended = annotate(List[Tensor], [])
    for g in range(groups):
      rows = plan[3 * g]
      before = plan[3 * g + 2]
      keys = torch.append(keys, self.rows_first(ks[g], rows))
      values = torch.append(values, self.rows_first(vs[g], rows))
      key, value = keys[g], values[g]
      if before >= 0:
        key = torch.cat([keys[before], key], 2)
        value = torch.cat([values[before], value], 2)
      mask = annotate(Optional[Tensor], None)
      given = tables[torch.len(tables) - groups + g]
      if torch.numel(given) > 0:
        mask = given
      y = torch.scaled_dot_product_attention(self.rows_first(qs[g], rows), key, value, mask, 0., torch.numel(given) == 0)
      attended = torch.append(attended, torch.reshape(torch.transpose(y, 1, 2), [sizes[g], self.heads * self.head_dim]))
    return torch.cat(attended, 0)

  def remember(self: __torch__.Model, k: Tensor, v: Tensor, i: int, plan: List[int], cache: List[Tensor]) -> List[Tensor]:
    # keys and values of one padded group into the first slots of the cache [R, K, S, d]
    keys = self.rows_first(k, plan[0])
    values = self.rows_first(v, plan[0])
    torch.copy_(torch.slice(cache[2 * i], 2, 0, plan[1]), keys)
    torch.copy_(torch.slice(cache[2 * i + 1], 2, 0, plan[1]), values)
    return cache

  def attend_cached(self: __torch__.Model, q: Tensor, k: Tensor, v: Tensor, i: int, tables: List[Tensor],
      cache: List[Tensor]) -> Tensor:
    # one token per row: its key and value go into its slot, and it sees the slots that its mask leaves
    rows = torch.size(q, 0)
    slots = torch.size(tables[torch.len(tables) - 1], 3)
    slot = torch.expand(torch.view(tables[torch.len(tables) - 2], [rows, 1, 1, 1]), [rows, self.key_value_heads, 1, self.head_dim])
    torch.scatter_(cache[2 * i], 2, slot, torch.unsqueeze(k, 2))
    torch.scatter_(cache[2 * i + 1], 2, slot, torch.unsqueeze(v, 2))
    keys = torch.slice(cache[2 * i], 2, 0, slots)
    values = torch.slice(cache[2 * i + 1], 2, 0, slots)
    # the queries of a group stand in for a sequence: all see the same keys
    queries = torch.view(q, [rows, self.key_value_heads, self.heads // self.key_value_heads, self.head_dim])
    y = torch.scaled_dot_product_attention(queries, keys, values, tables[torch.len(tables) - 1], 0., False)
    return torch.reshape(y, [rows, self.heads * self.head_dim])

  def attend_ahead(self: __torch__.Model, q: Tensor, k: Tensor, v: Tensor, i: int, tables: List[Tensor], ahead: int,
      cache: List[Tensor]) -> Tensor:
    # several tokens per row, each as if it were the next: they see what the cache holds, and themselves alone
    rows = torch.size(q, 0) // ahead
    keys = self.per_query(torch.cat([cache[2 * i], self.rows_first(k, rows)], 2))
    values = self.per_query(torch.cat([cache[2 * i + 1], self.rows_first(v, rows)], 2))
    y = torch.scaled_dot_product_attention(self.rows_first(q, rows), keys, values, tables[torch.len(tables) - 1], 0., False)
    return torch.reshape(torch.transpose(y, 1, 2), [rows * ahead, self.heads * self.head_dim])
