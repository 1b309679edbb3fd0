import Essentials
import Tensors

/// A change of units around a network: (x − offset) / factor before it, y · factor + offset behind it.
public struct Scaling: Equatable, Sendable {
  /// One offset and one factor for each input or output.
  public struct Units: Equatable, Sendable {
    /// What becomes zero.
    public let offset: [Double]
    /// What becomes one, seen from there; none is zero.
    public let factor: [Double]

    /// - Throws: `Misuse` unless there are as many factors as offsets, all are finite and no factor is zero.
    public init(offset: [Double], factor: [Double]) throws {
      guard offset.count == factor.count else {
        throw Misuse("scale: expected as many factors as offsets, got \(factor.count) and \(offset.count)")
      }
      guard (offset + factor).allSatisfy(\.isFinite), !factor.contains(0) else {
        throw Misuse("scale: expected finite offsets, and finite factors other than 0")
      }
      self.offset = offset
      self.factor = factor
    }

    /// Offsets and factors that undo these.
    fileprivate func inverted() throws -> Units {
      try Units(offset: zip(offset, factor).map { -$0 / $1 }, factor: factor.map { 1 / $0 })
    }
  }

  /// Before the network; nil for as it is.
  public var input: Units?
  /// Behind the network; nil for as it is.
  public var output: Units?

  /// A change of units; of nothing by default.
  public init(input: Units? = nil, output: Units? = nil) {
    self.input = input
    self.output = output
  }

  /// The change of units that undoes this one.
  ///
  /// - Throws: `Misuse` where that leaves the range of Float64.
  public func inverted() throws -> Scaling { Scaling(input: try input?.inverted(), output: try output?.inverted()) }
}

extension Network {
  /// Whether the layers that take a change of units have weights of their own for each input and output.
  func takes(_ scaling: Scaling) -> Bool {
    (scaling.input == nil || !layers[0].sharesWeights)
      && (scaling.output == nil || !layers[layers.count - 1].sharesWeights)
  }

  /// The network that is, in itself, this one with a change of units around it: the first layer takes the change of the
  /// inputs and the last that of the outputs, exactly but for rounding. Weights of zero stay exactly zero; a convolution
  /// there, whose weights many neurons share, becomes sparse rows.
  ///
  /// - Throws: `Misuse` when the change is of other numbers of inputs or outputs, or leaves the range of Float64.
  public func folding(_ scaling: Scaling) throws -> Network {
    let result = try Network(
      layers: try layers.enumerated().map { index, layer in
        let isChanged = index == 0 && scaling.input != nil || index == layers.count - 1 && scaling.output != nil
        return isChanged && layer.sharesWeights ? try layer.unshared() : layer.copy()
      }, metadata: metadata)
    try result.fold(scaling)
    return result
  }

  /// The same in place.
  ///
  /// - Throws: `Misuse` where the first or last layer is a convolution, too.
  func fold(_ scaling: Scaling) throws {
    let (first, last) = (layers[0], layers[layers.count - 1])
    guard takes(scaling) else {
      throw Misuse("scale: a convolution has one weight for many inputs; expected units that stay as they are")
    }
    func check(_ units: Scaling.Units?, _ count: Int, _ what: String) throws {
      guard let units, units.offset.count != count else { return }
      throw Misuse("scale: expected \(count) offsets and factors of the \(what), got \(units.offset.count)")
    }
    try check(scaling.input, inputCount, "inputs")
    try check(scaling.output, outputCount, "outputs")
    if let units = scaling.input {
      for j in 0..<first.outputCount {
        var shift = 0.0
        first.forEachConnection(of: j) { i, place in
          guard first.weight.base[place] != 0 else { return }
          first.weight.base[place] /= units.factor[i]
          shift += first.weight.base[place] * units.offset[i]
        }
        first.bias.base[j] -= shift
      }
    }
    if let units = scaling.output {
      for j in 0..<last.outputCount {
        last.forEachConnection(of: j) { _, place in last.weight.base[place] *= units.factor[j] }
        last.bias.base[j] = last.bias.base[j] * units.factor[j] + units.offset[j]
      }
    }
    let numbers = [first.weight, first.bias, last.weight, last.bias]
    guard numbers.allSatisfy({ tensor in (0..<tensor.count).allSatisfy { tensor.base[$0].isFinite } }) else {
      throw Misuse("scale: a weight leaves the range of numbers")
    }
  }
}
