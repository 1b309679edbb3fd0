import Essentials

// Views: they share the storage, and writing through them changes the original.
extension Tensor {
  /// `count` places along `axis` from `start` on, `step` apart; the step may be negative.
  ///
  /// - Throws: `Misuse` when the axis does not exist, the step is 0, or a place lies outside.
  public func slice(axis: Int, start: Int, count: Int, step: Int = 1) throws -> Tensor {
    let axis = try resolve(axis: axis, for: "slice")
    let size = shape[axis]
    guard step != 0, count >= 0 else { throw Misuse("slice: expected a step other than 0 and a count >= 0") }
    if count > 0 {
      let (distance, overflow) = (count - 1).multipliedReportingOverflow(by: step)
      guard !overflow, (0..<size).contains(start), (-start..<size - start).contains(distance) else {
        throw Misuse(
          "slice: \(count) \(count == 1 ? "place" : "places") from \(start) (counted from 0) in steps of \(step) "
            + "leave an axis of \(size)")
      }
    }
    var shape = self.shape
    var strides = self.strides
    shape[axis] = count
    strides[axis] = count > 1 ? strides[axis] * step : strides[axis]
    return Tensor(
      storage: storage, offset: count > 0 ? offset + start * self.strides[axis] : offset, shape: shape,
      strides: strides)
  }

  /// The places `start`, `start + step`, ... before `stop` along `axis`, as Python's `start:stop:step`: negative
  /// numbers count from the end, absent ones mean everything, and what lies outside is left out.
  ///
  /// - Throws: `Misuse` when the axis does not exist or the step is 0.
  public func slice(axis: Int, from start: Int?, to stop: Int?, step: Int = 1) throws -> Tensor {
    let axis = try resolve(axis: axis, for: "slice")
    guard step != 0, step > Int.min else { throw Misuse("slice: expected a step other than 0") }
    let size = shape[axis]
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? size : size - 1
    func limited(_ place: Int) -> Int { min(max(place < 0 ? place + size : place, lowest), highest) }
    let first = start.map(limited) ?? (step > 0 ? 0 : size - 1)
    let end = stop.map(limited) ?? (step > 0 ? size : -1)
    let distance = step > 0 ? end - first : first - end
    let count = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
    return try slice(axis: axis, start: count == 0 ? 0 : first, count: count, step: step)
  }

  /// The part at `index` along `axis`, without that axis: a row of a matrix, an element of a vector as a scalar.
  ///
  /// - Throws: `Misuse` when the axis or the index does not exist.
  public func select(axis: Int, _ index: Int) throws -> Tensor {
    let axis = try resolve(axis: axis, for: "select")
    guard (0..<shape[axis]).contains(index) else {
      throw Misuse("select: index \(index) (counted from 0) is outside an axis of \(shape[axis])")
    }
    var shape = self.shape
    var strides = self.strides
    shape.remove(at: axis)
    strides.remove(at: axis)
    return Tensor(storage: storage, offset: offset + index * self.strides[axis], shape: shape, strides: strides)
  }

  /// The axes in another order: `permuted([1, 0])` is the transpose of a matrix.
  ///
  /// - Throws: `Misuse` unless `axes` names every axis once.
  public func permuted(_ axes: [Int]) throws -> Tensor {
    let order = try axes.map { try resolve(axis: $0, for: "permute") }
    guard order.sorted() == Array(shape.indices) else {
      throw Misuse("permute: expected each of the \(shape.count) axes once, got \(axes.count) names")
    }
    return Tensor(
      storage: storage, offset: offset, shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }

  /// Two axes exchanged; the last two by default.
  ///
  /// - Throws: `Misuse` when an axis does not exist.
  public func transposed(_ first: Int = -2, _ second: Int = -1) throws -> Tensor {
    var order = Array(shape.indices)
    order.swapAt(try resolve(axis: first, for: "transpose"), try resolve(axis: second, for: "transpose"))
    return try permuted(order)
  }

  /// The same elements in row-major order under another shape, in which one size may be -1: whatever is left. A view
  /// where the layout allows it, else a copy.
  ///
  /// - Throws: `Misuse` when the shape does not hold exactly these elements.
  public func reshaped(_ newShape: [Int]) throws -> Tensor {
    var newShape = newShape
    if let open = newShape.firstIndex(of: -1) {
      newShape[open] = 1
      let rest = try Tensor.elementCount(of: newShape, for: "reshape")
      guard rest > 0, count % rest == 0 else {
        newShape[open] = -1
        throw Misuse(
          "reshape: \(count) elements (\(Tensor.describe(shape: shape))) do not fill "
            + "\(Tensor.describe(shape: newShape))")
      }
      newShape[open] = count / rest
    }
    guard try Tensor.elementCount(of: newShape, for: "reshape") == count else {
      throw Misuse(
        "reshape: \(count) elements (\(Tensor.describe(shape: shape))) do not fill \(Tensor.describe(shape: newShape))")
    }
    if let strides = stridesWithoutCopy(newShape) {
      return Tensor(storage: storage, offset: offset, shape: newShape, strides: strides)
    }
    return Tensor(storage: copy().storage, shape: newShape)
  }

  /// All elements along one axis; a view where the layout allows it.
  public func flattened() throws -> Tensor { try reshaped([count]) }

  /// The tensor without axes of size 1, or without `axis` if that has size 1.
  ///
  /// - Throws: `Misuse` when the axis does not exist.
  public func squeezed(axis: Int? = nil) throws -> Tensor {
    let only = try axis.map { try resolve(axis: $0, for: "squeeze") }
    let kept = shape.indices.filter { shape[$0] != 1 || (only != nil && only != $0) }
    return Tensor(storage: storage, offset: offset, shape: kept.map { shape[$0] }, strides: kept.map { strides[$0] })
  }

  /// The tensor with an axis of size 1 inserted so that it becomes axis `axis`; -1 appends it.
  ///
  /// - Throws: `Misuse` when there is no such place.
  public func unsqueezed(axis: Int) throws -> Tensor {
    let place = axis < 0 ? axis + shape.count + 1 : axis
    guard (0...shape.count).contains(place) else {
      throw Misuse("unsqueeze: no such place among \(shape.count) axes")
    }
    var shape = self.shape
    var strides = self.strides
    shape.insert(1, at: place)
    strides.insert(place < strides.count ? strides[place] * self.shape[place] : 1, at: place)
    return Tensor(storage: storage, offset: offset, shape: shape, strides: strides)
  }

  /// A copy stretched to `shape`.
  ///
  /// - Throws: `Misuse` when this tensor does not stretch to it.
  public func broadcast(to shape: [Int]) throws -> Tensor {
    let result = try Tensor.uninitialized(shape, for: "broadcast")
    try result.assign(self)
    return result
  }

  /// The strides under which the elements appear in the new shape, or nil when no strides do that.
  private func stridesWithoutCopy(_ newShape: [Int]) -> [Int]? {
    if isContiguous { return Tensor.rowMajorStrides(newShape) }
    let axes = shape.indices.filter { shape[$0] != 1 }
    var result = [Int](repeating: 1, count: newShape.count)
    var old = 0
    var new = 0
    while old < axes.count {
      // A group of old axes and a group of new axes with the same number of elements.
      var oldEnd = old + 1
      var oldCount = shape[axes[old]]
      var newEnd = new
      var newCount = 1
      while oldCount != newCount || newEnd == new {
        if newCount < oldCount {
          guard newEnd < newShape.count else { return nil }
          newCount *= newShape[newEnd]
          newEnd += 1
        } else {
          guard oldEnd < axes.count else { return nil }
          oldCount *= shape[axes[oldEnd]]
          oldEnd += 1
        }
      }
      for place in old..<oldEnd - 1
      where strides[axes[place]] != strides[axes[place + 1]] * shape[axes[place + 1]] { return nil }
      var stride = strides[axes[oldEnd - 1]]
      for axis in (new..<newEnd).reversed() {
        result[axis] = stride
        stride *= newShape[axis]
      }
      old = oldEnd
      new = newEnd
    }
    return result
  }
}

// Single elements.
extension Tensor {
  /// The element at `indices`, one per axis, from 0.
  ///
  /// - Throws: `Misuse` when their number is wrong or one lies outside.
  public func element(_ indices: [Int]) throws -> Double { storage.base[try place(of: indices)] }

  /// Replaces the element at `indices`; see `element(_:)`.
  public func setElement(_ indices: [Int], to value: Double) throws { storage.base[try place(of: indices)] = value }

  /// The only element.
  ///
  /// - Throws: `Misuse` when there are none or several.
  public func item() throws -> Double {
    guard count == 1 else {
      throw Misuse("item: expected one element, got a tensor of shape \(Tensor.describe(shape: shape))")
    }
    return base.pointee
  }

  private func place(of indices: [Int]) throws -> Int {
    guard indices.count == shape.count else {
      throw Misuse(
        "element: expected \(shape.count) indices for a shape of \(Tensor.describe(shape: shape)), "
          + "got \(indices.count)")
    }
    var place = offset
    for axis in indices.indices {
      guard (0..<shape[axis]).contains(indices[axis]) else {
        throw Misuse("element: index \(indices[axis]) (counted from 0) is outside an axis of \(shape[axis])")
      }
      place += indices[axis] * strides[axis]
    }
    return place
  }
}
