import Essentials
import Tensors

/// The geometry of a convolution of one to three spatial axes: which weight of the kernel meets which element of the
/// input at which place of the output, all in row-major order with the channels, or filters, first.
///
/// Output (f, p) is Σ_c,k kernel[f, c, k] · input[g · channels / groups + c, p · stride + k · dilation - padding], where
/// g = f / (filters / groups) is the filter's group; outside of the input there are zeros.
public final class Convolution: Equatable, Sendable {
  /// The channels of the input.
  public let channels: Int
  /// The channels of the output.
  public let filters: Int
  /// The groups that channels and filters are divided into; a filter reads the channels of its own group.
  public let groups: Int
  /// The sizes of one channel of the input along the spatial axes.
  public let inputSize: [Int]
  /// The sizes of the kernel.
  public let kernelSize: [Int]
  /// The sizes of one channel of the output.
  public let outputSize: [Int]
  /// How far neighbouring windows are apart.
  public let stride: [Int]
  /// How far neighbouring elements of a window are apart.
  public let dilation: [Int]
  /// How many zeros are before the first element.
  public let padding: [Int]
  /// All of that for the kernels, which take three axes: filters, channels / groups, filters / groups, and the sizes of
  /// input, kernel, output, stride, dilation and padding.
  let shape: [Int]

  /// The largest size along an axis.
  private static let sizeLimit = 1 << 24

  /// A geometry.
  ///
  /// - Parameters:
  ///   - outputSize: by default as many windows as begin inside the padded input and end there, with as many zeros after
  ///     the last element as before the first.
  ///   - stride: 1 by default.
  ///   - dilation: 1 by default.
  ///   - padding: 0 by default.
  /// - Throws: `Misuse` unless there are one to three axes, the lists are of as many positive sizes (the padding may be
  ///   0), and the groups divide channels and filters.
  public init(
    channels: Int, filters: Int, inputSize: [Int], kernelSize: [Int], outputSize: [Int]? = nil, stride: [Int]? = nil,
    dilation: [Int]? = nil, padding: [Int]? = nil, groups: Int = 1
  ) throws {
    let rank = inputSize.count
    let ones = [Int](repeating: 1, count: rank)
    let (stride, dilation) = (stride ?? ones, dilation ?? ones)
    let padding = padding ?? [Int](repeating: 0, count: rank)
    let sizes = 1...Convolution.sizeLimit
    guard (1...3).contains(rank), [kernelSize, stride, dilation, padding].allSatisfy({ $0.count == rank }),
      (inputSize + kernelSize + stride + dilation).allSatisfy(sizes.contains),
      padding.allSatisfy((0...sizes.upperBound).contains)
    else {
      throw Misuse(
        "convolution: expected as many sizes of kernel, stride, dilation and padding as the input has, one to three, got "
          + "\(inputSize), \(kernelSize), \(stride), \(dilation) and \(padding)")
    }
    let output =
      outputSize
      ?? (0..<rank).map { axis in
        let room = inputSize[axis] + 2 * padding[axis] - (kernelSize[axis] - 1) * dilation[axis] - 1
        return room < 0 ? 0 : room / stride[axis] + 1
      }
    guard output.count == rank, output.allSatisfy(sizes.contains) else {
      throw Misuse("convolution: expected windows that fit the input \(inputSize), got an output of \(output)")
    }
    guard (1...Convolution.sizeLimit).contains(groups), sizes.contains(channels), sizes.contains(filters),
      channels % groups == 0, filters % groups == 0,
      Convolution.fits([channels] + inputSize), Convolution.fits([filters] + output),
      Convolution.fits([filters, channels / groups] + kernelSize)
    else {
      throw Misuse(
        "convolution: expected groups that divide \(channels) channels and \(filters) filters, and fewer than 2^31 "
          + "elements, got \(groups) groups")
    }
    self.channels = channels
    self.filters = filters
    self.groups = groups
    self.inputSize = inputSize
    self.kernelSize = kernelSize
    self.outputSize = output
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    func axes(_ values: [Int], _ missing: Int) -> [Int] { [Int](repeating: missing, count: 3 - rank) + values }
    shape =
      [filters, channels / groups, filters / groups] + axes(inputSize, 1) + axes(kernelSize, 1) + axes(output, 1)
      + axes(stride, 1) + axes(dilation, 1) + axes(padding, 0)
  }

  private static func fits(_ sizes: [Int]) -> Bool {
    var count = 1
    for size in sizes {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows, product <= Int(Int32.max) else { return false }
      count = product
    }
    return true
  }

  /// [filters, channels / groups, sizes…].
  public var kernelShape: [Int] { [filters, channels / groups] + kernelSize }
  /// The number of elements of the input.
  public var inputCount: Int { inputSize.reduce(channels, *) }
  /// The number of elements of the output.
  public var outputCount: Int { outputSize.reduce(filters, *) }
  /// The number of elements of one channel of the output.
  public var placeCount: Int { outputSize.reduce(1, *) }

  /// Whether both are the same geometry.
  public static func == (a: Convolution, b: Convolution) -> Bool { a === b || a.shape == b.shape && a.isLike(b) }

  /// What the three axes of `shape` do not tell.
  private func isLike(_ other: Convolution) -> Bool {
    groups == other.groups && inputSize.count == other.inputSize.count
  }

  /// The inputs that an output reads, ascending, and the place in the kernel of each.
  @usableFromInline
  func taps(of output: Int) -> [(input: Int, place: Int)] {
    func axis(_ part: Int, _ axis: Int) -> Int { shape[3 + 3 * part + axis] }
    let places = placeCount
    let (filter, place) = output.quotientAndRemainder(dividingBy: places)
    let position = [
      place / (axis(2, 1) * axis(2, 2)), place / axis(2, 2) % axis(2, 1), place % axis(2, 2),
    ]
    // Along each axis: where the window begins, and which of the kernel's elements lie inside the input.
    let first = (0..<3).map { position[$0] * axis(3, $0) - axis(5, $0) }
    let inside = (0..<3).map { index -> Range<Int> in
      let (size, step) = (axis(0, index), axis(4, index))
      let low = first[index] >= 0 ? 0 : (step - 1 - first[index]) / step
      let high = first[index] >= size ? 0 : min(axis(1, index), (size - 1 - first[index]) / step + 1)
      return low..<max(low, high)
    }
    let channelCount = shape[1]
    let firstChannel = filter / shape[2] * channelCount
    var taps: [(input: Int, place: Int)] = []
    taps.reserveCapacity(inside.reduce(channelCount) { $0 * $1.count })
    for channel in 0..<channelCount {
      for z in inside[0] {
        for y in inside[1] {
          let row =
            (((firstChannel + channel) * axis(0, 0) + first[0] + z * axis(4, 0)) * axis(0, 1) + first[1]
              + y * axis(4, 1)) * axis(0, 2) + first[2]
          let tap = (((filter * channelCount + channel) * axis(1, 0) + z) * axis(1, 1) + y) * axis(1, 2)
          for x in inside[2] { taps.append((row + x * axis(4, 2), tap + x)) }
        }
      }
    }
    return taps
  }
}
