  # A scalar head reads one number per token off the final hidden states. It is linear, and so is the way back.

  def scores(self: __torch__.Model, h: Tensor, at: Tensor, weight: Tensor) -> Tensor:
    # h [N, D], at [E], weight [1, D] -> [E], at least in single precision
    states = torch.type_as(self.selected(h, at), weight)
    return torch.squeeze(torch.linear(states, torch.detach(weight)), -1)

  def pull_back_scores(self: __torch__.Model, h: Tensor, at: Tensor, weight: Tensor, derivatives: Tensor) -> List[Tensor]:
    # derivatives [E] -> dL/dh [N, D] and dL/dweight [1, D]
    dy = torch.unsqueeze(torch.type_as(derivatives, weight), -1)
    states = torch.type_as(self.selected(h, at), weight)
    dh = torch.zeros_like(torch.detach(h))
    torch.index_add_(dh, 0, at, torch.type_as(torch.mul(dy, torch.detach(weight)), dh))
    return [dh, torch.sum(torch.mul(dy, states), [0], True)]
