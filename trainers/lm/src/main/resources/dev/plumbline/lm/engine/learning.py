  # What learning needs of tensors, whatever the model: graph leaves, vector-Jacobian products, norms, AdamW.

  def leaves(self: __torch__.Learning, parameters: List[Tensor]) -> List[Tensor]:
    # aliases that a graph can end in; the parameters themselves never record
    aliases = annotate(List[Tensor], [])
    for i in range(torch.len(parameters)):
      aliases = torch.append(aliases, torch.requires_grad_(torch.detach(parameters[i]), True))
    return aliases

  def pull_back(self: __torch__.Learning, y: Tensor, leaves: List[Tensor], dy: Tensor) -> List[Tensor]:
    # dL/dleaf = (dy/dleaf)^T dL/dy
    found = torch.grad([y], leaves, annotate(List[Optional[Tensor]], [dy]), allow_unused=True)
    gradients = annotate(List[Tensor], [])
    for i in range(torch.len(found)):
      gradient = found[i]
      if gradient is None:
        gradient = torch.zeros_like(torch.detach(leaves[i]))
      gradients = torch.append(gradients, torch.detach(gradient))
    return gradients

  def place(self: __torch__.Learning, tensor: Tensor, start: Tensor, values: Tensor) -> Tensor:
    # values into the tensor's memory, row-major
    begin = int(start)
    flat = torch.view(tensor, [-1])
    torch.copy_(torch.slice(flat, 0, begin, begin + torch.size(values, 0)), values)
    return tensor

  def half(self: __torch__.Learning, tensors: List[Tensor]) -> List[Tensor]:
    # bfloat16 copies
    copies = annotate(List[Tensor], [])
    for i in range(torch.len(tensors)):
      copies = torch.append(copies, torch.to(tensors[i], 15))
    return copies

  def add(self: __torch__.Learning, sums: List[Tensor], terms: List[Tensor]) -> List[Tensor]:
    torch._foreach_add_(sums, terms, alpha=1)
    return sums

  def scale(self: __torch__.Learning, tensors: List[Tensor], factor: Tensor) -> List[Tensor]:
    torch._foreach_mul_(tensors, float(factor))
    return tensors

  def move(self: __torch__.Learning, tensors: List[Tensor], targets: List[Tensor], fraction: Tensor) -> List[Tensor]:
    # theta <- theta + a (target - theta); a = 1 copies
    a = float(fraction)
    if a == 1.0:
      torch._foreach_copy_(tensors, targets, False)
    else:
      torch._foreach_lerp_(tensors, targets, a)
    return tensors

  def norms(self: __torch__.Learning, tensors: List[Tensor]) -> Tensor:
    return torch.stack(torch._foreach_norm(tensors, 2))

  def adamw(self: __torch__.Learning, parameters: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor],
      settings: Tensor) -> List[Tensor]:
    # settings: learning rate, beta1, beta2, epsilon, weight decay, clip factor, step (from 1)
    clipped = torch._foreach_mul(gradients, float(torch.select(settings, 0, 5)))
    step = torch.to(torch.select(settings, 0, 6), 6)
    steps = annotate(List[Tensor], [])
    for i in range(torch.len(parameters)):
      steps = torch.append(steps, step)
    torch._fused_adamw_(parameters, clipped, m, v, annotate(List[Tensor], []), steps,
        lr=float(torch.select(settings, 0, 0)), beta1=float(torch.select(settings, 0, 1)), beta2=float(torch.select(settings, 0, 2)),
        weight_decay=float(torch.select(settings, 0, 4)), eps=float(torch.select(settings, 0, 3)), amsgrad=False, maximize=False)
    return parameters

  def multiply(self: __torch__.Learning, a: Tensor, b: Tensor) -> Tensor:
    return torch.matmul(a, b)

  def rows(self: __torch__.Learning, tensor: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(tensor, 0, rows)
