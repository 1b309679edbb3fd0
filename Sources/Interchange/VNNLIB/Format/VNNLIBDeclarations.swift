import Essentials

/// What the first part of a VNN-LIB file declares: inputs X_0, X_1, … and outputs Y_0, Y_1, … of one network in VNN-LIB
/// 1.0, networks with tensors in 2.0.
struct VNNLIBDeclarations {
  /// Tensors with more elements than this are refused.
  static let elementLimit = 1 << 20

  private let path: String
  /// Major and minor number of a file that says them; others are VNN-LIB 1.0.
  private(set) var version: (major: Int, minor: Int)?
  private var numbered: [VNNLIBVariable.Role: Set<Int>] = [.input: [], .output: []]
  private var networks: [VNNLIBNetwork] = []
  private var variables: [VNNLIBVariable] = []
  /// The places of networks and of variables by their names.
  private var places: (networks: [String: Int], variables: [String: Int]) = ([:], [:])
  /// How many elements are declared.
  private var elementCount = 0

  /// - Parameter path: what messages call the file.
  init(path: String) { self.path = path }

  private func failure(_ line: Int, _ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }

  /// Reads `(vnnlib-version <2.0>)`.
  mutating func readVersion(_ elements: [SExpression], line: Int) throws {
    let text = elements.count == 2 ? elements[1].text ?? "" : ""
    let numbers = text.dropFirst().dropLast().split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard text.hasPrefix("<"), text.hasSuffix(">"), numbers.count == 2, let major = numbers[0], let minor = numbers[1],
      major >= 0, minor >= 0
    else { throw failure(line, "expected a version such as (vnnlib-version <2.0>)") }
    guard version == nil, networks.isEmpty, numbered.values.allSatisfy(\.isEmpty) else {
      throw failure(line, "expected the version once, before everything else")
    }
    // Minor versions break nothing: what they add is refused where it occurs.
    guard major == 2 || (major, minor) == (1, 0) else {
      throw failure(line, "version \(major).\(minor) is not supported; expected 1.0 or 2.x")
    }
    version = (major, minor)
  }

  /// Whether the file is VNN-LIB 1.0, where elements have numbers in their names.
  var isNumbered: Bool { version?.major != 2 }

  // MARK: VNN-LIB 1.0

  /// Reads `(declare-const X_0 Real)` or `(declare-fun X_0 () Real)`.
  mutating func readConstant(_ elements: [SExpression], line: Int) throws {
    guard isNumbered else { throw failure(line, "expected networks, as VNN-LIB 2.0 declares no single numbers") }
    guard let name = elements.dropFirst().first?.text, elements.last?.text == "Real",
      elements.count == 3 || elements.count == 4 && elements[2].elements?.isEmpty == true
    else { throw failure(line, "expected a declaration such as (declare-const X_0 Real)") }
    guard let (role, index) = VNNLIBDeclarations.numbered(name) else {
      throw failure(line, "expected a variable X_0, X_1, … or Y_0, Y_1, …, got '\(name)'")
    }
    guard numbered[role, default: []].insert(index).inserted else { throw failure(line, "\(name) is declared twice") }
  }

  /// The role and number of a variable, by its name.
  private static func numbered(_ name: String) -> (role: VNNLIBVariable.Role, index: Int)? {
    guard name.hasPrefix("X_") || name.hasPrefix("Y_"), name.utf8.dropFirst(2).allSatisfy({ (48...57).contains($0) }),
      let index = Int(name.dropFirst(2)), index < elementLimit
    else { return nil }
    return (name.hasPrefix("X") ? .input : .output, index)
  }

  // MARK: VNN-LIB 2.0

  /// Reads `(declare-network f (declare-input X float32 [1,2]) (declare-output Y float32 [1]))`.
  mutating func readNetwork(_ elements: [SExpression], line: Int) throws {
    guard !isNumbered else { throw failure(line, "expected (vnnlib-version <2.0>) before networks") }
    guard elements.count > 1, let name = elements[1].text else { throw failure(line, "expected the network's name") }
    try checkName(name, line: line)
    var relation = VNNLIBNetwork.Relation.none
    let first = variables.count
    for part in elements.dropFirst(2) {
      guard let parts = part.elements, let head = parts.first?.text else {
        throw failure(part.line, "expected a declaration such as (declare-input X float32 [1,10])")
      }
      switch head {
      case "equal-to", "isomorphic-to":
        guard relation == .none, variables.count == first else {
          throw failure(part.line, "expected at most one of equal-to and isomorphic-to, before the variables")
        }
        relation = try self.relation(parts, line: part.line)
      case "declare-input", "declare-hidden", "declare-output":
        try append(parts, VNNLIBVariable.Role(rawValue: String(head.dropFirst(8))) ?? .input, since: first, part.line)
      default:
        throw failure(
          part.line, "'\(head)' is not supported; expected equal-to, isomorphic-to, declare-input, …-hidden or …-output"
        )
      }
    }
    let network = VNNLIBNetwork(name: name, relation: relation, variables: first..<variables.count)
    for role in [VNNLIBVariable.Role.input, .output]
    where !variables[network.variables].contains(where: { $0.role == role }) {
      throw failure(line, "the network \(name) declares no \(role.rawValue)")
    }
    try check(network, line: line)
    places.networks[name] = networks.count
    networks.append(network)
  }

  private func relation(_ parts: [SExpression], line: Int) throws -> VNNLIBNetwork.Relation {
    guard parts.count == 2, let name = parts[1].text, let place = places.networks[name] else {
      throw failure(line, "expected the name of a network that is declared before")
    }
    guard networks[place].relation == .none else {
      throw failure(line, "the network \(name) is itself said to be like another")
    }
    return parts[0].text == "equal-to" ? .equal(to: place) : .isomorphic(to: place)
  }

  private mutating func append(
    _ parts: [SExpression], _ role: VNNLIBVariable.Role, since first: Int, _ line: Int
  ) throws {
    let example = role == .hidden ? "(declare-hidden H float32 [1,10] \"node\")" : "(declare-\(role) X float32 [1,10])"
    guard parts.count == (role == .hidden ? 5 : 4), let name = parts[1].text, let typeName = parts[2].text,
      let shape = parts[3].indices
    else { throw failure(line, "expected a declaration such as \(example)") }
    try checkName(name, line: line)
    guard let elementType = VNNLIBElementType(name: typeName) else {
      let near = NearestName.of(typeName, in: VNNLIBElementType.allCases.map(\.rawValue)).map { "; near: \($0)" } ?? ""
      throw failure(line, "unknown element type '\(typeName)'\(near)")
    }
    var nodeOutput = ""
    if role == .hidden {
      guard let text = parts[4].text, text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else {
        throw failure(line, "expected the name of the node's output in quotes, as in \(example)")
      }
      nodeOutput = String(text.dropFirst().dropLast())
    }
    let order: [VNNLIBVariable.Role] = [.input, .hidden, .output]
    guard
      variables.count == first
        || order.firstIndex(of: variables[variables.count - 1].role) ?? 0
          <= order.firstIndex(of: role) ?? 0
    else { throw failure(line, "expected inputs first, then hidden variables, then outputs") }
    var count = 1
    for size in shape {
      guard size > 0, count <= VNNLIBDeclarations.elementLimit / size else {
        throw failure(line, "expected positive sizes, of at most \(VNNLIBDeclarations.elementLimit) elements")
      }
      count *= size
    }
    elementCount += count
    guard elementCount <= 4 * VNNLIBDeclarations.elementLimit else { throw failure(line, "too many elements") }
    places.variables[name] = variables.count
    variables.append(
      VNNLIBVariable(name: name, role: role, elementType: elementType, shape: shape, nodeOutput: nodeOutput))
  }

  private func checkName(_ name: String, line: Int) throws {
    let isName = name.utf8.enumerated().allSatisfy { place, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      default: place > 0 && ((48...57).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-"))
      }
    }
    guard isName else { throw failure(line, "expected a name of letters, digits and _, got '\(name)'") }
    guard places.networks[name] == nil, places.variables[name] == nil else {
      throw failure(line, "\(name) is declared twice")
    }
  }

  /// Networks that are said to be alike take and give tensors of the same shapes, equal ones of the same types too.
  private func check(_ network: VNNLIBNetwork, line: Int) throws {
    let (place, isEqual): (Int, Bool)
    switch network.relation {
    case .none: return
    case .equal(let to): (place, isEqual) = (to, true)
    case .isomorphic(let to): (place, isEqual) = (to, false)
    }
    let other = networks[place]
    func interface(_ network: VNNLIBNetwork) -> [VNNLIBVariable] {
      variables[network.variables].filter { $0.role != .hidden }
    }
    let (own, others) = (interface(network), interface(other))
    guard own.count == others.count, zip(own, others).allSatisfy({ $0.role == $1.role }) else {
      throw failure(line, "expected as many inputs and outputs as \(other.name) has")
    }
    for (mine, its) in zip(own, others) {
      guard mine.shape == its.shape else {
        throw failure(line, "\(mine.name) has another shape than \(its.name) of \(other.name)")
      }
      guard !isEqual || mine.elementType == its.elementType else {
        throw failure(line, "\(mine.name) has another element type than \(its.name) of the equal network \(other.name)")
      }
    }
    guard isEqual else { return }
    for mine in variables[network.variables] where mine.role == .hidden {
      for its in variables[other.variables] where its.role == .hidden && its.nodeOutput == mine.nodeOutput {
        guard mine.shape == its.shape, mine.elementType == its.elementType else {
          throw failure(line, "\(mine.name) and \(its.name) are declared of the same node, and differently")
        }
      }
    }
  }

  // MARK: What is declared

  /// The element that a name, with the numbers in brackets behind it, stands for, and its type; nil when nothing is
  /// declared by that name.
  func element(_ name: String, _ indices: [Int]?, line: Int) throws -> (VNNLIBElement, VNNLIBElementType)? {
    if isNumbered {
      guard indices == nil, let (role, index) = VNNLIBDeclarations.numbered(name) else { return nil }
      guard numbered[role]?.contains(index) == true else { throw failure(line, "\(name) is not declared") }
      return (VNNLIBElement(variable: role == .input ? 0 : 1, offset: index), .real)
    }
    guard let place = places.variables[name] else { return nil }
    let (variable, indices) = (variables[place], indices ?? [])
    guard indices.count == variable.shape.count else {
      throw failure(line, "expected \(variable.shape.count) indices of \(name), got \(indices.count)")
    }
    var offset = 0
    for (index, size) in zip(indices, variable.shape) {
      guard index < size else { throw failure(line, "the index \(index) of \(name) is not below \(size)") }
      offset = offset * size + index
    }
    return (VNNLIBElement(variable: place, offset: offset), variable.elementType)
  }

  /// The networks and their variables.
  ///
  /// - Throws: `OutsideFailure` when there are none, or numbers are missing in between.
  func finished() throws -> (networks: [VNNLIBNetwork], variables: [VNNLIBVariable]) {
    guard isNumbered else {
      guard !networks.isEmpty else { throw OutsideFailure("\(path): no network is declared") }
      return (networks, variables)
    }
    let variables = try [("X", VNNLIBVariable.Role.input), ("Y", .output)].map { name, role in
      let declared = numbered[role, default: []]
      guard !declared.isEmpty else { throw OutsideFailure("\(path): no variable \(name)_0 is declared") }
      if let missing = (0..<declared.count).first(where: { !declared.contains($0) }) {
        throw OutsideFailure("\(path): \(name)_\(missing) is not declared, and a later one is")
      }
      return VNNLIBVariable(name: name, role: role, elementType: .real, shape: [declared.count], nodeOutput: "")
    }
    return ([VNNLIBNetwork(name: "N", relation: .none, variables: 0..<2)], variables)
  }
}
