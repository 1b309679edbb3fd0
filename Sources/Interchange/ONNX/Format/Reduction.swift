/// Which elements of a tensor a reduction along some of its axes takes together.
struct Reduction {
  /// The sizes of the result.
  let shape: [Int]
  /// For each element of the result, where its elements begin.
  let outer: [Int]
  /// How far each of them is from there.
  let inner: [Int]

  /// - Parameter keeps: whether reduced axes stay, with the size 1.
  init(_ shape: [Int], axes: Set<Int>, keeps: Bool) {
    let strides = Shape.strides(shape)
    func offsets(_ chosen: [Int]) -> [Int] {
      Shape.offsets(chosen.map { shape[$0] }, strides: chosen.map { strides[$0] })
    }
    let kept = shape.indices.filter { !axes.contains($0) }
    outer = offsets(kept)
    inner = offsets(axes.sorted())
    self.shape = keeps ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : kept.map { shape[$0] }
  }
}
