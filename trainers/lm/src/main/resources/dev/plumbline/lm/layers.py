  # Layers that every family is built of. w holds the weights under their Hugging Face names; a holds the adapter: per
  # target A [r, in] and B [out, r], DoRA's magnitudes, dropout masks, and the scaling. N tokens lie one after the
  # other, whatever rows they come from; weights are cast to the type of the activations where those differ.

  def linear(self: __torch__.Model, x: Tensor, name: str, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N, in] -> [N, out]
    weight = torch.type_as(w[name + ".weight"], x)
    if self.transposed == 1:
      weight = torch.t(weight)
    bias = annotate(Optional[Tensor], None)
    if torch.__contains__(w, name + ".bias"):
      bias = torch.type_as(w[name + ".bias"], x)
    y = torch.linear(x, weight, bias)
    if torch.__contains__(a, name + ".lora_A.weight"):
      y = self.adapted(x, y, name, weight, bias, a)
    return y

  def adapted(self: __torch__.Model, x: Tensor, y: Tensor, name: str, weight: Tensor, bias: Optional[Tensor],
      a: Dict[str, Tensor]) -> Tensor:
    # LoRA (arXiv 2106.09685): y + s B A x; DoRA (arXiv 2402.09353): b + m / |W + s B A| (W x + s B A x), the norm of each
    # output's row, constant for the gradient. Dropout acts on the input of all that the adapter adds.
    down = torch.type_as(a[name + ".lora_A.weight"], x)
    up = torch.type_as(a[name + ".lora_B.weight"], x)
    dropped = x
    if torch.__contains__(a, name + ".kept"):
      dropped = torch.mul(torch.mul(x, torch.type_as(a[name + ".kept"], x)), torch.type_as(a["kept_scale"], x))
    low = torch.mul(torch.linear(dropped, down), torch.type_as(a["scaling"], x))
    if torch.__contains__(a, name + ".lora_magnitude_vector"):
      if torch.__contains__(a, name + ".kept"):
        base = torch.linear(dropped, weight)
      else:
        base = y
        if bias is not None:
          base = torch.sub(y, bias)
      ratio = self.magnitude_ratio(name, weight, a)
      y = torch.add(y, torch.mul(torch.sub(torch.type_as(ratio, x), 1), base))
      y = torch.add(y, torch.mul(torch.type_as(ratio, x), torch.linear(low, up)))
    else:
      y = torch.addmm(y, low, torch.t(up))
    return y

  def magnitude_ratio(self: __torch__.Model, name: str, weight: Tensor, a: Dict[str, Tensor]) -> Tensor:
    # m / |W + s B A| per output: [out]
    magnitude = a[name + ".lora_magnitude_vector"]
    up = torch.detach(a[name + ".lora_B.weight"])
    update = torch.mul(torch.matmul(up, torch.detach(a[name + ".lora_A.weight"])), a["scaling"])
    norm = torch.linalg_vector_norm(torch.add(torch.type_as(torch.detach(weight), update), update), 2, [1])
    return torch.div(magnitude, norm)

  def embedding(self: __torch__.Model, ids: Tensor, name: str, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N] -> [N, D], in the type of the activations
    x = torch.to(torch.embedding(w[name + ".weight"], ids), self.compute_type)
    if torch.__contains__(a, name + ".lora_embedding_A"):
      low = torch.mul(torch.embedding(torch.t(a[name + ".lora_embedding_A"]), ids), a["scaling"])
      x = torch.addmm(x, torch.type_as(low, x), torch.t(torch.type_as(a[name + ".lora_embedding_B"], x)))
    return x

  def embed_tokens(self: __torch__.Model, ids: Tensor, name: str, w: Dict[str, Tensor], a: Dict[str, Tensor]) -> Tensor:
    # [N] -> [N, D]; ids behind the vocabulary are the vectors of soft prompts [prompts, m, D] (arXiv 2104.08691)
    if torch.__contains__(a, "soft_prompts"):
      vocabulary = torch.size(w[name + ".weight"], 0)
      vectors = torch.to(torch.flatten(a["soft_prompts"], 0, 1), self.compute_type)
      soft = torch.ge(ids, vocabulary)
      nothing = torch.zeros_like(ids)
      x = self.embedding(torch.where(soft, nothing, ids), name, w, a)
      u = torch.embedding(vectors, torch.where(soft, torch.sub(ids, vocabulary), nothing))
      x = torch.where(torch.unsqueeze(soft, 1), u, x)
    else:
      x = self.embedding(ids, name, w, a)
    return x

  def split_heads(self: __torch__.Model, x: Tensor, heads: int) -> Tensor:
    # [N, heads * d] -> [N, heads, d]
    return torch.view(x, [torch.size(x, 0), heads, self.head_dim])
