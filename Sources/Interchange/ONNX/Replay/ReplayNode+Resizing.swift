import Tensors

/// Operators that pad, enlarge, and trade channels for space.
extension ReplayNode {
  func padded() throws -> [ONNXTensor] {
    let value = try operand(0)
    let rank = value.shape.count
    let axes = try integers(3).map { axes in try axes.map { try Shape.axis($0, rank: rank) } } ?? Array(0..<rank)
    guard let pads = try integers(1), pads.count == 2 * axes.count,
      pads.allSatisfy((-Shape.elementLimit...Shape.elementLimit).contains)
    else { throw NodeFailure("its pads do not fit \(Tensor.describe(shape: value.shape))") }
    let mode = node.text("mode") ?? "constant"
    // For each axis, which element is at each place; nil outside.
    var places: [[Int?]] = value.shape.map { Array(0..<$0) }
    for (index, axis) in axes.enumerated() {
      let (before, size) = (pads[index], value.shape[axis])
      let length = size + before + pads[index + axes.count]
      guard length >= 0 else { throw NodeFailure("its pads take away more than there is") }
      places[axis] = try (0..<length).map { try padding($0 - before, size, mode) }
    }
    let shape = try checked(places.map(\.count))
    guard mode != "constant" || optional(2)?.elements.count ?? 1 == 1 else {
      throw NodeFailure("expected one number to pad with")
    }
    let outside = optional(2)?.elements[0] ?? 0
    var offsets: [Int?] = [0]
    for (stride, places) in zip(Shape.strides(value.shape), places).reversed() {
      let inner = offsets
      offsets = []
      offsets.reserveCapacity(inner.count * places.count)
      for place in places {
        for offset in inner {
          if let place, let offset { offsets.append(place * stride + offset) } else { offsets.append(nil) }
        }
      }
    }
    let elements = offsets.map { offset in offset.map { value.elements[$0] } ?? outside }
    return [ONNXTensor(shape: shape, elements: elements, type: value.type)]
  }

  private func padding(_ place: Int, _ size: Int, _ mode: String) throws -> Int? {
    if (0..<size).contains(place) { return place }
    if mode == "constant" { return nil }
    guard size > 0 else { throw NodeFailure("there is nothing to pad with") }
    switch mode {
    case "edge": return place < 0 ? 0 : size - 1
    case "wrap": return (place % size + size) % size
    case "reflect":
      let period = max(2 * (size - 1), 1)
      let inside = (place % period + period) % period
      return inside < size ? inside : period - inside
    default: throw NodeFailure("the mode '\(mode)' is not supported")
    }
  }

  /// Resize and Upsample by nearest neighbours.
  func resized() throws -> [ONNXTensor] {
    let value = try operand(0)
    let rank = value.shape.count
    let isOld = node.type == "Upsample" || node.version < 11
    guard node.text("mode") ?? "nearest" == "nearest" else {
      throw NodeFailure("the mode '\(node.text("mode") ?? "")' is not supported; 'nearest' is")
    }
    guard node.text("keep_aspect_ratio_policy") ?? "stretch" == "stretch" else {
      throw NodeFailure("its keep_aspect_ratio_policy is not supported")
    }
    let axes = try node.integers("axes").map { try $0.map { try Shape.axis($0, rank: rank) } } ?? Array(0..<rank)
    let scales = optional(isOld ? 1 : 2).flatMap { $0.elements.isEmpty ? nil : $0.elements }
    let sizes = isOld ? nil : try integers(3)
    guard !value.elements.isEmpty, (scales?.count ?? sizes?.count) == axes.count,
      scales?.allSatisfy({ $0 > 0 && $0 <= 1e6 }) ?? true
    else {
      throw NodeFailure("its scales or sizes do not fit \(Tensor.describe(shape: value.shape))")
    }
    var shape = value.shape
    var factors = [Double](repeating: 1, count: rank)
    for (index, axis) in axes.enumerated() {
      if let scales {
        factors[axis] = scales[index]
        shape[axis] = Int((Double(shape[axis]) * scales[index]).rounded(.down))
      } else if let sizes {
        factors[axis] = Double(sizes[index]) / Double(max(shape[axis], 1))
        shape[axis] = sizes[index]
      }
    }
    try checked(shape)
    let places = try shape.indices.map { axis in
      try (0..<shape[axis]).map { place in
        try source(place, of: shape[axis], size: value.shape[axis], factor: factors[axis], isOld)
      }
    }
    return [value.choosing(places)]
  }

  /// Which of `size` elements is nearest to the element `place` of `count`.
  private func source(_ place: Int, of count: Int, size: Int, factor: Double, _ isOld: Bool) throws -> Int {
    guard factor != 1 || count != size else { return place }
    let transformation = isOld ? "asymmetric" : node.text("coordinate_transformation_mode") ?? "half_pixel"
    let position = Double(place)
    let exact: Double
    switch transformation {
    case "asymmetric": exact = position / factor
    case "half_pixel": exact = (position + 0.5) / factor - 0.5
    case "pytorch_half_pixel": exact = count > 1 ? (position + 0.5) / factor - 0.5 : 0
    case "align_corners": exact = count > 1 ? position * Double(size - 1) / Double(count - 1) : 0
    case "half_pixel_symmetric":
      let center = Double(size) / 2
      let adjustment = Double(count) / (factor * Double(size))
      exact = center * (1 - adjustment) + (position + 0.5) / factor - 0.5
    default: throw NodeFailure("the coordinate_transformation_mode '\(transformation)' is not supported")
    }
    let nearest: Double
    switch isOld ? "floor" : node.text("nearest_mode") ?? "round_prefer_floor" {
    case "floor": nearest = exact.rounded(.down)
    case "ceil": nearest = exact.rounded(.up)
    case "round_prefer_ceil": nearest = (exact + 0.5).rounded(.down)
    case "round_prefer_floor": nearest = (exact - 0.5).rounded(.up)
    case let mode: throw NodeFailure("the nearest_mode '\(mode)' is not supported")
    }
    return min(max(Int(nearest), 0), size - 1)
  }

  /// DepthToSpace and, where `isDepth`, SpaceToDepth.
  func blocks(isDepth: Bool) throws -> [ONNXTensor] {
    let value = try operand(0)
    let block = node.integer("blocksize", default: 1)
    guard value.shape.count == 4, (1...1 << 12).contains(block) else {
      throw NodeFailure("blocks of \(block) do not fit \(Tensor.describe(shape: value.shape))")
    }
    let (items, channels, height, width) = (value.shape[0], value.shape[1], value.shape[2], value.shape[3])
    guard isDepth ? height % block == 0 && width % block == 0 : channels % (block * block) == 0 else {
      throw NodeFailure("blocks of \(block) do not fit \(Tensor.describe(shape: value.shape))")
    }
    let isDepthFirst = node.text("mode") ?? "DCR" == "DCR"
    if isDepth {
      return [
        value.reshaped([items, channels, height / block, block, width / block, block])
          .transposed(isDepthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4])
          .reshaped([items, channels * block * block, height / block, width / block])
      ]
    }
    let depth = channels / (block * block)
    let turned =
      isDepthFirst
      ? value.reshaped([items, block, block, depth, height, width]).transposed([0, 3, 4, 1, 5, 2])
      : value.reshaped([items, depth, block, block, height, width]).transposed([0, 1, 4, 2, 5, 3])
    return [turned.reshaped([items, depth, height * block, width * block])]
  }
}
