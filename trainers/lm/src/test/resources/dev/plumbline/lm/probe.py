  # Lets a test call parts of a program on their own.

  def probe_block(self: __torch__.Model, x: Tensor, positions: Tensor, plan: Tensor, w: Dict[str, Tensor]) -> Tensor:
    groups = self.integers(plan)
    tables = self.tables(positions, groups, torch.slice(positions, 0, 0, 0), w)
    return self.block(x, 0, tables, groups, annotate(List[Tensor], []), w, annotate(Dict[str, Tensor], {}))

  def probe_linear(self: __torch__.Model, x: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    return self.linear(x, "module", w, a)

  def probe_embedding(self: __torch__.Model, ids: Tensor, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    return self.embedding(ids, "module", w, a)
