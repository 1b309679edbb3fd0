import Tensors

/// Bounds of a tensor of a graph: whatever enters the graph between two tensors, each element of this one is between its
/// lower and its upper number, or not a number.
struct EnclosedTensor {
  private(set) var lower: ONNXTensor
  private(set) var upper: ONNXTensor

  /// Bounds, in which a number that is none stands for none.
  init(lower: ONNXTensor, upper: ONNXTensor) {
    self.lower = lower
    self.upper = upper
    for index in lower.elements.indices {
      if lower.elements[index].isNaN { self.lower.elements[index] = -.infinity }
      if upper.elements[index].isNaN { self.upper.elements[index] = .infinity }
    }
  }

  /// One tensor.
  init(_ tensor: ONNXTensor) { self.init(lower: tensor, upper: tensor) }

  /// The element-wise smallest and largest of tensors of one shape; an element that is not a number somewhere has no
  /// bounds.
  init(spanning corners: [ONNXTensor]) {
    var (lower, upper) = (corners[0], corners[0])
    for index in lower.elements.indices {
      // Not a number wins.
      lower.elements[index] = corners.reduce(.infinity) {
        $0.isNaN || $1.elements[index] >= $0 ? $0 : $1.elements[index]
      }
      upper.elements[index] = corners.reduce(-.infinity) {
        $0.isNaN || $1.elements[index] <= $0 ? $0 : $1.elements[index]
      }
    }
    self.init(lower: lower, upper: upper)
  }

  var count: Int { lower.elements.count }
  var shape: [Int] { lower.shape }
  var type: ElementType { lower.type }
  /// Whether it is one tensor.
  var isPoint: Bool { lower.elements == upper.elements }

  /// The largest size of each element.
  var reach: ONNXTensor {
    var result = lower
    for index in result.elements.indices {
      result.elements[index] = max(abs(lower.elements[index]), abs(upper.elements[index]))
    }
    return result
  }

  /// Numbers in the middle, and how far the bounds are from them at the most.
  var ball: (center: ONNXTensor, radius: ONNXTensor) {
    var (center, radius) = (lower, lower)
    for index in lower.elements.indices {
      let (low, high) = (lower.elements[index], upper.elements[index])
      let middle = low == high ? low : 0.5 * low + 0.5 * high
      center.elements[index] = middle
      radius.elements[index] = low == high ? 0 : max((high - middle).nextUp, (middle - low).nextUp)
    }
    return (center, radius)
  }

  /// The same with an element's number nearest to 0 for both bounds.
  var nearestToZero: ONNXTensor {
    var result = lower
    for index in result.elements.indices {
      result.elements[index] = min(max(0, lower.elements[index]), upper.elements[index])
    }
    return result
  }

  /// Bounds that hold too where the elements are computed with rounding: of `terms` operations, by any order, on numbers
  /// whose sizes add up to `sizes`, in the precision of the tensor's type or one that holds more digits.
  func widened(terms: Int, sizes: [Double]) -> EnclosedTensor {
    guard type.isReal else { return self }
    let unit = type.roundingUnit
    var result = self
    for index in sizes.indices {
      let slack = Double(terms) * (unit.relative * sizes[index] + unit.absolute)
      let isTooLarge = !(sizes[index] < unit.largest)
      result.lower.elements[index] = isTooLarge ? -.infinity : (lower.elements[index] - slack).nextDown
      result.upper.elements[index] = isTooLarge ? .infinity : (upper.elements[index] + slack).nextUp
    }
    return result
  }
}

extension ElementType {
  /// How far rounding to this real type takes a number at the most, relative to its size and where it is tiny, twice over
  /// for what the sum of such errors is rounded itself; and the size from which on numbers may overflow.
  fileprivate var roundingUnit: (relative: Double, absolute: Double, largest: Double) {
    switch self {
    case .float64: (0x1p-52, .leastNormalMagnitude, 0x1p1022)
    case .float16: (0x1p-10, 0x1p-14, 0x1p15)
    case .brainFloat16: (0x1p-7, Double(Float.leastNormalMagnitude), 0x1p126)
    default: (0x1p-23, Double(Float.leastNormalMagnitude), 0x1p126)
    }
  }
}
