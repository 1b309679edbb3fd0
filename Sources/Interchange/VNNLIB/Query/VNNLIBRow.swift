/// An inequality of a query over the numbers that a search chooses and the other elements.
struct VNNLIBRow {
  /// The coefficients of the numbers, by their positions.
  private(set) var inputs: [Int: Double] = [:]
  /// The coefficients of hidden and output elements.
  private(set) var others: [VNNLIBElement: Double] = [:]
  /// Sums of coefficient · |number - centre|.
  private(set) var absolutes: [(input: Int, center: Double, coefficient: Double)] = []
  let constant: Double
  let line: Int

  /// - Throws: what `failure` makes of a line and a reason, when it takes the absolute value of anything but an input.
  init(_ inequality: VNNLIBInequality, _ inputs: VNNLIBInputs, failure: (Int, String) -> any Error) throws {
    constant = inequality.term.constant
    line = inequality.line
    for (element, coefficient) in inequality.term.coefficients {
      if let number = inputs.number(element) {
        self.inputs[number, default: 0] += coefficient
      } else {
        others[element] = coefficient
      }
    }
    // Of numbers that must be equal nothing is left where one is subtracted from the other.
    self.inputs = self.inputs.filter { $0.value != 0 }
    for (element, center, coefficient) in inequality.term.absolutes {
      guard let number = inputs.number(element) else {
        throw failure(line, "expected the absolute value of one input less a number")
      }
      absolutes.append((number, center, coefficient))
    }
  }

  /// Whether it says how large or small one number may be, or is a budget.
  var isOfRegion: Bool { others.isEmpty && (!absolutes.isEmpty || inputs.count <= 1) }
}
