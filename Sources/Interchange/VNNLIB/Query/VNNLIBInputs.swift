/// The numbers that a search chooses for a query: the elements of all inputs, where those that must be equal are one.
package struct VNNLIBInputs: Sendable {
  /// For each variable the place of its first element in `numbers`; for others than inputs nil.
  private let starts: [Int?]
  /// For every element of the inputs, in the order of declaration, which number it is.
  private let numbers: [Int]
  /// For each number the first element that it is.
  let elements: [VNNLIBElement]
  /// What each number is called.
  package let names: [String]
  /// The type of each.
  let types: [VNNLIBElementType]

  /// How many numbers there are.
  var count: Int { elements.count }
  /// Whether every element is a number of its own.
  var isEveryElement: Bool { numbers.count == elements.count }

  /// - Parameters:
  ///   - variables: those of the query.
  ///   - equal: pairs of elements of inputs that must be equal.
  ///   - isNumbered: whether elements are called X_0 instead of X[0].
  init(of variables: [VNNLIBVariable], equal: [(VNNLIBElement, VNNLIBElement)] = [], isNumbered: Bool) {
    var starts: [Int?] = []
    var all: [VNNLIBElement] = []
    for (place, variable) in variables.enumerated() {
      starts.append(variable.role == .input ? all.count : nil)
      guard variable.role == .input else { continue }
      all += (0..<variable.count).map { VNNLIBElement(variable: place, offset: $0) }
    }
    // Every set of equal elements is a tree; its root is the smallest.
    var parents = Array(all.indices)
    func root(_ place: Int) -> Int {
      var place = place
      while parents[place] != place {
        parents[place] = parents[parents[place]]
        place = parents[place]
      }
      return place
    }
    for (first, second) in equal {
      guard let a = starts[first.variable], let b = starts[second.variable] else { continue }
      let (one, other) = (root(a + first.offset), root(b + second.offset))
      parents[max(one, other)] = min(one, other)
    }
    var numbers: [Int] = []
    var elements: [VNNLIBElement] = []
    for place in all.indices {
      let first = root(place)
      numbers.append(first < place ? numbers[first] : elements.count)
      if first == place { elements.append(all[place]) }
    }
    (self.starts, self.numbers, self.elements) = (starts, numbers, elements)
    names = elements.map { variables[$0.variable].name(of: $0.offset, isNumbered: isNumbered) }
    types = elements.map { variables[$0.variable].elementType }
  }

  /// Which number an element of an input is; nil for elements of other variables.
  func number(_ element: VNNLIBElement) -> Int? { starts[element.variable].map { numbers[$0 + element.offset] } }

  /// The numbers that the elements of an input are.
  func numbers(of variable: Int, count: Int) -> [Int] {
    starts[variable].map { Array(numbers[$0..<$0 + count]) } ?? []
  }
}
