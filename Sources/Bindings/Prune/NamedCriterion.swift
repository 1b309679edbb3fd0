import Essentials
import LuaHost
import Networks
import Pruning

/// A criterion that scripts ask for by its name, as its file in `Stdlib/policies` declares it.
struct NamedCriterion {
  /// The names of all, in the order in which their files are embedded.
  static var names: [String] {
    let folder = "policies/"
    return StandardLibrary.paths.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count).dropLast(4)) }
  }

  let name: String
  private let declaration: LuaValue

  /// The criterion `name`, one of `names`; `library` is the call that asks.
  init(_ name: String, from library: Call) throws {
    self.name = name
    declaration = try library.libraryModule("vnn.policies.\(name)")
  }

  /// What it cannot do without.
  var need: CriterionSight.Need? { declaration["needs"]?.string.flatMap(CriterionSight.Need.init) }

  /// The values of its own options in `table`, each of the kind of its default, without those that are left out.
  func options(
    in table: TableReader, without isLeftOut: (String) -> Bool = { _ in false }
  ) throws -> [(key: String, value: LuaValue)] {
    guard case .array(let options)? = declaration["options"] else { return [] }
    return try options.compactMap { option in
      guard let name = option["name"]?.string, let usual = option["default"], !isLeftOut(name) else { return nil }
      return (name, try value(name, in: table, like: usual, option["choices"]))
    }
  }

  private func value(
    _ name: String, in table: TableReader, like usual: LuaValue, _ choices: LuaValue?
  ) throws -> LuaValue {
    switch (usual, choices) {
    case (.string(let text), .array(let choices)?):
      .string(try table.string(name, oneOf: choices.compactMap(\.string), default: text))
    case (.string(let text), _): .string(try table.string(name, default: text))
    case (.integer(let number), _): .integer(try table.int(name, default: number))
    case (.number(let number), _): .number(try table.double(name, default: number))
    case (.boolean(let truth), _): .boolean(try table.bool(name, default: truth))
    default:
      throw Misuse("vnn.policies.\(self.name): option '\(name)': expected a string, number or boolean as default")
    }
  }

  /// The functions of its file as a criterion; they see `network`, `context` and the values of its own options.
  func scripted(
    for network: Network, _ context: LuaValue, options: LuaValue, from library: Call
  ) throws -> ScriptCriterion {
    guard case .function(let scorers)? = try library.libraryModule("vnn.policy.context")["scorers"] else {
      throw Misuse("vnn.policy.context: expected a function 'scorers'")
    }
    let functions = try scorers.call(
      declaration["score"] ?? .nil, declaration["neuron_score"] ?? .nil, .object(network), context, options)
    guard case .function(let score)? = functions.first else {
      throw Misuse("vnn.policies.\(name): expected a function 'score'")
    }
    var criterion = ScriptCriterion(function: score, name: name)
    if case .function(let neurons)? = functions.dropFirst().first { criterion.neurons = neurons }
    if let scope = declaration["scope"]?.string.flatMap(PruningOptions.Scope.init) { criterion.usualScope = scope }
    return criterion
  }
}
