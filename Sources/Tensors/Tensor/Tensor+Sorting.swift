import CKernels
import Essentials

extension Tensor {
  /// The elements in order along an axis; ascending with NaN last, or descending with NaN first.
  ///
  /// - Throws: `Misuse` when there is no such axis.
  public func sorted(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    try sortRows(axis, descending, "sort") { _, _ in }
  }

  /// The places (from 0) from which `sorted` takes the elements; equal elements keep their order.
  ///
  /// - Throws: `Misuse` when there is no such axis.
  public func argumentSorted(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    try sortedWithPlaces(axis, descending, "argsort").places
  }

  /// The `count` greatest elements along an axis, or the least, best first, and their places (from 0).
  ///
  /// - Throws: `Misuse` when there is no such axis or it has fewer elements.
  public func top(_ count: Int, axis: Int = -1, largest: Bool = true) throws -> (values: Tensor, places: Tensor) {
    let axis = try resolve(axis: axis, for: "top_k")
    guard (0...shape[axis]).contains(count) else {
      throw Misuse("top_k: expected at most the \(shape[axis]) elements of the axis, got \(count)")
    }
    let (values, places) = try sortedWithPlaces(axis, largest, "top_k")
    return (
      try values.slice(axis: axis, start: 0, count: count).copy(),
      try places.slice(axis: axis, start: 0, count: count).copy()
    )
  }

  private func sortedWithPlaces(_ axis: Int, _ descending: Bool, _ name: String) throws -> (
    values: Tensor, places: Tensor
  ) {
    let axis = try resolve(axis: axis, for: name)
    let places = try Tensor.uninitialized(movedLast(axis).shape)
    let values = try sortRows(axis, descending, name) { row, order in
      for (index, place) in order.enumerated() { places.base[row * order.count + index] = Double(place) }
    }
    return (values, try places.movedBack(axis).contiguous())
  }

  /// Sorts along an axis; `receive` gets the number of each row and, in `argsort` and `top_k`, where its elements were.
  private func sortRows(
    _ axis: Int, _ descending: Bool, _ name: String, _ receive: (Int, UnsafeBufferPointer<Int64>) -> Void
  ) throws -> Tensor {
    let axis = try resolve(axis: axis, for: name)
    let values = movedLast(axis).copy()
    let size = shape[axis]
    guard count > 0 else { return try values.movedBack(axis).contiguous() }
    let order = name == "sort" ? nil : UnsafeMutableBufferPointer<Int64>.allocate(capacity: size)
    defer { order?.deallocate() }
    for row in 0..<count / size {
      let status = tensor_sort(size, values.base + row * size, order?.baseAddress, descending ? 1 : 0) {
        StopRequest.isPending() ? 1 : 0
      }
      guard status <= 0 else { throw Stopped() }
      guard status == 0 else {
        throw OutsideFailure("memory: there is not enough to sort \(size) numbers")
      }
      if let order { receive(row, UnsafeBufferPointer(order)) }
    }
    return try values.movedBack(axis).contiguous()
  }

  private func movedLast(_ axis: Int) -> Tensor {
    let order = shape.indices.filter { $0 != axis } + [axis]
    return Tensor(
      storage: storage, offset: offset, shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }

  private func movedBack(_ axis: Int) throws -> Tensor {
    var order = Array(shape.indices.dropLast())
    order.insert(shape.count - 1, at: axis)
    return try permuted(order)
  }
}
