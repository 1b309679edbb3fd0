import Tensors

/// Sums of products.
extension ReplayNode {
  func matrixProduct() throws -> [ONNXTensor] {
    let factors = try (0..<2).map(operand)
    return [try contracted(try .matrixProduct(factors[0].shape, factors[1].shape), factors)]
  }

  func einsum() throws -> [ONNXTensor] {
    let factors = try all()
    return [try contracted(try .einsum(node.text("equation") ?? "", factors.map(\.shape)), factors)]
  }

  /// alpha A' B' + beta C, with either of A and B transposed first.
  func generalProduct() throws -> [ONNXTensor] {
    func factor(_ position: Int, _ flag: String) throws -> ONNXTensor {
      let value = try operand(position)
      guard value.shape.count == 2 else {
        throw NodeFailure("expected a matrix, got \(Tensor.describe(shape: value.shape))")
      }
      return node.flag(flag) ? value.transposed([1, 0]) : value
    }
    let factors = [try factor(0, "transA"), try factor(1, "transB")]
    var product = try contracted(try .matrixProduct(factors[0].shape, factors[1].shape), factors)
    let (alpha, beta) = (node.number("alpha", default: 1), node.number("beta", default: 1))
    for index in product.elements.indices { product.elements[index] *= alpha }
    guard let offset = optional(2) else { return [product] }
    guard Shape.broadcast(product.shape, offset.shape) == product.shape else {
      throw NodeFailure("a C of shape \(Tensor.describe(shape: offset.shape)) does not fit")
    }
    return [try combine(product, offset) { $0 + beta * $1 }]
  }

  private func contracted(_ contraction: Contraction, _ factors: [ONNXTensor]) throws -> ONNXTensor {
    let terms = contraction.terms
    var elements: [Double] = []
    elements.reserveCapacity(contraction.shape.reduce(1, *))
    contraction.forEachElement { starts in
      var sum = 0.0
      for term in terms[0].indices {
        var product = factors[0].elements[starts[0] + terms[0][term]]
        for factor in 1..<max(factors.count, 1) {
          product *= factors[factor].elements[starts[factor] + terms[factor][term]]
        }
        sum += product
      }
      elements.append(sum)
    }
    return ONNXTensor(rounding: elements, shape: contraction.shape, type: factors[0].type)
  }
}
