import CKernels

/// What the first layer reads of a block of examples, feature by feature.
final class InputBlock {
  /// The inputs that are read, ascending, and how many there are in all.
  private let sources: [Int32]
  private let width: Int
  private let values: FloatBuffer
  /// The pixels, of those that are read, that are not black in all pictures.
  private let active: UnsafeMutablePointer<Int32>
  private var count = 0
  private var hasActive = false
  /// Which examples these are.
  private var data: TrainingData?
  private var order: UnsafePointer<Int32>?
  private var rows = 0

  /// - Throws: `OutsideFailure` when there is no memory for it.
  init(sources: [Int], width: Int) throws {
    self.sources = sources.map(Int32.init)
    self.width = width
    values = try FloatBuffer(sources.count * TrainingPass.lanes)
    active = .allocate(capacity: max(sources.count, 1))
  }

  deinit { active.deallocate() }

  /// The values for the kernels.
  var batch: kernel_batch {
    kernel_batch(values: values.base, active: hasActive ? UnsafePointer(active) : nil, count: count)
  }

  /// Whether these are the examples of `block`.
  func holds(_ block: TrainingPass.Batch) -> Bool {
    data === block.data && order == block.order && rows == block.rows
  }

  /// Forgets which examples these are: their order is about to change.
  func forget() { order = nil }

  /// Gathers the examples of a block, unless they are here.
  func fill(_ block: TrainingPass.Batch) {
    guard !holds(block) else { return }
    (data, order, rows) = (block.data, block.order, block.rows)
    switch block.data.inputs {
    case .pixels(let pixels):
      count = kernel_gather_pixels(
        pixels, block.order, rows, min(block.ahead, TrainingPass.lanes), width, sources, sources.count, values.base,
        active)
      hasActive = true
    case .numbers(let numbers):
      kernel_gather_numbers(numbers.base, block.order, rows, width, sources, sources.count, values.base)
      (count, hasActive) = (sources.count, false)
    }
  }

  /// Gathers the examples that come after a block.
  func prepare(_ block: TrainingPass.Batch) { if block.next > 0 { fill(block.following) } }
}
