import Essentials
import Networks
import Tensors

extension OutputCondition {
  /// The question whether some input of `region` gives outputs that meet the condition, as a problem of classes: that
  /// of `network` itself where the condition is a misclassification, otherwise that of a network whose first output is
  /// 0 and whose others are the alternatives' margins, so that any other class wins where the condition holds.
  ///
  /// Several inequalities become one number by min(a, b) = a - relu(a - b) in layers of their own: a lower slope in
  /// [0, 1] of that ReLU makes the bound of the minimum a convex combination of those of a and b, so optimised slopes
  /// find the combination that contradicts the conjunction. What rounding does to the parameters on the way is bounded
  /// and added to the margins: no input of the region that meets the condition is lost, and a proof about the problem
  /// is one about the condition. A witness of it has still to be checked as a `Counterexample`.
  ///
  /// - Parameter shouldStop: asked now and then; true makes the bounds of the rounding larger, and the end come soon.
  /// - Throws: `Misuse` when network, region and condition do not fit, or a parameter is not finite.
  public func reduce(
    _ network: Network, over region: any InputRegion, shouldStop: () -> Bool = { false }
  ) throws -> (network: Network, problem: Problem) {
    try check(network)
    try NetworkCheck.check(network, region: region)
    if let (classIndex, target) = misclassification {
      return (network, try Problem(region: region, class: classIndex, target: target))
    }
    let last = network.layers[network.layers.count - 1]
    var layers = Array(network.layers.dropLast())
    var reach = try OutputCondition.reach(layers, before: last, over: region, shouldStop)
    var rows = alternatives.map {
      $0.map {
        LinearFunction($0.coefficients, of: last, depth: layers.count, reach: reach, constant: $0.constant)
      }
    }
    while rows.contains(where: { $0.count > 1 }) {
      // A pair becomes two neurons, its first function and a ReLU of the difference; one left over is passed on.
      let width = rows.reduce(0) { $0 + $1.count }
      var (hidden, isRectified): ([LinearFunction], [Bool]) = ([], [])
      rows = rows.map { alternative in
        stride(from: 0, to: alternative.count, by: 2).map { first in
          var row = LinearFunction(depth: layers.count + 1, width: width, slack: alternative[first].slack)
          row.coefficients[hidden.count] = 1
          hidden.append(alternative[first])
          isRectified.append(false)
          if first + 1 < alternative.count {
            let difference = alternative[first].subtracting(alternative[first + 1], reach: reach)
            row.coefficients[hidden.count] = -1
            row.slack += difference.slack
            hidden.append(difference)
            isRectified.append(true)
          }
          return row
        }
      }
      layers.append(try OutputCondition.layer(hidden, rectified: NeuronSet(isRectified)))
      reach = try OutputCondition.reach(
        layers, before: OutputCondition.layer(rows.flatMap { $0 }), over: region, shouldStop)
    }
    let margins = rows.map { $0[0].raised() }
    let zero = LinearFunction(depth: layers.count, width: reach.count)
    layers.append(try OutputCondition.layer([zero] + margins))
    let target = margins.count == 1 ? 1 : nil
    return (try Network(layers: layers), try Problem(region: region, class: 0, target: target))
  }

  /// Checks that the condition is about the outputs of `network`.
  ///
  /// - Throws: `Misuse` when their numbers differ.
  func check(_ network: Network) throws {
    guard network.outputCount == outputCount else {
      throw Misuse("condition: expected a network with \(outputCount) outputs, got \(network.outputCount)")
    }
  }

  private static func layer(_ rows: [LinearFunction], rectified: NeuronSet? = nil) throws -> Layer {
    try Layer(
      weight: Tensor(rows.flatMap(\.coefficients), shape: [rows.count, rows[0].coefficients.count]),
      bias: Tensor(rows.map(\.constant)), rectified: rectified)
  }

  /// Bounds that allow so many times what there is at the centre will do: rounding is then still far below margins.
  private static let roomForRounding = 1e5

  /// The largest possible size of each input of `last`: by interval arithmetic, which takes no time, or where that knows
  /// too little by backward linear bounds.
  private static func reach(
    _ layers: [Layer], before last: Layer, over region: any InputRegion, _ shouldStop: () -> Bool
  ) throws -> [Double] {
    guard let top = layers.last else { return region.reach }
    let network = try Network(layers: layers + [last]).prefix(layers.count)
    let reach = try PreactivationBounds.interval(network, over: region).outputs.reach(of: top)
    let largest = try network.forward(region.center).reduce(0) { max($0, abs($1)) }
    guard reach.contains(where: { $0 > OutputCondition.roomForRounding * largest }) else { return reach }
    return try PreactivationBounds.backwardLinear(network, over: region, shouldStop: shouldStop).outputs.reach(of: top)
  }
}
