import Essentials
import MILP
import Networks

extension NetworkBlock {
  /// `point` with the block's own columns as a forward pass has them; all others stay as they are.
  ///
  /// - Parameter point: one number per column of the model.
  /// - Throws: `Misuse` for a point of another length, or an input that is NaN there.
  public func completed(_ point: [Double], in model: Model) throws -> [Double] {
    guard point.count == model.columnCount else {
      throw Misuse("complete: expected a point of \(model.columnCount) numbers, got \(point.count)")
    }
    var point = point
    for row in inputs.indices {
      let x = try inputs[row].map { point[try model.column(of: $0, for: "complete")] }
      if let place = x.firstIndex(where: { !$0.isFinite }) {
        throw Misuse(
          "complete: block \"\(name)\": expected a number for input \(place + 1), got \(x[place]): complete the block "
            + "that it comes from first")
      }
      let preactivations = try network.preactivations(x)
      hidden[row].complete(preactivations, &point)
      guard ownsOutputs else { continue }
      for (variable, value) in zip(outputs[row], preactivations[preactivations.count - 1]) {
        point[try model.column(of: variable, for: "complete")] = value
      }
    }
    return point
  }

  /// The largest |f(x) - y| at a point, and the largest |f(x)|.
  ///
  /// - Parameter point: one number per column of `model`.
  public func error(at point: [Double], in model: Model) throws -> (error: Double, size: Double) {
    guard point.count == model.columnCount else {
      throw Misuse("error: expected a point of \(model.columnCount) numbers, got \(point.count)")
    }
    var (error, size) = (0.0, 0.0)
    for row in inputs.indices {
      let x = try inputs[row].map { point[try model.column(of: $0, for: "error")] }
      let y = try network.forward(x)
      for (variable, value) in zip(outputs[row], y) {
        error = max(error, abs(value - point[try model.column(of: variable, for: "error")]))
        size = max(size, abs(value))
      }
    }
    return (error, size)
  }

  /// How far the outputs may be from the network's, of the outputs' size or of 1, before a solution says so.
  private static let tolerance = 1e-5

  /// A box of an input this much wider than what rows imply makes coefficients that a solver's tolerances drown in.
  private static let widthRatio = 1e4

  /// That the network differs from the outputs at the point, and that a box is far wider than rows allow.
  public func warnings(at point: [Double]?, of model: Model, userRows: [Int]) -> [String] {
    var warnings: [String] = []
    // A relaxation is not meant to be the network.
    let isExact = hidden.allSatisfy { $0.switches.allSatisfy { model.kinds[$0] == .binary } }
    if isExact, let point, let (error, size) = try? error(at: point, in: model),
      !(error <= NetworkBlock.tolerance * max(1, size))
    {
      warnings.append(
        "block \"\(name)\": the network's outputs at this point differ from the model's by up to \(error): the solver's "
          + "tolerances are worth that much here, since its rows have large coefficients")
    }
    if let wide = widestInput(in: model, userRows) {
      warnings.append(
        "block \"\(name)\": the bounds of input \(wide.name), [\(wide.lower), \(wide.upper)], are \(wide.ratio) times as "
          + "wide as the rows allow: set_bounds, or embed with bounds = \"rows\", makes the model tighter")
    }
    return warnings
  }

  /// The input whose bounds are far wider than what single rows of the user's imply, if there is one.
  private func widestInput(
    in model: Model, _ userRows: [Int]
  ) -> (name: String, lower: Double, upper: Double, ratio: Double)? {
    var implied: [Int: (lower: Double, upper: Double)] = [:]
    for variable in inputs.joined() {
      guard let column = try? model.column(of: variable, for: "block") else { return nil }
      implied[column] = (model.columnLower[column], model.columnUpper[column])
    }
    for row in userRows { NetworkBlock.narrow(&implied, row, model) }
    var widest: (name: String, lower: Double, upper: Double, ratio: Double)?
    for (column, bounds) in implied.sorted(by: { $0.key < $1.key }) {
      let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
      let ratio = (upper - lower) / max(bounds.upper - bounds.lower, 1e-12 * max(1, abs(lower), abs(upper)))
      guard ratio > NetworkBlock.widthRatio, ratio > widest?.ratio ?? 0, upper - lower > 1 else { continue }
      widest = (model.columnName(column), lower, upper, ratio.rounded())
    }
    return widest
  }

  /// Narrows the bounds of the columns in a row by what the row leaves them.
  private static func narrow(_ implied: inout [Int: (lower: Double, upper: Double)], _ row: Int, _ model: Model) {
    let entries = model.rowStarts[row]..<model.rowStarts[row + 1]
    guard entries.contains(where: { implied[Int(model.columnIndices[$0])] != nil }) else { return }
    let ends = entries.map { entry -> (least: Double, most: Double) in
      let column = Int(model.columnIndices[entry])
      let bounds = implied[column] ?? (model.columnLower[column], model.columnUpper[column])
      let (a, b) = (model.coefficients[entry] * bounds.lower, model.coefficients[entry] * bounds.upper)
      return (min(a, b), max(a, b))
    }
    /// The sum of all ends but one; infinite where another one is.
    func others(_ part: KeyPath<(least: Double, most: Double), Double>, _ infinity: Double) -> (Int) -> Double {
      let finite = ends.reduce(0) { $0 + ($1[keyPath: part].isFinite ? $1[keyPath: part] : 0) }
      let infinite = ends.reduce(0) { $0 + ($1[keyPath: part].isFinite ? 0 : 1) }
      return { place in
        let own = ends[place][keyPath: part]
        return infinite == (own.isFinite ? 0 : 1) ? finite - (own.isFinite ? own : 0) : infinity
      }
    }
    let (leastOfOthers, mostOfOthers) = (others(\.least, -.infinity), others(\.most, .infinity))
    for (place, entry) in entries.enumerated() {
      let column = Int(model.columnIndices[entry])
      guard let bounds = implied[column] else { continue }
      let a = (model.rowUpper[row] - leastOfOthers(place)) / model.coefficients[entry]
      let b = (model.rowLower[row] - mostOfOthers(place)) / model.coefficients[entry]
      let (low, high) = model.coefficients[entry] > 0 ? (b, a) : (a, b)
      guard !low.isNaN, !high.isNaN else { continue }
      implied[column] = (max(bounds.lower, min(low, bounds.upper)), min(bounds.upper, max(high, bounds.lower)))
    }
  }
}
